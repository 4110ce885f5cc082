"""Audit trail on Postgres: a stream's events by actor, time, request and type."""

from typing import Final, LiteralString

from adapters.postgres.event_log import COLUMNS, PostgresEventLog
from adapters.postgres.reader import PostgresReader
from application.audit.audit import MAX_POSITION, EventFilter, EventPage

WINDOW: Final = 5_000
"""Versions scanned for one page, some 20 ms; if none of them matches, the page is empty."""
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
    """Implements ``application.audit.audit.AuditTrail``."""

    def __init__(self, select: PostgresReader, log: PostgresEventLog) -> None:
        self._select = select
        self._log = log

    async def select(self, stream: str, event_filter: EventFilter) -> EventPage:
        scanned = min(event_filter.after + WINDOW, MAX_POSITION)
        records = await self._log.records(SELECT, _parameters(stream, scanned, event_filter))
        if len(records) > event_filter.limit:
            return EventPage(records[:-1], records[-2].version)
        [(last,)] = await self._select(LAST, (stream, event_filter.until))
        return EventPage(records, scanned if last > scanned else None)


def _parameters(stream: str, scanned: int, event_filter: EventFilter) -> tuple[object, ...]:
    return (
        *(stream, event_filter.after, scanned),
        *(event_filter.since, event_filter.until),
        *(event_filter.name, event_filter.name),
        *(event_filter.actor, event_filter.actor),
        *(event_filter.request_id, event_filter.request_id),
        event_filter.limit + 1,
    )
