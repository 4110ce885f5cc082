"""The command handler: remembered states make it faster and never change a decision."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from msgspec.structs import replace

from application.documents.documents import DOCUMENT, NewDocument, Revision, WriteOptions
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import Append, ConcurrentWrite
from application.eventstore.transaction import Decision, Transaction
from domain.documents.commands import DocumentCommand, TrashDocument
from domain.documents.document import DocumentNotFound, DocumentNotTrashed
from domain.documents.events import DocumentPurged, DocumentRestored, DocumentTrashed, Label
from domain.erasure.events import ErasureCertified
from domain.refusals import PreconditionFailed
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME, RIVAL
from tests.support.servers.databases import Databases
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

DRAFT = NewDocument(Label(name="customers"), None, b"{}")
BY_ACME = WriteOptions(ACME)


@pytest.fixture(scope="module")
async def backends(databases: Databases) -> AsyncIterator[tuple[Backend, Backend]]:
    """Run two on one database, as two processes would."""
    with databases.migrated() as database:
        here, there = (Backend(database.app, SECRETS, Failures()) for _ in range(2))
        async with here.running(), there.running():
            yield here, there


@pytest.fixture
def here(backends: tuple[Backend, Backend]) -> Backend:
    return backends[0]


@pytest.fixture
def there(backends: tuple[Backend, Backend]) -> Backend:
    return backends[1]


@pytest.fixture
async def key(here: Backend) -> str:
    """Create a document that ``here`` remembers as live at version 1."""
    return (await here.contexts.documents.commands.create(DRAFT, BY_ACME))[0]


async def test_what_was_trashed_elsewhere_can_be_restored(
    key: str, here: Backend, there: Backend
) -> None:
    await there.contexts.documents.commands.trash(key, BY_ACME)

    restored = await here.contexts.documents.commands.restore(key, BY_ACME)

    assert [type(record.event) for record in restored.records] == [DocumentRestored]
    assert restored.version == 3


async def test_what_was_trashed_elsewhere_can_be_purged(
    key: str, here: Backend, there: Backend
) -> None:
    await there.contexts.documents.commands.trash(key, BY_ACME)

    purged = await here.contexts.documents.commands.purge(key, BY_ACME)

    events = [type(record.event) for record in purged.records]
    assert events == [DocumentPurged, ErasureCertified]


async def test_what_was_trashed_elsewhere_cannot_be_changed(
    key: str, here: Backend, there: Backend
) -> None:
    await there.contexts.documents.commands.trash(key, BY_ACME)

    with pytest.raises(DocumentNotFound):
        await here.contexts.documents.commands.add_version(key, b"[]", BY_ACME)


async def test_what_was_restored_elsewhere_cannot_be_purged(
    key: str, here: Backend, there: Backend
) -> None:
    await here.contexts.documents.commands.trash(key, BY_ACME)
    await there.contexts.documents.commands.restore(key, BY_ACME)

    with pytest.raises(DocumentNotTrashed):
        await here.contexts.documents.commands.purge(key, BY_ACME)


async def test_what_was_renamed_elsewhere_can_be_renamed_back(
    key: str, here: Backend, there: Backend
) -> None:
    """In memory the name is what is asked for: nothing to do, if that were true."""
    await there.contexts.documents.commands.revise(key, Revision(name="clients"), BY_ACME)

    back = await here.contexts.documents.commands.revise(key, Revision(name="customers"), BY_ACME)

    assert back.version == 3


async def test_a_command_without_events_returns_the_current_version(
    key: str, here: Backend, there: Backend
) -> None:
    await there.contexts.documents.commands.revise(key, Revision(description="Imported"), BY_ACME)

    nothing = await here.contexts.documents.commands.revise(
        key, Revision(name="customers"), BY_ACME
    )

    assert (nothing.version, nothing.records, nothing.position) == (2, (), 0)


async def test_the_current_version_is_accepted_though_memory_is_stale(
    key: str, here: Backend, there: Backend
) -> None:
    await there.contexts.documents.commands.add_version(key, b"[]", BY_ACME)

    written = await here.contexts.documents.commands.add_version(
        key, b"[1]", WriteOptions(ACME, expected=2)
    )

    assert written.version == 3


async def test_a_remembered_version_is_refused_when_a_newer_one_is_stored(
    key: str, here: Backend, there: Backend
) -> None:
    await there.contexts.documents.commands.add_version(key, b"[]", BY_ACME)

    with pytest.raises(PreconditionFailed):
        await here.contexts.documents.commands.add_version(
            key, b"[1]", WriteOptions(ACME, expected=1)
        )


async def test_another_organisation_has_no_version_to_be_wrong_on(key: str, here: Backend) -> None:
    for expected in (None, 1, 7):
        with pytest.raises(DocumentNotFound):
            await here.contexts.documents.commands.trash(
                key, WriteOptions(RIVAL, expected=expected)
            )
        with pytest.raises(DocumentNotFound):
            await here.contexts.documents.commands.trash(
                "f" * 32, WriteOptions(RIVAL, expected=expected)
            )


async def test_a_race_lost_is_run_again(key: str, here: Backend, there: Backend) -> None:
    written = await asyncio.gather(
        *(
            backend.contexts.documents.commands.add_version(key, b"[]", BY_ACME)
            for backend in (here, there)
        )
    )

    assert sorted(each.version for each in written) == [2, 3]


@pytest.mark.parametrize(
    ("expected", "refusal"), [(None, ConcurrentWrite), (1, PreconditionFailed)]
)
async def test_a_race_lost_three_times_is_a_conflict(
    key: str,
    here: Backend,
    there: Backend,
    expected: int | None,
    refusal: type[Exception],
) -> None:
    """Between each decision and its append another writer is first."""
    ledger = LosingLedger(here, times=3)

    with pytest.raises(refusal):
        await _trash(here, key, expected, ledger)

    assert ledger.attempts == 3
    assert [record.version for record in await there.kernel.log.read(f"document-{key}")] == [1]


async def test_a_race_lost_twice_is_none(key: str, here: Backend) -> None:
    await _trash(here, key, None, LosingLedger(here, times=2))

    stored = await here.kernel.log.read(f"document-{key}")
    assert [type(record.event) for record in stored][1:] == [DocumentTrashed]


class LosingLedger:
    """Implements ``Ledger``: the first appends come with a version that is taken."""

    def __init__(self, backend: Backend, times: int) -> None:
        self.attempts = 0
        self._log = backend.kernel.log
        self._times = times

    async def append(self, _amount: None, entry: Append) -> Sequence[RecordedEvent]:
        self.attempts += 1
        if self.attempts <= self._times:
            entry = Append(records=(replace(entry.records[0], version=1),))
        return await self._log.append(entry)


async def _trash(backend: Backend, key: str, expected: int | None, ledger: LosingLedger) -> None:
    command: DocumentCommand = TrashDocument()

    def plan(tx: Transaction) -> Decision:
        tx.charge(ledger, None)
        return tx.execute(DOCUMENT, key, command, expected=expected)

    await backend.kernel.transactions.run(ACME, plan)
