"""Export reader on Postgres: the log and its checkpoints as stored, by page and position."""

from collections.abc import AsyncIterator, Sequence
from typing import Final, LiteralString

import msgspec

from adapters.postgres import checkpoints as postgres_checkpoints
from adapters.postgres.checkpoints import PostgresCheckpoints, to_checkpoint
from adapters.postgres.event_mapper import SEAL
from adapters.postgres.reader import PostgresReader
from application.audit.checkpoints import Checkpoint
from application.audit.export import ExportScope
from application.audit.export_format import StoredRow

WINDOW: Final = 2_000
"""Positions scanned for one page."""
PAGE: Final = 500
UNREADABLE: Final = ""
HEAD: Final[LiteralString] = "SELECT coalesce(max(notification_id), 0) FROM forge_events"
ROWS: Final[LiteralString] = """
    SELECT originator_id, originator_version, topic, state, notification_id, chain_hash
    FROM forge_events
"""
WITHIN: Final = ROWS + "WHERE notification_id > %b AND notification_id <= %b"
ALL: Final = WITHIN + " ORDER BY notification_id"
NAMING: Final = WITHIN + " AND position(%b::bytea IN state) > 0 ORDER BY notification_id"
STREAM: Final = (
    ROWS
    + "WHERE originator_id = %b AND originator_version > %b AND notification_id <= %b"
    + " ORDER BY originator_version LIMIT %b"
)
RUN: Final = (
    postgres_checkpoints.COLUMNS
    + "WHERE last_position >= %b AND last_position <= %b ORDER BY last_position LIMIT %b"
)


class OriginOrg(msgspec.Struct, frozen=True):
    org_id: str


class RowOrigin(msgspec.Struct, frozen=True):
    origin: OriginOrg


_decode = msgspec.json.Decoder(RowOrigin).decode


class PostgresExportReader:
    """Implements ``application.audit.export.ExportReader``."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select
        self.hashes = PostgresCheckpoints(select).hashes

    async def head(self) -> int:
        [(position,)] = await self._select(HEAD, ())
        return int(position)

    def rows(self, scope: ExportScope, until: int) -> AsyncIterator[StoredRow]:
        if scope.stream is not None:
            return self._of_stream(scope.stream, until)
        return self._of_log(until) if scope.org_id is None else self._of_org(scope.org_id, until)

    async def run(self, position: int, until: int) -> AsyncIterator[Checkpoint]:
        while page := await self._select(RUN, (position, until, PAGE)):
            for row in page:
                checkpoint = to_checkpoint(row)
                yield checkpoint
                position = checkpoint.last + 1

    async def _of_stream(self, stream: str, until: int) -> AsyncIterator[StoredRow]:
        version = 0
        while page := await self._page(STREAM, (stream, version, until, PAGE)):
            for row in page:
                yield row
            version = page[-1].version

    async def _of_log(self, until: int) -> AsyncIterator[StoredRow]:
        for start in range(0, until, WINDOW):
            for row in await self._page(ALL, (start, min(start + WINDOW, until))):
                yield row

    async def _of_org(self, org_id: str, until: int) -> AsyncIterator[StoredRow]:
        """Let the database skip rows that do not hold the id, and check the others here."""
        named = msgspec.json.encode(org_id)
        for start in range(0, until, WINDOW):
            for row in await self._page(NAMING, (start, min(start + WINDOW, until), named)):
                if _org_of(row) in (org_id, UNREADABLE):
                    yield row

    async def _page(self, query: LiteralString, parameters: Sequence[object]) -> list[StoredRow]:
        return [StoredRow(*row) for row in await self._select(query, parameters)]


def _org_of(row: StoredRow) -> str:
    """Return the organisation of an event; an unreadable state is exported, to be reported."""
    try:
        return _decode(row.state.partition(SEAL)[0]).origin.org_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return UNREADABLE
