"""A plan's decisions are stored by one append, and the plan is run again whole where it must be."""

from collections.abc import AsyncIterator

import pytest

from application.documents.documents import DOCUMENT, NewDocument, WriteOptions
from application.documents.folders import FOLDER
from application.eventstore.transaction import Decision, Transaction
from domain.documents.commands import (
    DocumentCommand,
    RestoreDocument,
    ReviseDocument,
    TrashDocument,
)
from domain.documents.document import DocumentNotTrashed
from domain.documents.events import DocumentRestored, DocumentTrashed, Label
from domain.documents.folder import CreateFolder
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.servers.databases import Databases
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.spending import charge

pytestmark = pytest.mark.anyio

TRASH: DocumentCommand = TrashDocument()
RESTORE: DocumentCommand = RestoreDocument()
RENAME: DocumentCommand = ReviseDocument(name="customers")


@pytest.fixture(scope="module")
async def backends(databases: Databases) -> AsyncIterator[tuple[Backend, Backend]]:
    """Run two on one database, as two processes would."""
    with databases.migrated() as database:
        here, there = (Backend(database.app, SECRETS, Failures()) for _ in range(2))
        async with here.running(), there.running():
            yield here, there


@pytest.fixture
async def key(backends: tuple[Backend, Backend]) -> str:
    """Create a document that the first backend has cached and the second has not."""
    new = NewDocument(Label(name="customers"), None, b"{}")
    return (await backends[0].contexts.documents.commands.create(new, WriteOptions(ACME)))[0]


async def test_commands_on_several_streams_are_stored_side_by_side(
    backends: tuple[Backend, Backend], key: str
) -> None:
    def plan(tx: Transaction) -> Decision:
        tx.begin(FOLDER, f"folder-of-{key}", CreateFolder(path="imports", parent_id=None))
        return tx.execute(DOCUMENT, key, TRASH)

    written = await backends[0].kernel.transactions.run(ACME, plan)

    folder, document = written.records
    assert folder.stream == f"folder-folder-of-{key}"
    assert document.stream == f"document-{key}"
    assert document.position == folder.position + 1
    assert written.version == 2


async def test_a_command_is_decided_on_what_those_before_it_decided(
    backends: tuple[Backend, Backend], key: str
) -> None:
    def plan(tx: Transaction) -> Decision:
        tx.execute(DOCUMENT, key, TRASH)
        return tx.execute(DOCUMENT, key, RESTORE)

    written = await backends[0].kernel.transactions.run(ACME, plan)

    assert [type(each.event) for each in written.records] == [DocumentTrashed, DocumentRestored]
    assert written.version == 3


async def test_a_refused_command_leaves_nothing_of_its_plan(
    backends: tuple[Backend, Backend], key: str
) -> None:
    def plan(tx: Transaction) -> Decision:
        tx.begin(FOLDER, f"no-{key}", CreateFolder(path="imports", parent_id=None))
        return tx.execute(DOCUMENT, key, RESTORE)

    with pytest.raises(DocumentNotTrashed):
        await backends[0].kernel.transactions.run(ACME, plan)

    assert await backends[0].kernel.log.read(f"folder-no-{key}") == []


async def test_a_plan_whose_decision_changes_nothing_stores_nothing(
    backends: tuple[Backend, Backend], key: str
) -> None:
    def plan(tx: Transaction) -> Decision:
        tx.claim("test.kind", ACME.org_id, key, key)
        return tx.execute(DOCUMENT, key, RENAME)

    written = await backends[0].kernel.transactions.run(ACME, plan)

    assert written.version == 1
    assert written.records == ()
    assert written.position == 0


async def test_a_second_charge_is_an_error_and_nothing_is_stored(
    backends: tuple[Backend, Backend], key: str
) -> None:
    """It would replace the first, which would then go unpaid."""
    ledgers, log = backends[0].contexts.billing.ledgers, backends[0].kernel.log

    def plan(tx: Transaction) -> Decision:
        tx.charge(ledgers, charge("r1", None))
        tx.charge(ledgers, charge("r2", None))
        return tx.execute(DOCUMENT, key, TRASH)

    with pytest.raises(ValueError, match="charged already"):
        await backends[0].kernel.transactions.run(ACME, plan)

    assert len(await log.read(f"document-{key}")) == 1


async def test_a_state_that_is_not_cached_is_read_and_the_plan_run_again(
    backends: tuple[Backend, Backend], key: str
) -> None:
    runs = list[Transaction]()

    def plan(tx: Transaction) -> Decision:
        runs.append(tx)
        return tx.execute(DOCUMENT, key, TRASH)

    written = await backends[1].kernel.transactions.run(ACME, plan)

    assert len(runs) == 2
    assert written.version == 2


async def test_a_cached_state_refuses_no_command(
    backends: tuple[Backend, Backend], key: str
) -> None:
    """The first backend has the document cached as live; the second trashes it."""
    here, there = backends
    await there.kernel.transactions.execute(DOCUMENT, key, TRASH, ACME)

    written = await here.kernel.transactions.execute(DOCUMENT, key, RESTORE, ACME)

    assert written.version == 3
