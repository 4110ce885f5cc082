"""The event log: appends by group commit, reads by batch, the newest events from memory."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec

from adapters.event_mapper import to_record
from adapters.postgres_group_commit import GroupCommit
from adapters.postgres_pools import Pool
from adapters.postgres_reader import PostgresReader
from application.batcher import Batcher
from application.event_log import Append, History, Snapshot
from application.recorded import Recorded
from application.tail import Tail
from application.watermark import Watermark

LOOK_SECONDS: Final = 0.5
"""How often to look behind the head for what no notice told of: one may be lost."""
COLUMNS = (
    "SELECT originator_id, originator_version, topic, state, notification_id, chain_hash"
    " FROM forge_events"
)
PAGE: Final = COLUMNS + " WHERE notification_id > %b ORDER BY notification_id LIMIT %b"
STREAM: Final = (
    COLUMNS
    + " WHERE originator_id = %b AND originator_version > %b ORDER BY originator_version LIMIT %b"
)
PAST: Final = (
    COLUMNS
    + " WHERE originator_id = ANY(%b::text[]) AND notification_id <= %b"
    + " ORDER BY originator_id, originator_version"
)
SNAPSHOTS: Final = """
    SELECT originator_id, originator_version, state FROM forge_snapshots
    WHERE originator_id = ANY(%b::text[])
"""
SINCE: Final = """
    SELECT e.originator_id, e.originator_version, e.topic, e.state, e.notification_id, e.chain_hash
    FROM unnest(%b::text[], %b::bigint[]) AS s (stream, version)
    JOIN forge_events e ON e.originator_id = s.stream AND e.originator_version > s.version
    ORDER BY e.originator_id, e.originator_version
"""
KEEP: Final = "SELECT forge_keep_snapshot(%b, %b, %b, %b)"
HEAD: Final = "SELECT coalesce(max(notification_id), 0) FROM forge_events"
POSITION_AT: Final = "SELECT forge_position_at(%b)"


class OwnedState(msgspec.Struct, frozen=True):
    owner: str
    state: msgspec.Raw


class PostgresEventLog:
    """Implements ``application.event_log.EventLog``."""

    def __init__(self, select: PostgresReader, pool: Pool, tail: Tail) -> None:
        self.head = Watermark()
        self.commits = GroupCommit(pool, self._appended)
        self._select = select
        self._tail = tail
        self._looked_at = 0.0
        self._reading = asyncio.Lock()
        self._loads = Batcher[str, History](self._load)

    async def append(self, entry: Append) -> Sequence[Recorded]:
        return await self.commits.append(entry)

    async def load(self, stream: str) -> History:
        return await self._loads.ask(stream)

    async def read(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Recorded]:
        return await self._records(STREAM, (stream, after, limit))

    async def past(self, streams: Sequence[str], *, until: int) -> Sequence[Recorded]:
        return await self._records(PAST, (list(streams), until))

    async def page(self, *, after: int, limit: int) -> Sequence[Recorded]:
        if recent := self._tail.after(after, limit):
            return recent
        await self.commits.settled()  # the news may be of our own batch, not answered yet
        async with self._reading:  # nor need consumers side by side all read what is new
            return self._tail.after(after, limit) or await self._read_page(after, limit)

    async def _read_page(self, after: int, limit: int) -> Sequence[Recorded]:
        now = time.monotonic()
        if after >= self.head.position and now - self._looked_at < LOOK_SECONDS:
            return ()
        self._looked_at = now
        records = await self._records(PAGE, (after, limit))
        if records:
            self._tail.offer(records)
            self.head.advance(records[-1].position)
        return records

    async def keep(self, stream: str, snapshot: Snapshot) -> None:
        state = msgspec.json.encode(OwnedState(snapshot.owner, snapshot.state))
        category = stream.partition("-")[0]
        topic = f"{category}.snapshot"
        await self._select(KEEP, (stream, snapshot.version, topic, state))

    async def position_at(self, time: datetime) -> int:
        [(position,)] = await self._select(POSITION_AT, (time,))
        return int(position)

    async def stored_head(self) -> int:
        """Return where the log ends, from the database itself."""
        [(position,)] = await self._select(HEAD, ())
        return int(position)

    async def close(self) -> None:
        await self.commits.close()

    def _appended(self, records: Sequence[Recorded]) -> None:
        self._tail.offer(records)
        if records:
            self.head.advance(records[-1].position)

    async def _load(self, streams: Sequence[str]) -> Sequence[History]:
        wanted = list(dict.fromkeys(streams))
        snapshots = {
            stream: _snapshot(version, state)
            for stream, version, state in await self._select(SNAPSHOTS, (wanted,))
        }
        versions = [snapshots[s].version if s in snapshots else 0 for s in wanted]
        histories: dict[str, list[Recorded]] = {stream: [] for stream in wanted}
        for record in await self._records(SINCE, (wanted, versions)):
            histories[record.stream].append(record)
        return [History(histories[stream], snapshots.get(stream)) for stream in streams]

    async def _records(self, query: LiteralString, parameters: Sequence[Any]) -> list[Recorded]:
        return [to_record(*row) for row in await self._select(query, parameters)]


def _snapshot(version: int, state: bytes) -> Snapshot:
    owned = msgspec.json.decode(state, type=OwnedState)
    return Snapshot(version, owned.owner, owned.state)
