"""Dry run of a projection: decodes and folds the log without writing, to find failing events.

Errors that only the database raises, such as a text too long for an index, need a rebuild to show.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from projections.engine.log_pages import Pages, Unreadable
from projections.engine.projection import Projection
from projections.engine.tracking import describe_error

MAX_FAULTS: Final = 100


class FoldFault(msgspec.Struct, frozen=True):
    """An event that would stop the projection; ``type`` is null when it cannot be decoded."""

    position: int
    type: str | None
    error: str


class DryRun(msgspec.Struct, frozen=True):
    """Result of a dry run: at most 100 ``faults``; ``until`` is the last position tried."""

    events: int
    until: int
    faults: Sequence[FoldFault]


async def dry_run(
    projection: Projection, log: EventLog, skipped: frozenset[int], *, after: int, until: int
) -> DryRun:
    """Fold the events after one position, up to and including another."""
    log.head.advance(until)
    pages, faults, position, events = Pages(log.page), list[FoldFault](), after, 0
    try:
        while position < until and len(faults) < MAX_FAULTS:
            try:
                records = await pages.after(position)
            except Unreadable as unreadable:
                position = unreadable.position
                if position not in skipped:
                    faults.append(FoldFault(position, None, describe_error(unreadable.reason)))
                continue
            within = [record for record in records if record.position <= until]
            faults += _faults(projection, projection.filter_events(within, skipped))
            position, events = records[-1].position, events + len(within)
    finally:
        await pages.close()
    return DryRun(events, min(position, until), faults[:MAX_FAULTS])


def _faults(projection: Projection, records: Sequence[RecordedEvent]) -> list[FoldFault]:
    """Fold a page; bisect it when the fold fails."""
    if not records:
        return []
    try:
        projection.fold(records)
    except Exception as error:  # noqa: BLE001 - any error of a fold is a fault
        if len(records) == 1:
            name = records[0].event.stored_name()
            return [FoldFault(records[0].position, name, describe_error(error))]
        middle = len(records) // 2
        return _faults(projection, records[:middle]) + _faults(projection, records[middle:])
    return []
