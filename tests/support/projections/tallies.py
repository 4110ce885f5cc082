"""A read model that counts: an event applied twice or not at all shows in its rows."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection

from application.concurrency.watermark import Watermark
from application.documents.documents import NewDocument, WriteOptions
from application.eventstore.envelope import RecordedEvent
from domain.documents.events import DocumentCreated, Label, VersionAdded
from projections.engine.host import ProjectorHost
from projections.engine.projection import Projection, Write, columns_of
from projections.engine.tracking import BuildStatus, build_statuses
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures

DRAFT: Final = NewDocument(Label(name="customers"), None, b"{}")
COUNT: Final[LiteralString] = """
    INSERT INTO {tallies} AS old SELECT * FROM unnest(%b::text[], %b::bigint[])
    ON CONFLICT (id) DO UPDATE SET events = old.events + excluded.events
"""
COUNTED: Final[LiteralString] = "SELECT id, events FROM models.tallies"
RECORDED: Final[LiteralString] = """
    SELECT split_part(originator_id, '-', 2), count(*) FROM forge_events
    WHERE topic IN ('document.created', 'document.version_added') GROUP BY 1
"""
OF_TOMORROW: Final[LiteralString] = """
    INSERT INTO forge_events (originator_id, originator_version, topic, state, notification_id,
                              recorded_until, chain_hash)
    SELECT 'document-of-tomorrow', 1, 'document.levitated',
           convert_to(replace(convert_from(
               substr(state, 1, position('\\x00'::bytea IN state) - 1), 'UTF8'),
               'document.created', 'document.levitated'), 'UTF8'),
           notification_id + 1, recorded_until, chain_hash
    FROM forge_events ORDER BY notification_id DESC LIMIT 1
"""
"""Stores an event that this release cannot decode."""


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    return [Write(COUNT, columns_of(Counter(record.key for record in records).items()))]


TALLIES: Final = Projection(
    name="tallies",
    shape=1,
    tables=("tallies",),
    ddl="CREATE TABLE {tallies} (id text PRIMARY KEY, events bigint NOT NULL)",
    indexes="CREATE INDEX ON {tallies} (events);",
    takes=frozenset({DocumentCreated, VersionAdded}),
    fold=fold,
)


@asynccontextmanager
async def process(
    conninfo: str, *projections: Projection, projecting: bool = True
) -> AsyncIterator[Backend]:
    """Run one process of the service with these read models in place of its own."""
    backend = Backend(conninfo, SECRETS, Failures())
    backend.kernel.models.update({projection.name: Watermark() for projection in projections})
    async with backend.running():
        if projecting:
            host = ProjectorHost(
                projections, backend.kernel.log, conninfo, backend.kernel.supervisor
            )
            backend.kernel.supervisor.start("projections", host.run)
        yield backend


@asynccontextmanager
async def run_projector(conninfo: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process that projects the tallies, and end it."""
    command = (sys.executable, "-m", "tests.support.projections.projector", conninfo)
    child = await asyncio.create_subprocess_exec(*command)
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def write(backend: Backend, documents: int) -> int:
    """Create documents at once and return the last position."""
    created = (
        backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
        for _ in range(documents)
    )
    return max(written.position for _, written in await asyncio.gather(*created))


async def count_rows(connection: AsyncConnection[Any]) -> dict[str, int]:
    """Return the rows of the live tallies."""
    return dict(await (await connection.execute(COUNTED)).fetchall())


async def count_events(connection: AsyncConnection[Any]) -> dict[str, int]:
    """Return the rows that the log implies."""
    return dict(await (await connection.execute(RECORDED)).fetchall())


@asynccontextmanager
async def keep_writing(*backends: Backend) -> AsyncIterator[None]:
    """Write documents until the end of the block."""
    over = asyncio.Event()
    writers = [asyncio.create_task(_write_until(over, backend)) for backend in backends]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*writers)


async def read_build(connection: AsyncConnection[Any], name: str = TALLIES.name) -> BuildStatus:
    """Return the status of a read model's first build."""
    for found in await build_statuses(connection):
        if (found.name, found.number) == (name, 1):
            return found
    raise LookupError(name)


@asynccontextmanager
async def operator(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    """Open a connection that may end others."""
    async with await AsyncConnection.connect(database.owner, autocommit=True) as connection:
        yield connection


async def _write_until(over: asyncio.Event, backend: Backend) -> None:
    while not over.is_set():
        await write(backend, 5)
