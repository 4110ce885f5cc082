"""Pending appends: weighed and, unless heavy, encoded when they join the queue.

The batch before them is being stored meanwhile; once it is, the next one has only to be sent.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from adapters.postgres.append_call import to_arrays
from adapters.postgres.append_keys import AppendWithKeys
from adapters.postgres.append_rows import Rows, rows_of

WEIGHED_BYTES: Final = 16 * 1024
HEAVY: Final = 8
"""Weight, some 128 KiB of text, from which an append is encoded in a thread, not in the loop."""


class PendingAppend(NamedTuple):
    """An append in the queue: weighs 1, and 1 more for each 16 KiB of text; heavy: no rows yet."""

    item: AppendWithKeys
    weight: int
    rows: Rows | None


def pending(item: AppendWithKeys) -> PendingAppend:
    texts = item.entry.texts
    weight = 1 + sum([len(text.data) for text in texts]) // WEIGHED_BYTES if texts else 1
    return PendingAppend(item, weight, rows_of(item) if weight < HEAVY else None)


async def encode(batch: Sequence[PendingAppend]) -> list[list[Any]]:
    """Return the arguments of the append function."""
    if any(each.rows is None for each in batch):
        return await asyncio.to_thread(_arrays, batch)
    return _arrays(batch)


def _arrays(batch: Sequence[PendingAppend]) -> list[list[Any]]:
    """Of appends with the same stream and version only the first is sent."""
    claimed: set[tuple[str, int]] = set()
    sent: list[tuple[int, Rows]] = []
    for number, each in enumerate(batch):
        places = [(record.stream, record.version) for record in each.item.entry.records]
        if claimed.isdisjoint(places):
            claimed.update(places)
            sent.append((number, each.rows or rows_of(each.item)))
    return to_arrays(sent)
