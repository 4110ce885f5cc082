"""Restores: a backup is restored whole or changes nothing, with damaged files or crashes."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from psycopg import Connection, connect

from adapters.backup.backup_errors import (
    AnotherMasterKey,
    DatabaseInUse,
    DatabaseNotEmpty,
    FileRefused,
    ToolMissing,
)
from adapters.backup.backup_file import MARK, TITLE, SignedManifest
from adapters.backup.pg_tools import find_tool
from adapters.crypto.ed25519 import Ed25519Signer
from application.documents.documents import NewDocument, WriteOptions
from domain.documents.events import Label
from scripts.composition.backend import Backend
from scripts.operator.backup import write_backup
from scripts.operator.restore import restore_backup
from scripts.operator.restore_database import NotVerified
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database, Databases
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.backups import environ_of, settings_of
from tests.support.service.processes import forge
from tests.support.waiting import wait_until

DRAFT: Final = NewDocument(Label(name="customers"), None, b'{"kept": "to the byte"}')
OTHER_KEY: Final = "0" * 64
HEAD: Final = "SELECT count(*), max(notification_id) FROM forge_events"
LEFT: Final = "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s"


@pytest.fixture(scope="module")
def backup(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Back up a log of three events."""
    with databases.migrated() as database:
        asyncio.run(written(database, 3))
        target = tmp_path_factory.mktemp("backups")
        yield Path(write_backup(settings_of(database, target), target)["file"])


@pytest.fixture(scope="module")
def untouched(databases: Databases) -> Iterator[Database]:
    """Give a database for what is refused: one does for all."""
    with databases.migrated() as database:
        yield database


async def written(database: Database, documents: int) -> list[str]:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        keys = [
            (await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME)))[0]
            for _ in range(documents)
        ]
        await backend.contexts.operate.checkpoint({})
    return keys


def head(database: Database) -> tuple[int, int | None]:
    with Connection.connect(database.owner) as connection:
        return connection.execute(HEAD).fetchone() or (0, None)


def beside(database: Database) -> list[str]:
    with Connection.connect(database.owner) as connection:
        rows = connection.execute(LEFT, (f"{database.name}%", database.name)).fetchall()
    return [name for (name,) in rows]


