"""Use case: write a note."""

from collections.abc import Callable
from typing import Final

from domain.notes.note import Note, WriteNote, decide, evolve

from application.eventstore.command_handler import CommandHandler, Written
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin

NOTE: Final = Decider("note", Note, decide, evolve)


class NoteCommands:
    def __init__(self, streams: CommandHandler, new_key: Callable[[], str]) -> None:
        self._streams = streams
        self._new_key = new_key

    async def write(self, text: str, by: Origin) -> tuple[str, Written]:
        """Record a note and return its id; raises ``InvalidText``."""
        key = self._new_key()
        return key, await self._streams.begin(NOTE, key, WriteNote(text=text), by)
