"""What can happen to a note. Stored forever: add events, never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Personal


class NoteWritten(Event, frozen=True, tag="note.written"):
    text: Personal


NoteEvent: TypeAlias = NoteWritten