def test_a_backup_is_whole_signed_and_its_owners_alone(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [*backup.parent.iterdir()] == [backup]
    restore = find_tool("pg_restore", 18).path
    listed = subprocess.run([restore, "--list", backup], capture_output=True, check=True)  # noqa: S603 - the wheel's
    assert b"TABLE DATA public forge_events" in listed.stdout
    assert b"TABLE DATA models" not in listed.stdout


def test_what_was_backed_up_is_there_again_and_goes_on(
    backup: Path, database: Database, tmp_path: Path
) -> None:
    done = restore_backup(settings_of(database, tmp_path), backup, replace=False)

    assert (done["backedUpTo"], done["position"], done["verified"]) == (3, 3, True)
    assert (done["checkpoints"], done["covered"], done["erasedAgain"]) == (1, 3, 0)
    asyncio.run(written(database, 2))
    assert head(database) == (5, 5)
    assert beside(database) == []


def test_a_log_that_is_not_empty_is_replaced_only_with_the_option(
    backup: Path, database: Database, tmp_path: Path
) -> None:
    asyncio.run(written(database, 5))
    settings = settings_of(database, tmp_path)

    with pytest.raises(DatabaseNotEmpty, match="say --replace"):
        restore_backup(settings, backup, replace=False)
    assert head(database) == (5, 5)

    restore_backup(settings, backup, replace=True)
    assert head(database) == (3, 3)


def test_nothing_is_restored_under_those_who_serve(
    backup: Path, untouched: Database, tmp_path: Path
) -> None:
    with (
        connect(untouched.app),
        pytest.raises(DatabaseInUse, match="stop the services that use it"),
    ):
        restore_backup(settings_of(untouched, tmp_path), backup, replace=False)

    assert beside(untouched) == []


def test_another_master_key_is_refused_before_anything_is_replaced(
    backup: Path, untouched: Database, tmp_path: Path
) -> None:
    settings = settings_of(untouched, tmp_path, FORGE_MASTER_KEY=OTHER_KEY)

    with pytest.raises(AnotherMasterKey, match="it cannot be read"):
        restore_backup(settings, backup, replace=False)

    assert head(untouched) == (0, None)
    assert beside(untouched) == []


def test_a_record_that_was_altered_before_it_was_backed_up_is_not_put_in_place(
    databases: Databases, database: Database, tmp_path: Path
) -> None:
    with databases.migrated() as altered:
        asyncio.run(written(altered, 2))
        with Connection.connect(altered.owner) as connection:
            connection.execute("UPDATE forge_events SET topic = 'x' WHERE notification_id = 2")
        file = Path(write_backup(settings_of(altered, tmp_path), tmp_path)["file"])

    with pytest.raises(NotVerified, match=r"from position 2 on: altered event.*Nothing was"):
        restore_backup(settings_of(database, tmp_path), file, replace=False)

    assert head(database) == (0, None)


def _sealed_anew(data: bytes, format_: int) -> bytes:
    """Say that it is of another format, signed as it should be."""
    archive, _, line = data.rpartition(MARK)
    facts = msgspec.json.decode(msgspec.json.decode(line, type=SignedManifest).facts) | {
        "format": format_
    }
    text = msgspec.json.encode(facts)
    signature = Ed25519Signer(SECRETS.signing_key).sign(TITLE + text)
    return (
        archive + MARK + msgspec.json.encode(SignedManifest(msgspec.Raw(text), signature)) + b"\n"
    )


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


SPOILT: Final[dict[str, tuple[Callable[[bytes], bytes], str]]] = {
    "cut short": (lambda data: data[: len(data) // 2], "it was truncated, or is another file"),
    "a byte short": (lambda data: data[:-1], "it was truncated, or is another file"),
    "empty": (lambda _: b"", "it was truncated, or is another file"),
    "something else": (lambda _: b"PGDMP" + bytes(9_000), "it was truncated, or is another file"),
    "altered at the beginning": (lambda data: _flipped(data, 100), "was altered"),
    "altered in the middle": (lambda data: _flipped(data, len(data) // 2), "was altered"),
    "altered at the end": (lambda data: _flipped(data, data.rindex(b'"size"') + 8), "altered"),
    "of another format": (lambda data: _sealed_anew(data, 2), "has format 2, and this release"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_file_is_refused_in_a_line_and_changes_nothing(
    backup: Path, untouched: Database, tmp_path: Path, case: str
) -> None:
    spoil, message = SPOILT[case]
    file = tmp_path / "spoilt.backup"
    file.write_bytes(spoil(backup.read_bytes()))

    with pytest.raises(FileRefused, match=message):
        restore_backup(settings_of(untouched, tmp_path), file, replace=False)

    assert head(untouched) == (0, None)
    assert beside(untouched) == []


def test_a_backup_signed_with_another_key_is_refused(
    backup: Path, untouched: Database, tmp_path: Path
) -> None:
    settings = settings_of(untouched, tmp_path, FORGE_SIGNING_KEY=OTHER_KEY)

    with pytest.raises(FileRefused, match="not signed with the present signing key"):
        restore_backup(settings, backup, replace=False)


def test_without_a_usable_program_the_error_names_the_remedy() -> None:
    with pytest.raises(ToolMissing, match=r"pg_dump 99 or newer is needed.*install the package"):
        find_tool("pg_dump", 99)


def test_a_restore_killed_in_the_middle_changes_nothing_and_the_next_one_clears_up(
    backup: Path, database: Database, redis_url: str, tmp_path: Path
) -> None:
    asyncio.run(written(database, 5))
    environ = environ_of(database, redis_url)
    command = ["restore", str(backup), "--replace", "--data-dir", str(tmp_path)]
    running = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "scripts.forge", *command],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with running:
        wait_until(lambda: bool(beside(database)), within=30)
        running.send_signal(signal.SIGKILL)

    assert beside(database), "it was killed too late for this to tell anything"
    assert head(database) == (5, 5)
    asyncio.run(written(database, 1))
    again: Any = forge(*command, environ=environ)
    assert again.returncode == 0, again.stderr
    assert "verified" in again.stdout
    assert (head(database), beside(database)) == ((3, 3), [])
