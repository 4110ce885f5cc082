"""Use case: write a note."""

from collections.abc import Callable
from typing import Final

from domain.notes.note import Note, WriteNote, decide, evolve

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.transactions import Transactions, Written

NOTE: Final = Decider("note", Note, decide, evolve)


class NoteCommands:
    def __init__(self, transactions: Transactions, new_key: Callable[[], str]) -> None:
        self._transactions = transactions
        self._new_key = new_key

    async def write(self, text: str, by: Origin) -> tuple[str, Written]:
        """Record a note and return its id; raises ``InvalidText``."""
        key = self._new_key()
        return key, await self._transactions.begin(NOTE, key, WriteNote(text=text), by)
