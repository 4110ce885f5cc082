"""Snapshots: long streams have them, short ones do not, and a purge deletes them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
import pytest

from application.documents.documents import DOCUMENT, NewDocument, WriteOptions
from application.eventstore.aggregates import SNAPSHOT_AFTER, Aggregates, Loaded
from application.eventstore.event_store import Snapshot
from domain.documents.document import DocumentNotFound
from domain.documents.events import Label
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

DRAFT: Final = NewDocument(Label(name="customers", tags=("crm",)), None, b"{}")
BY_ACME: Final = WriteOptions(ACME)
SNAPSHOTS: Final = "SELECT originator_id, originator_version, state FROM forge_snapshots"


@pytest.fixture
async def backend(database: Database) -> AsyncIterator[Backend]:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        yield backend


@pytest.fixture
async def key(backend: Backend) -> str:
    """Write a document whose history is one event longer than is read without a snapshot."""
    key, _ = await backend.contexts.documents.commands.create(DRAFT, BY_ACME)
    for number in range(SNAPSHOT_AFTER):
        await backend.contexts.documents.commands.add_version(key, b"%d" % number, BY_ACME)
    return key


async def test_a_long_read_leaves_a_snapshot_that_the_next_one_starts_from(
    backend: Backend, key: str
) -> None:
    stream = DOCUMENT.stream(key)
    read = await Aggregates(backend.kernel.log).load(DOCUMENT, stream)
    await backend.contexts.documents.commands.add_version(key, b"[]", BY_ACME)

    history = await backend.kernel.log.load(stream)
    again = await Aggregates(backend.kernel.log).load(DOCUMENT, stream)

    assert history.snapshot is not None
    assert (history.snapshot.version, history.snapshot.owner) == (101, "acme")
    assert [record.version for record in history.records] == [102]
    assert (again.version, again.owner) == (102, read.owner)
    assert again.state == (await _folded(backend, stream)).state


async def test_a_snapshot_alone_restores_the_whole_state(backend: Backend, key: str) -> None:
    stream = DOCUMENT.stream(key)
    read = await Aggregates(backend.kernel.log).load(DOCUMENT, stream)

    again = await Aggregates(backend.kernel.log).load(DOCUMENT, stream)

    assert (await backend.kernel.log.load(stream)).records == []
    assert again == read


async def test_a_stream_that_is_short_enough_has_none(backend: Backend) -> None:
    key, _ = await backend.contexts.documents.commands.create(DRAFT, BY_ACME)

    await Aggregates(backend.kernel.log).load(DOCUMENT, DOCUMENT.stream(key))
    await Aggregates(backend.kernel.log).load(DOCUMENT, "document-none")

    assert await _snapshots(backend) == []


async def test_a_newer_snapshot_takes_the_place_of_the_old(backend: Backend, key: str) -> None:
    stream = DOCUMENT.stream(key)
    await Aggregates(backend.kernel.log).load(DOCUMENT, stream)
    for number in range(SNAPSHOT_AFTER + 1):
        await backend.contexts.documents.commands.add_version(key, b"%d" % number, BY_ACME)

    await Aggregates(backend.kernel.log).load(DOCUMENT, stream)

    assert [version for _, version, _ in await _snapshots(backend)] == [202]


async def test_a_snapshot_of_a_stale_version_is_not_stored(backend: Backend, key: str) -> None:
    stale = Snapshot(100, "acme", msgspec.Raw(b"{}"))

    await backend.kernel.log.keep(DOCUMENT.stream(key), stale)

    assert await _snapshots(backend) == []


async def test_a_purge_takes_the_snapshot_away_and_none_comes_back(
    backend: Backend, key: str
) -> None:
    stream = DOCUMENT.stream(key)
    await backend.contexts.documents.commands.trash(key, BY_ACME)
    read = await Aggregates(backend.kernel.log).load(DOCUMENT, stream)
    assert await _snapshots(backend) != []

    await backend.contexts.documents.commands.purge(key, BY_ACME)
    late = Snapshot(read.version, "acme", msgspec.Raw(msgspec.json.encode(read.state)))
    await backend.kernel.log.keep(stream, late)

    assert await _snapshots(backend) == []


async def test_a_purged_document_is_read_without_its_contents(backend: Backend, key: str) -> None:
    await backend.contexts.documents.commands.trash(key, BY_ACME)
    await backend.contexts.documents.commands.purge(key, BY_ACME)

    for command in (
        backend.contexts.documents.commands.trash,
        backend.contexts.documents.commands.restore,
    ):
        with pytest.raises(DocumentNotFound):
            await command(key, BY_ACME)

    [(_, version, state)] = await _snapshots(backend)
    assert version == 103
    assert b"customers" not in state
    assert b"crm" not in state


async def test_memory_is_bounded_and_the_least_recently_used_goes_first(backend: Backend) -> None:
    aggregates = Aggregates(backend.kernel.log, most=2)
    states = {stream: Loaded(1, "acme", stream) for stream in ("a-1", "a-2", "a-3")}
    aggregates.remember("a-1", states["a-1"])
    aggregates.remember("a-2", states["a-2"])
    await aggregates.recall(DOCUMENT, "a-1")

    aggregates.remember("a-3", states["a-3"])

    recalled = await asyncio.gather(*(aggregates.recall(DOCUMENT, stream) for stream in states))
    assert [loaded.remembered for loaded in recalled] == [True, False, True]


async def _snapshots(backend: Backend) -> list[Any]:
    return await backend.kernel.select(SNAPSHOTS, ())


async def _folded(backend: Backend, stream: str) -> Loaded:
    """Fold the whole stream, as if there were no snapshots."""
    records = await backend.kernel.log.read(stream)
    state = None
    for record in records:
        state = DOCUMENT.evolve(state, record.event)  # type: ignore[arg-type]
    return Loaded(len(records), records[0].origin.org_id, state)
