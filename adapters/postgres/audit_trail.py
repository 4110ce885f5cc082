"""A stream's events by who, when, from which request, and of which type."""

from typing import Final, LiteralString

from adapters.postgres.event_log import COLUMNS, PostgresEventLog
from adapters.postgres.reader import PostgresReader
from application.audit.audit import MAX_POSITION, EventFilter, Selected

WINDOW: Final = 5_000
"""Versions looked at for one page, some 20 ms: where nothing in them fits, the page is empty."""
ORIGIN: Final[LiteralString] = """
    (convert_from(substring(e.state FROM 1 FOR coalesce(
         nullif(position('\\x00'::bytea IN e.state), 0) - 1, octet_length(e.state))), 'UTF8')::json
     -> 'origin')
"""
SELECT: Final[LiteralString] = (
    COLUMNS
    + " WHERE e.originator_id = %b AND e.originator_version > %b AND e.originator_version <= %b"
    + " AND e.notification_id > %b AND e.notification_id <= %b"
    + " AND (%b::text IS NULL OR e.topic = %b)"
    + f" AND (%b::text IS NULL OR {ORIGIN} ->> 'actor' = %b)"
    + f" AND (%b::text IS NULL OR {ORIGIN} ->> 'correlation_id' = %b)"
    + " ORDER BY e.originator_version LIMIT %b"
)
LAST: Final[LiteralString] = """
    SELECT coalesce(max(originator_version), 0) FROM forge_events
    WHERE originator_id = %b AND notification_id <= %b
"""


class PostgresAuditTrail:
    """Implements ``application.audit.Trail``."""

    def __init__(self, select: PostgresReader, log: PostgresEventLog) -> None:
        self._select = select
        self._log = log

    async def select(self, stream: str, wanted: EventFilter) -> Selected:
        looked = min(wanted.after + WINDOW, MAX_POSITION)
        records = await self._log.records(SELECT, _parameters(stream, looked, wanted))
        if len(records) > wanted.limit:
            return Selected(records[:-1], records[-2].version)
        [(last,)] = await self._select(LAST, (stream, wanted.until))
        return Selected(records, looked if last > looked else None)


def _parameters(stream: str, looked: int, wanted: EventFilter) -> tuple[object, ...]:
    return (
        *(stream, wanted.after, looked),
        *(wanted.since, wanted.until),
        *(wanted.name, wanted.name),
        *(wanted.actor, wanted.actor),
        *(wanted.request_id, wanted.request_id),
        wanted.limit + 1,
    )
