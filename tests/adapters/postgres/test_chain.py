"""The hash chain: the database chains stored events as an auditor recomputes them."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import Connection

from adapters.postgres.migrator import DIRECTORY, migrate
from application.documents.documents import NewDocument, WriteOptions
from application.eventstore.event_store import Append, ConcurrentWrite
from application.eventstore.hash_chain import BEGINNING, chain_hash, event_digest
from domain.documents.events import DocumentRestored, DocumentTrashed, Label
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME, history
from tests.support.domain.scenario import NOW
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

DRAFT = NewDocument(Label(name="customers"), "imports/2026", b"{}")
ROWS = """
    SELECT originator_id, originator_version, topic, notification_id, state, chain_hash
    FROM forge_events ORDER BY notification_id
"""
UNCHAINED = """
    INSERT INTO forge_events (originator_id, originator_version, topic, state, notification_id,
                              recorded_until)
    SELECT 'document-' || n % 7, n / 7 + 1, 'document.restored', convert_to(n::text, 'UTF8'), n + 1,
           now()
    FROM generate_series(0, 299) n
"""
HASH = "SELECT forge_chain_hash(%b, %b, %b)"


@pytest.fixture
async def backend(database: Database) -> AsyncIterator[Backend]:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        yield backend


@pytest.mark.anyio
async def test_events_are_chained_within_their_streams(
    backend: Backend, database: Database
) -> None:
    keys = [
        key
        for key, _ in await asyncio.gather(
            *(
                backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
                for _ in range(20)
            )
        )
    ]
    for key in keys[:5]:
        await backend.contexts.documents.commands.add_version(key, b"[]", WriteOptions(ACME))
    written = await backend.contexts.documents.commands.trash(keys[0], WriteOptions(ACME))

    rows = _rows(database)

    assert _recomputed(rows) == [row[-1] for row in rows]
    assert written.records[0].chain_hash == rows[-1][-1]
    assert (await backend.kernel.log.page(after=0, limit=1))[0].chain_hash == rows[0][-1]


@pytest.mark.anyio
async def test_events_of_one_command_on_one_stream_are_chained(
    backend: Backend, database: Database
) -> None:
    key, _ = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    stream, events = f"document-{key}", (DocumentTrashed(purge_at=NOW), DocumentRestored())
    records = history(stream, *events, after=1)

    stored = await backend.kernel.log.append(Append(records=tuple(records)))

    rows = _rows(database)
    assert _recomputed(rows) == [row[-1] for row in rows]
    assert [record.chain_hash for record in stored] == [row[-1] for row in rows[-2:]]


@pytest.mark.anyio
async def test_a_version_that_continues_nothing_is_refused(backend: Backend) -> None:
    key, _ = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    head = await backend.kernel.log.stored_head()
    records = history(f"document-{key}", DocumentRestored(), after=2)

    with pytest.raises(ConcurrentWrite):
        await backend.kernel.log.append(Append(records=tuple(records)))

    assert await backend.kernel.log.stored_head() == head


def test_what_was_stored_before_there_was_a_chain_is_chained_by_the_migration(
    empty_database: Database, tmp_path: Path
) -> None:
    for file in sorted(DIRECTORY.glob("*.sql"))[:5]:
        shutil.copy(file, tmp_path)
    migrate(empty_database.owner, tmp_path)
    with Connection.connect(empty_database.owner, autocommit=True) as connection:
        connection.execute(UNCHAINED)

    migrate(empty_database.owner)

    rows = _rows(empty_database)
    assert len(rows) == 300
    assert _recomputed(rows) == [row[-1] for row in rows]


@pytest.fixture(scope="module")
def connection(databases: Databases) -> Iterator[Connection]:
    with (
        databases.migrated() as database,
        Connection.connect(database.owner, autocommit=True) as connection,
    ):
        yield connection


@given(
    st.none() | st.binary(min_size=32, max_size=32),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_the_database_and_an_auditor_agree(
    connection: Connection, previous: bytes | None, position: int, digest: bytes
) -> None:
    found = connection.execute(HASH, (previous, position, digest)).fetchone()

    assert found == (chain_hash(previous or BEGINNING, position, digest),)


def _rows(database: Database) -> list[tuple[Any, ...]]:
    with Connection.connect(database.owner) as connection:
        return connection.execute(ROWS).fetchall()


def _recomputed(rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
    """Return the hashes an auditor would expect, from all else that is stored."""
    before: defaultdict[str, bytes] = defaultdict(lambda: BEGINNING)
    hashes = []
    for stream, version, topic, position, state, _ in rows:
        digest = event_digest(stream, version, topic, state)
        before[stream] = chain_hash(before[stream], position, digest)
        hashes.append(before[stream])
    return hashes
