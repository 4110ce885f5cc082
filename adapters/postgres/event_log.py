"""Event log on Postgres: appends by group commit, reads by position, recent events from memory."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec

from adapters.crypto.data_keys import KeyWrapping
from adapters.postgres.append_keys import AppendKeys
from adapters.postgres.event_mapper import SEAL, is_sealed, to_record
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pools import Pool
from adapters.postgres.reader import PostgresReader
from application.concurrency.batcher import Batcher
from application.concurrency.watermark import Watermark
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import Append, History, Snapshot
from application.eventstore.recent_events import RecentEvents
from application.telemetry.metrics import Metrics
from application.telemetry.tracing import Tracing

POLL_SECONDS: Final = 0.5
"""How often to read past the known head: a notification may be lost."""
COLUMNS = (
    "SELECT e.originator_id, e.originator_version, e.topic, e.state, e.notification_id,"
    " e.chain_hash, k.wrapped"
    " FROM forge_events e LEFT JOIN data_keys k ON k.stream = e.originator_id"
)
PAGE: Final = COLUMNS + " WHERE e.notification_id > %b ORDER BY e.notification_id LIMIT %b"
PAGE_DECRYPTING_ONLY: Final = (
    COLUMNS
    + " AND e.topic = ANY(%b::text[])"
    + " WHERE e.notification_id > %b ORDER BY e.notification_id LIMIT %b"
)
OUTLINE: Final = """
    SELECT originator_id, originator_version, topic, state, notification_id, chain_hash, NULL::bytea
    FROM forge_events WHERE notification_id > %b ORDER BY notification_id LIMIT %b
"""
STREAM: Final = (
    COLUMNS
    + " WHERE e.originator_id = %b AND e.originator_version > %b"
    + " ORDER BY e.originator_version LIMIT %b"
)
PAST: Final = (
    COLUMNS
    + " WHERE e.originator_id = ANY(%b::text[]) AND e.notification_id <= %b"
    + " ORDER BY e.originator_id, e.originator_version"
)
SNAPSHOTS: Final = """
    SELECT s.originator_id, s.originator_version, s.state, k.wrapped
    FROM forge_snapshots s LEFT JOIN data_keys k ON k.stream = s.originator_id
    WHERE s.originator_id = ANY(%b::text[])
