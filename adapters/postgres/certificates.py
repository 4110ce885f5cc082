"""Certified erasures on Postgres, and the streams that still have their data key."""

from collections.abc import Mapping, Sequence
from typing import Final, LiteralString

from adapters.postgres.event_log import COLUMNS, PostgresEventLog
from adapters.postgres.reader import PostgresReader
from application.eventstore.envelope import RecordedEvent

CERTIFIED: Final = (
    COLUMNS
    + " WHERE e.topic = 'erasure.certified' AND e.notification_id > %b"
    + " ORDER BY e.notification_id LIMIT %b"
)
HASHES: Final[LiteralString] = """
    SELECT notification_id, encode(chain_hash, 'hex') FROM forge_events
    WHERE notification_id = ANY(%b::bigint[])
"""
KEYED: Final[LiteralString] = "SELECT stream FROM data_keys WHERE stream = ANY(%b::text[])"


class PostgresCertificates:
    """Implements ``application.erasure.erasure_ledger.CertificateLog``."""

    def __init__(self, select: PostgresReader, log: PostgresEventLog) -> None:
        self._select = select
        self._log = log

    async def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        return await self._log.records(CERTIFIED, (position, limit))

    async def hashes(self, positions: Sequence[int]) -> Mapping[int, str]:
        return dict(await self._select(HASHES, (list(positions),)))

    async def keyed(self, streams: Sequence[str]) -> frozenset[str]:
        """Return those streams that still have their data key."""
        return frozenset(stream for (stream,) in await self._select(KEYED, (list(streams),)))
