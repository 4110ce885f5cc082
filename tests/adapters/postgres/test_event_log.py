"""The event log with many writers, a tailing reader and lost connections."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from itertools import chain

import pytest
from psycopg import AsyncConnection

from adapters.crypto.ids import new_key
from application.documents.documents import NewDocument, WriteOptions
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import (
    AlreadyHandled,
    Append,
    Claim,
    ConcurrentWrite,
    ValueTaken,
)
from application.eventstore.idempotency import IdempotentRequest
from domain.documents.document import DocumentNotFound
from domain.documents.events import DocumentCreated, Label
from domain.documents.folder_events import FolderCreated
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME, RIVAL, history
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures, running_backend

pytestmark = pytest.mark.anyio

WRITERS, ROUNDS = 32, 10
DRAFT = NewDocument(Label(name="customers"), None, b"{}")
BREAK_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def backend(database: Database) -> AsyncIterator[Backend]:
    async with running_backend(database) as backend:
        yield backend


@pytest.fixture
async def another(database: Database, backend: Backend) -> AsyncIterator[Backend]:
    """Run a second backend on the same database, as a second process would."""
    async with running_backend(database) as another:
        assert backend is not another
        yield another


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have several away at once all the time, as with thousands of writers."""
    monkeypatch.setattr("adapters.postgres.group_commit.MAX_BATCH", 4)


async def test_no_write_is_lost_doubled_or_passed_by(backend: Backend, another: Backend) -> None:
    await nothing_is_lost(backend, another)


@pytest.mark.usefixtures("small_batches")
async def test_nor_is_it_when_batches_overtake_each_other(
    backend: Backend, another: Backend
) -> None:
    await nothing_is_lost(backend, another)


async def nothing_is_lost(backend: Backend, another: Backend) -> None:
    """Every fourth writer fights for one stream; the others have a stream of their own."""
    shared, first = await _create(backend)
    finished = asyncio.Event()
    tail = asyncio.create_task(_tail(another, finished))

    acknowledged = await asyncio.gather(
        *(_write((backend, another)[n % 2], None if n % 4 else shared) for n in range(WRITERS))
    )
    finished.set()
    seen = await tail

    assert [record.position for record in seen] == list(range(1, len(seen) + 1))
    assert sorted([first, *chain(*acknowledged)]) == [record.position for record in seen]
    assert all(versions == [*range(1, len(versions) + 1)] for versions in _versions(seen).values())


async def test_after_a_lost_connection_a_write_still_counts_once(
    backend: Backend, database: Database
) -> None:
    writes = [asyncio.create_task(_create(backend)) for _ in range(1000)]
    await backend.kernel.log.head.reach(1, within=5)
    async with await AsyncConnection.connect(database.owner) as connection:
        await connection.execute(BREAK_CONNECTIONS)

    positions = [position for _, position in await asyncio.gather(*writes)]

    assert sorted(positions) == list(range(1, 1001))
    assert await backend.kernel.log.stored_head() == 1000


async def test_another_organisation_cannot_touch_a_stream(backend: Backend) -> None:
    key, _ = await _create(backend)

    with pytest.raises(DocumentNotFound):
        await backend.contexts.documents.commands.trash(key, WriteOptions(RIVAL))


async def test_a_value_is_claimed_once_and_the_loser_leaves_nothing(backend: Backend) -> None:
    async def claim() -> Sequence[RecordedEvent]:
        key = new_key()
        event = (await backend.kernel.log.read(f"document-{created}"))[0].event
        entry = Append(
            records=tuple(history(f"document-{key}", event)),
            claims=(Claim("kind", "acme", "x", key),),
        )
        return await backend.kernel.log.append(entry)

    created, _ = await _create(backend)
    outcomes = await asyncio.gather(*(claim() for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(outcome, ValueTaken) for outcome in outcomes) == 7
    assert await backend.kernel.log.stored_head() == 2


async def test_an_idempotent_request_is_acted_on_once(backend: Backend) -> None:
    once = IdempotentRequest("k1", "again", b"digest", lambda _: b"answer")

    outcomes = await asyncio.gather(
        *(
            backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME, once=once))
            for _ in range(8)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, AlreadyHandled) for outcome in outcomes) == 7
    assert await backend.kernel.log.stored_head() == 1
    stored = await backend.kernel.idempotency_store.find("k1", "again")
    assert stored is not None
    assert stored.to(b"digest") == b"answer"


async def test_the_projection_follows_both_backends(backend: Backend, another: Backend) -> None:
    written = await asyncio.gather(*(_create((backend, another)[n % 2]) for n in range(100)))
    position = max(position for _, position in written)

    await another.kernel.models["document_summaries"].reach(position, within=5)

    page = await another.contexts.documents.summaries.page(
        "acme", folder_id=None, before="g", limit=200
    )
    assert sorted(summary.id for summary in page) == sorted(key for key, _ in written)


async def test_consumers_side_by_side_share_what_one_of_them_reads(
    backend: Backend, database: Database
) -> None:
    _, position = await _create(backend)
    reader = Backend(database.app, SECRETS, Failures())
    async with reader.running():
        await reader.kernel.log.head.reach(position, within=5)
        pages = await asyncio.gather(*(reader.kernel.log.page(after=0, limit=10) for _ in range(4)))

    [record] = pages[0]
    assert all(len(page) == 1 and page[0] is record for page in pages)


async def test_a_process_reads_nothing_personal_but_what_it_opens(
    backend: Backend, database: Database
) -> None:
    draft = NewDocument(Label(name="customers"), "imports", b"{}")
    await backend.contexts.documents.commands.create(draft, WriteOptions(ACME))
    projector = Backend(database.app, SECRETS, Failures())
    projector.kernel.log.decrypt_only(["folder.created"])
    async with projector.running():
        folder, document = await projector.kernel.log.page(after=0, limit=10)

    assert isinstance(folder.event, FolderCreated)
    assert folder.event.path == "imports"
    assert isinstance(document.event, DocumentCreated)
    assert document.event.label == Label(name="")


async def _create(backend: Backend) -> tuple[str, int]:
    key, written = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    return key, written.position


async def _write(backend: Backend, key: str | None) -> list[int]:
    """Return the positions acknowledged; a race lost three times over acknowledges nothing."""
    positions = []
    if key is None:
        key, position = await _create(backend)
        positions.append(position)
    for _ in range(ROUNDS):
        try:
            written = await backend.contexts.documents.commands.add_version(
                key, b"[]", WriteOptions(ACME)
            )
            positions.append(written.position)
        except ConcurrentWrite:
            await asyncio.sleep(0)
    return positions


async def _tail(backend: Backend, finished: asyncio.Event) -> list[RecordedEvent]:
    """Read on from the last position seen while writing goes on, as a projection does."""
    seen: list[RecordedEvent] = []
    while not finished.is_set() or len(seen) < await backend.kernel.log.stored_head():
        seen += await backend.kernel.log.page(after=seen[-1].position if seen else 0, limit=50)
        await asyncio.sleep(0)
    return seen


def _versions(seen: list[RecordedEvent]) -> dict[str, list[int]]:
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for record in seen:
        versions[record.stream].append(record.version)
    return versions