"""
SINCE: Final = (
    COLUMNS
    + " JOIN unnest(%b::text[], %b::bigint[]) AS s (stream, version)"
    + " ON e.originator_id = s.stream AND e.originator_version > s.version"
    + " ORDER BY e.originator_id, e.originator_version"
)
KEEP: Final = "SELECT forge_keep_snapshot(%b, %b, %b, %b)"
HEAD: Final = "SELECT coalesce(max(notification_id), 0) FROM forge_events"
POSITION_AT: Final = "SELECT forge_position_at(%b)"


class OwnedState(msgspec.Struct, frozen=True):
    owner: str
    state: msgspec.Raw


class PostgresEventLog:
    """Implements ``application.eventstore.event_store.EventLog``."""

    def __init__(  # noqa: PLR0913, PLR0917 - pools, keys, and what observes it
        self,
        select: PostgresReader,
        pool: Pool,
        recent: RecentEvents,
        wrapping: KeyWrapping,
        metrics: Metrics,
        tracing: Tracing,
    ) -> None:
        self._tracing = tracing
        self.head = Watermark()
        self._wrapping = wrapping
        self._append_keys = AppendKeys(select, wrapping)
        self.commits = GroupCommit(pool, self._append_keys, self._on_appended, metrics)
        self._select = select
        self._recent = recent
        self._decrypted_types: list[str] | None = None
        self._polled_at = 0.0
        self._reading = asyncio.Lock()
        self._loads = Batcher[str, History](self._load)

    def decrypt_only(self, events: Collection[str]) -> None:
        """Decrypt only these events in pages from now on; others come without personal data."""
        self._decrypted_types = [*events]

    async def append(self, entry: Append) -> Sequence[RecordedEvent]:
        with self._tracing.append(entry.records) as span:
            stored = await self.commits.append(entry)
            span(stored)
            return stored

    async def load(self, stream: str) -> History:
        return await self._loads.ask(stream)

    async def read(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        return await self.records(STREAM, (stream, after, limit))

    async def past(self, streams: Sequence[str], *, until: int) -> Sequence[RecordedEvent]:
        return await self.records(PAST, (list(streams), until))

    async def page(self, *, after: int, limit: int) -> Sequence[RecordedEvent]:
        if records := self._recent.after(after, limit):
            return records
        if after + limit < self.head.position:  # reads of history need no lock
            return await self._stored_page(after, limit)
        await self.commits.wait_in_flight()  # a notification may precede our own answer
        async with self._reading:  # concurrent consumers share one read of new events
            return self._recent.after(after, limit) or await self._read_page(after, limit)

    async def outline(self, *, after: int, limit: int) -> Sequence[RecordedEvent]:
        if self.head.position - after < limit:
            return await self.page(after=after, limit=limit)
        return await self.records(OUTLINE, (after, limit))

    async def _read_page(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        now = time.monotonic()
        if after >= self.head.position and now - self._polled_at < POLL_SECONDS:
            return ()
        self._polled_at = now
        records = await self._stored_page(after, limit)
        if records:
            self._recent.offer(records)
            self.head.advance(records[-1].position)
        return records

    async def _stored_page(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        if self._decrypted_types is None:
            return await self.records(PAGE, (after, limit))
        return await self.records(PAGE_DECRYPTING_ONLY, (self._decrypted_types, after, limit))

    async def keep(self, stream: str, snapshot: Snapshot) -> None:
        state = msgspec.json.encode(OwnedState(snapshot.owner, snapshot.state))
        if (key := await self._append_keys.key(stream)) is not None:
            state = SEAL + key.seal(state)
        category = stream.partition("-")[0]
        topic = f"{category}.snapshot"
        await self._select(KEEP, (stream, snapshot.version, topic, state))

    async def position_at(self, time: datetime) -> int:
        [(position,)] = await self._select(POSITION_AT, (time,))
        return int(position)

    async def stored_head(self) -> int:
        """Return the last position of the log, read from the database."""
        [(position,)] = await self._select(HEAD, ())
        return int(position)

    async def records(self, query: LiteralString, parameters: Sequence[Any]) -> list[RecordedEvent]:
        """Return the events of a query on ``COLUMNS``."""
        return [self._record(row) for row in await self._select(query, parameters)]

    async def close(self) -> None:
        await self.commits.close()

    def _on_appended(self, records: Sequence[RecordedEvent]) -> None:
        self._recent.offer(records)
        if records:
            self.head.advance(records[-1].position)

    async def _load(self, streams: Sequence[str]) -> Sequence[History]:
        unique = list(dict.fromkeys(streams))
        snapshots = {
            stream: self._snapshot(stream, version, state, wrapped)
            for stream, version, state, wrapped in await self._select(SNAPSHOTS, (unique,))
        }
        versions = [snapshots[s].version if s in snapshots else 0 for s in unique]
        histories: dict[str, list[RecordedEvent]] = {stream: [] for stream in unique}
        for record in await self.records(SINCE, (unique, versions)):
            histories[record.stream].append(record)
        return [History(histories[stream], snapshots.get(stream)) for stream in streams]

    def _record(self, row: tuple[str, int, str, bytes, int, bytes, bytes | None]) -> RecordedEvent:
        stream, version, name, state, position, chain_hash, wrapped = row
        key = None
        if wrapped is not None and is_sealed(state):
            key = self._wrapping.unwrap(stream, wrapped)
        return to_record(stream, version, name, state, position, chain_hash, key)

    def _snapshot(self, stream: str, version: int, state: bytes, wrapped: bytes | None) -> Snapshot:
        if wrapped is not None and state.startswith(SEAL):
            state = self._wrapping.unwrap(stream, wrapped).open(state.removeprefix(SEAL))
        owned = msgspec.json.decode(state, type=OwnedState)
        return Snapshot(version, owned.owner, owned.state)
