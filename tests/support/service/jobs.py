"""The job table over a pool of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.pools import pool
from adapters.postgres.reader import PostgresReader
from tests.support.servers.databases import Database

ROW = """
    SELECT due_at, attempts, error, leased_by, leased_until FROM jobs WHERE id = %b
"""


class JobTable(PostgresJobs):
    """A job table that also shows rows, and records the kinds that were woken."""

    def __init__(self, select: PostgresReader) -> None:
        self.woken: list[str] = []
        super().__init__(select, self.woken.append)
        self.select = select

    async def row(self, job_id: str) -> Any:
        """Return (due_at, attempts, error, leased_by, leased_until), or nothing."""
        return next(iter(await self.select(ROW, (job_id,))), None)


@asynccontextmanager
async def job_table(database: Database) -> AsyncIterator[JobTable]:
    async with pool(database.app, size=4, name="jobs") as connections:
        yield JobTable(PostgresReader(connections))
