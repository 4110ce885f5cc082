"""Tampering by SQL as the database's owner is detected and named by verification."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from psycopg import Connection

from adapters.crypto.secret_files import Secrets
from application.documents.documents import NewDocument, WriteOptions
from domain.documents.events import Label
from scripts.composition.backend import Backend
from scripts.operator.verify import newest_checkpoint, verify_database
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures

EVENTS: Final = 24
COVERED: Final = 20
DRAFT: Final = NewDocument(Label(name="customers"), None, b"{}")
OTHER: Final = Secrets(master_key=b"m" * 32, key_pepper=b"p" * 32, signing_key=b"o" * 32)
HASH: Final = """
    forge_chain_hash((SELECT p.chain_hash FROM forge_events p
                      WHERE p.originator_id = e.originator_id
                        AND p.originator_version = e.originator_version - 1),
        e.notification_id,
        sha256(int4send(octet_length(e.originator_id)) || convert_to(e.originator_id, 'UTF8')
               || int8send(e.originator_version)
               || int4send(octet_length(e.topic)) || convert_to(e.topic, 'UTF8')
               || int4send(octet_length(e.state)) || e.state))
"""
MOVED: Final = "UPDATE forge_events SET notification_id = notification_id + {} WHERE {}"
REMOVED: Final = "DELETE FROM forge_events WHERE notification_id = 11"
AT: Final = "UPDATE forge_events e SET {} WHERE notification_id = {}"
CHANGED: Final = AT.format("state = set_byte(state, 20, get_byte(state, 20) # 1)", 7)
INSERTED: Final = """
    INSERT INTO forge_events
    SELECT 'document-forged', 1, topic, state, 25, recorded_until, chain_hash
    FROM forge_events WHERE notification_id = 24
"""
TAMPERING: Final = {
    "one byte changed": ([CHANGED], "altered event", 7),
    "one byte changed, and its hash": (
        [CHANGED, AT.format(f"chain_hash = {HASH}", 7)],
        "altered range",
        1,
    ),
    "a hash changed": (
        [AT.format("chain_hash = set_byte(chain_hash, 0, get_byte(chain_hash, 0) # 1)", 9)],
        "altered event",
        9,
    ),
    "another type": ([AT.format("topic = 'document.restored'", 3)], "altered event", 3),
    "a time changed": (
        [AT.format("recorded_until = recorded_until + interval '1 s'", 5)],
        "altered time",
        5,
    ),
    "an event removed": ([REMOVED], "missing event", 11),
    "an event removed, and those after it moved up": (
        [
            REMOVED,
            MOVED.format(999, "notification_id > 11"),
            MOVED.format(-1_000, "notification_id > 1000"),
        ],
        "altered event",
        11,
    ),
    "two swapped": (
        [
            AT.format("notification_id = 1000", 4),
            AT.format("notification_id = 4", 6),
            AT.format("notification_id = 6", 1000),
        ],
        "altered event",
        4,
    ),
    "one inserted": ([INSERTED], "altered event", 25),
    "one inserted among the others, with a hash of its own": (
        [
            MOVED.format(1_000, "notification_id > 11"),
            MOVED.format(-999, "notification_id > 1000"),
            INSERTED.replace(", 25,", ", 12,").replace("= 24", "= 25"),
            AT.format(f"chain_hash = {HASH}", 12),
        ],
        "altered event",
        13,
    ),
    "the end cut off": (
        ["DELETE FROM forge_events WHERE notification_id > 18"],
        "truncated",
        19,
    ),
    "a root changed": (["UPDATE checkpoints SET root = sha256(root)"], "bad signature", 1),
    "a range moved": (["UPDATE checkpoints SET last_position = 19"], "bad signature", 1),
    "a checkpoint of another number": (
        ["UPDATE checkpoints SET number = 2"],
        "broken checkpoints",
        1,
    ),
}


@pytest.fixture(scope="module")
def record(databases: Databases) -> Iterator[Database]:
    """Record events, most of them under a checkpoint."""
    with databases.migrated() as database:
        asyncio.run(_recorded(database, SECRETS))
        yield database


@pytest.fixture
def kept(record: Database, tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.json"
    path.write_bytes(newest_checkpoint(record.app))
    return path


def test_an_untouched_record_is_verified(record: Database, kept: Path) -> None:
    report = verify_database(record.app, SECRETS, kept)

    assert report.verified
    assert (report.events, report.checkpoints, report.covered) == (EVENTS, 1, COVERED)
    assert report.first_bad_position is None


@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_is_detected_and_named(databases: Databases, record: Database, case: str) -> None:
    statements, kind, position = TAMPERING[case]
    with databases.copy_of(record) as database:
        with Connection.connect(database.owner) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        report = verify_database(database.app, SECRETS, None)

    assert not report.verified
    assert kind in {fault.kind for fault in report.faults}
    assert position in {fault.position for fault in report.faults if fault.kind == kind}
    assert report.first_bad_position == min(fault.position for fault in report.faults)


def test_a_rewritten_history_is_detected_with_a_saved_checkpoint(
    database: Database, kept: Path
) -> None:
    asyncio.run(_recorded(database, SECRETS))

    assert verify_database(database.app, SECRETS, None).verified
    report = verify_database(database.app, SECRETS, kept)
    assert [fault.kind for fault in report.faults] == ["another history"]


def test_removed_checkpoints_are_detected_with_a_saved_one(
    databases: Databases, record: Database, kept: Path
) -> None:
    with databases.copy_of(record) as database:
        with Connection.connect(database.owner) as connection:
            connection.execute("DELETE FROM checkpoints")
        report = verify_database(database.app, SECRETS, kept)

    assert [fault.kind for fault in report.faults] == ["another history"]


def test_a_history_signed_with_another_key_is_detected(database: Database) -> None:
    asyncio.run(_recorded(database, OTHER))

    report = verify_database(database.app, SECRETS, None)

    assert [fault.kind for fault in report.faults] == ["bad signature"]


async def _recorded(database: Database, secrets: Secrets) -> None:
    backend = Backend(database.app, secrets, Failures())
    async with backend.running():
        keys = [await _document(backend) for _ in range(COVERED // 2)]
        await backend.contexts.operate.checkpoint({})
        for key in keys[: EVENTS - COVERED]:
            await backend.contexts.documents.commands.add_version(key, b"[2]", WriteOptions(ACME))


async def _document(backend: Backend) -> str:
    key, _ = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    await backend.contexts.documents.commands.add_version(key, b"[1]", WriteOptions(ACME))
    return key
