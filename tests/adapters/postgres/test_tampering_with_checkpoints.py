"""Tampering with checkpoints: a removed or re-signed one is detected."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace
from psycopg import Connection

from adapters.crypto.ed25519 import Ed25519Signer
from adapters.postgres.audit_rows import audit_rows
from application.audit import checkpoint_job as checkpointing
from application.documents.documents import NewDocument, WriteOptions
from domain.documents.events import Label
from scripts.composition.backend import Backend
from scripts.operator.verify import newest_checkpoint, verify_database
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

EVENTS: Final = 12
DRAFT: Final = NewDocument(Label(name="customers"), None, b"{}")
TAMPERING: Final = {
    "the first removed": ("DELETE FROM checkpoints WHERE number = 1", 5),
    "one in between removed": ("DELETE FROM checkpoints WHERE number = 2", 9),
    "the first two merged into one": (
        "UPDATE checkpoints SET first_position = 1 WHERE number = 2",
        1,
    ),
}


@pytest.fixture(scope="module")
def record(databases: Databases) -> Iterator[Database]:
    """Record events under three checkpoints."""
    with databases.migrated() as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpointing, "MAX_RANGE", 4)
        asyncio.run(_recorded(database))
        yield database


async def _recorded(database: Database) -> None:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        for _ in range(EVENTS):
            await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
        await backend.contexts.operate.checkpoint({})


@pytest.mark.parametrize("case", TAMPERING)
def test_a_gap_between_checkpoints_is_detected(
    databases: Databases, record: Database, case: str
) -> None:
    statement, position = TAMPERING[case]
    with databases.copy_of(record) as database:
        with Connection.connect(database.owner) as connection:
            connection.execute(statement.encode())
        report = verify_database(database.app, SECRETS, None)

    broken = [fault.position for fault in report.faults if fault.kind == "broken checkpoints"]
    assert position in broken


def test_a_removed_newest_checkpoint_is_detected_with_a_saved_copy(
    databases: Databases, record: Database, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoint.json"
    kept.write_bytes(newest_checkpoint(record.app))
    with databases.copy_of(record) as database:
        with Connection.connect(database.owner) as connection:
            connection.execute("DELETE FROM checkpoints WHERE number = 3")
        without, with_it = (verify_database(database.app, SECRETS, each) for each in (None, kept))

    assert (without.verified, without.covered) == (True, 8)
    assert [fault.kind for fault in with_it.faults] == ["another history"]


def test_a_checkpoint_signed_with_another_key_is_detected_and_breaks_the_chain(
    databases: Databases, record: Database
) -> None:
    with databases.copy_of(record) as database:
        with Connection.connect(database.owner) as connection:
            connection.execute(
                "UPDATE checkpoints SET public_key = %b, signature = %b WHERE number = 2",
                _signed_again(database),
            )
        report = verify_database(database.app, SECRETS, None)

    assert [(fault.kind, fault.position) for fault in report.faults] == [
        ("bad signature", 5),
        ("broken checkpoints", 9),
    ]


def _signed_again(database: Database) -> Sequence[bytes]:
    signer = Ed25519Signer(b"o" * 32)
    with audit_rows(database.app) as rows:
        forged = replace(rows.checkpoints()[1], public_key=signer.public_key)
    return signer.public_key, signer.sign(forged.statement())
