"""What the routes of notes are built from."""

import msgspec
from application.notes.notes import NoteCommands
from projections.notes.notes import NoteQueries


class NoteServices(msgspec.Struct, frozen=True, kw_only=True):
    commands: NoteCommands
    queries: NoteQueries
