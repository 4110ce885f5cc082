"""Projections applied to real tables without the engine, and rolled back."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection, Connection
from psycopg.sql import SQL

from application.eventstore.envelope import RecordedEvent
from projections.catalogue import PROJECTIONS
from projections.engine import table_sets
from projections.engine.projection import Projection
from tests.support.servers.databases import Database

BUILD: Final = 1
ROWS: Final = SQL("SELECT t::text FROM {} t ORDER BY 1")


class Tables:
    """One build of the tables of every projection, with their indexes."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Roll the block back, so that the tables stay empty."""
        with self.connection.transaction(force_rollback=True):
            yield

    def project(self, projection: Projection, records: Sequence[RecordedEvent]) -> None:
        """Apply those of a batch of events that the projection takes, as its engine does."""
        taken = [record for record in records if type(record.event) in projection.takes]
        for write in projection.fold(taken) if taken else ():
            self.connection.execute(projection.compose(write.sql, BUILD), write.columns)

    def rows(self, projection: Projection) -> dict[str, list[str]]:
        """Return all rows as text, by table."""
        return {
            name: [text for (text,) in self.connection.execute(ROWS.format(table))]
            for name, table in projection.tables_of(BUILD).items()
        }

    def read(self, projection: Projection, query: LiteralString) -> list[tuple[Any, ...]]:
        return self.connection.execute(projection.compose(query, BUILD)).fetchall()


@contextmanager
def open_tables(database: Database) -> Iterator[Tables]:
    asyncio.run(_open(database.app))
    with Connection.connect(database.app, autocommit=True) as connection:
        yield Tables(connection)


async def _open(conninfo: str) -> None:
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        for projection in PROJECTIONS:
            build = await table_sets.open_build(connection, projection)
            assert build == BUILD
            await table_sets.index(connection, projection, build)
