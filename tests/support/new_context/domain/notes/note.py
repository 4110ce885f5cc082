"""The note aggregate: a text, written once."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from domain.notes.events import NoteEvent, NoteWritten

from domain.messages import Command
from domain.refusals import Conflict
from domain.text import valid_text

MAX_TEXT = 1_000


class NoteExists(Conflict):
    code = "NOTE_EXISTS"


class WriteNote(Command, frozen=True):
    text: str


class Note(msgspec.Struct, frozen=True):
    text: str


def decide(note: Note | None, command: WriteNote, _now: datetime) -> Sequence[NoteEvent]:
    if note is not None:
        raise NoteExists
    return [NoteWritten(text=valid_text(command.text, field="text", shortest=1, longest=MAX_TEXT))]


def evolve(_: Note | None, event: NoteEvent) -> Note:
    return Note(event.text)
