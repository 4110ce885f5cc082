"""Reapplies erasures, after a restore or an import has brought back erased streams."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Final, TypeAlias

from application.erasure.erasure_ledger import Entry
from application.eventstore.envelope import Origin
from application.eventstore.transactions import Written
from domain.refusals import Conflict

ACTOR: Final = "system:restore"
PAGE: Final = 50
"""Streams erased at once: they may share an append, which holds the log while it erases."""

Erase: TypeAlias = Callable[[str, Origin], Awaitable[Written]]
"""Erases the stream with a key on behalf of an origin."""


class NotErasable(Conflict):
    code = "NOT_ERASABLE"


class ReapplyErasures:
    """``keyed`` returns the streams that have a data key; ``erasers`` are by stream category."""

    def __init__(
        self,
        keyed: Callable[[Sequence[str]], Awaitable[AbstractSet[str]]],
        erasers: Mapping[str, Erase],
    ) -> None:
        self._keyed = keyed
        self._erasers = erasers

    async def erase(self, entries: Iterable[Entry], correlation_id: str) -> int:
        """Erase the streams of ledger entries again; return how many there were."""
        erased, rest = 0, iter(entries)
        while page := {entry.stream: entry for entry in islice(rest, PAGE)}:
            keyed = await self._keyed([*page])
            again = (self._erase_again(page[stream], correlation_id) for stream in sorted(keyed))
            erased += len(await asyncio.gather(*again))
        return erased

    async def _erase_again(self, entry: Entry, correlation_id: str) -> None:
        category, _, key = entry.stream.partition("-")
        if (erase := self._erasers.get(category)) is None:
            raise NotErasable(f"This release does not know how to erase {entry.stream}.")
        by = Origin(actor=ACTOR, org_id=entry.org_id, correlation_id=correlation_id)
        if not (await erase(key, by)).records:
            raise NotErasable(f"{entry.stream} was erased before, and still has its data key.")
