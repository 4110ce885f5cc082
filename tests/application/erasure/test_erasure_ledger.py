"""The erasure ledger: a purge is entered before its response, or by the next run of its job."""

from pathlib import Path
from typing import Final

import pytest
from psycopg import AsyncConnection

from adapters.backup.erasure_ledger_file import LedgerFile
from application.documents.documents import NewDocument, WriteOptions
from domain.documents.events import Label
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

DRAFT: Final = NewDocument(Label(name="customers"), None, b"{}")
CERTIFICATES: Final = """
    SELECT notification_id, encode(chain_hash, 'hex') FROM forge_events
    WHERE topic = 'erasure.certified' ORDER BY notification_id
"""


@pytest.fixture
def ledger(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path / "erasures.ndjson")


async def purged(backend: Backend) -> str:
    key, _ = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    await backend.contexts.documents.commands.trash(key, WriteOptions(ACME))
    await backend.contexts.documents.commands.purge(key, WriteOptions(ACME))
    return f"document-{key}"


def streams(ledger: LedgerFile) -> list[str]:
    return [entry.stream for entry in ledger.entries()]


async def test_a_purge_is_noted_before_it_is_answered_for(
    database: Database, ledger: LedgerFile
) -> None:
    backend = Backend(database.app, SECRETS, Failures(), options=Options(ledger=ledger.path))
    async with backend.running():
        erased = [await purged(backend) for _ in range(2)]
        noted = [*ledger.entries()]
        certificates = await _certificates(database)

    assert [entry.stream for entry in noted] == erased
    assert [(entry.position, entry.hash) for entry in noted] == certificates
    assert "customers" not in ledger.path.read_text()


async def test_missing_erasures_are_added_by_the_next_run_and_only_once(
    database: Database, ledger: LedgerFile
) -> None:
    careless = Backend(database.app, SECRETS, Failures())
    careful = Backend(database.app, SECRETS, Failures(), options=Options(ledger=ledger.path))
    async with careless.running(), careful.running():
        erased = [await purged(careful), await purged(careless), await purged(careless)]
        assert streams(ledger) == erased[:1]

        for _ in range(2):
            await careful.kernel.erasures({})

    assert streams(ledger) == erased


async def test_a_ledger_file_exists_before_the_first_erasure(
    database: Database, ledger: LedgerFile
) -> None:
    backend = Backend(database.app, SECRETS, Failures(), options=Options(ledger=ledger.path))
    async with backend.running():
        await backend.kernel.erasures({})

    assert streams(ledger) == []


async def test_processes_that_share_a_ledger_leave_nothing_out(
    database: Database, ledger: LedgerFile
) -> None:
    backends = [
        Backend(database.app, SECRETS, Failures(), options=Options(ledger=ledger.path))
        for _ in range(2)
    ]
    async with backends[0].running(), backends[1].running():
        erased = [await purged(backend) for backend in backends * 3]

    assert sorted(streams(ledger)) == sorted(erased)


async def test_a_ledger_that_followed_another_log_goes_on_with_this_one(
    database: Database, databases: Databases, ledger: LedgerFile
) -> None:
    """As after a restore: some of its positions are of events that are no more."""
    erased = []
    with databases.migrated() as other:
        for at in (other, database):
            backend = Backend(at.app, SECRETS, Failures(), options=Options(ledger=ledger.path))
            async with backend.running():
                erased.append(await purged(backend))

    assert streams(ledger) == erased


async def test_a_ledger_that_cannot_be_written_is_reported_and_made_up_for(
    database: Database, tmp_path: Path
) -> None:
    ledger, failures = LedgerFile(tmp_path / "place"), Failures()
    ledger.path.mkdir()
    backend = Backend(database.app, SECRETS, failures, options=Options(ledger=ledger.path))
    async with backend.running():
        erased = await purged(backend)
        assert [name for name, _ in failures] == ["erasure ledger"]

        ledger.path.rmdir()
        await backend.kernel.erasures({})

    assert streams(ledger) == [erased]


async def _certificates(database: Database) -> list[tuple[int, str]]:
    async with await AsyncConnection.connect(database.owner) as connection:
        return await (await connection.execute(CERTIFICATES)).fetchall()
