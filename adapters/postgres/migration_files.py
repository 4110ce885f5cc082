"""Migration files: numbered SQL files of one directory, checked against the applied ones.

A file that a database has applied must not change: a change is a new file.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

NAME: Final = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+")
TRANSACTION_COMMAND: Final = re.compile(
    rb"^\s*(BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK)\s*;", re.IGNORECASE | re.MULTILINE
)


class MigrationRefused(Exception):
    """Migrations cannot run; the message names the file and says what is wrong with it."""


class MigrationUnreadable(MigrationRefused):
    """A misnamed file, a gap or a duplicate in the numbering, or SQL that ends its transaction."""


class MigrationChanged(MigrationRefused):
    """A file was edited or renamed after a database had applied it."""


class MigrationMissing(MigrationRefused):
    """A database has applied a file that this program does not have."""


class MigrationOutOfOrder(MigrationRefused):
    """A database has applied a file but not one that comes before it."""


class AppliedMigration(msgspec.Struct, frozen=True):
    """A row of ``forge_migrations``; ``checksum`` is the SHA-256 of the file's bytes, in hex."""

    number: int
    name: str
    checksum: str


class Migration(AppliedMigration, frozen=True):
    """A migration file; ``name`` is without the suffix."""

    sql: bytes


def read_migrations(directory: Path) -> list[Migration]:
    """Return the directory's migrations, numbered from 1 without gaps."""
    migrations = [_read(path) for path in sorted(directory.glob("*.sql"))]
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            raise MigrationUnreadable(
                f"{migration.name}.sql stands where number {expected:04} should: "
                "numbers start at 0001 and have neither gaps nor duplicates."
            )
    return migrations


def find_pending(
    migrations: Sequence[Migration], applied: Sequence[AppliedMigration]
) -> list[Migration]:
    """Return the migrations to run; refuses applied ones that do not match the files."""
    files = {migration.number: migration for migration in migrations}
    for expected, row in enumerate(applied, start=1):
        file = files.get(row.number)
        if file is None:
            raise MigrationMissing(
                f"{row.name}.sql is applied but missing here: is the database of a newer release?"
            )
        if row.number != expected:
            raise MigrationOutOfOrder(
                f"{row.name}.sql is applied, {files[expected].name}.sql before it is not."
            )
        _check_unchanged(file, row)
    return list(migrations[len(applied) :])


def _check_unchanged(file: Migration, row: AppliedMigration) -> None:
    if file.name != row.name:
        raise MigrationChanged(
            f"{row.name}.sql was renamed to {file.name}.sql after it was applied."
        )
    if file.checksum != row.checksum:
        raise MigrationChanged(
            f"{file.name}.sql was changed after it was applied: restore it and add a new file."
        )


def _read(path: Path) -> Migration:
    match = NAME.fullmatch(path.stem)
    if match is None:
        raise MigrationUnreadable(f"{path.name} is not named like 0001_what_it_does.sql.")
    sql = path.read_bytes()
    if TRANSACTION_COMMAND.search(sql):
        raise MigrationUnreadable(f"{path.name} must leave its transaction to the runner.")
    return Migration(int(match["number"]), path.stem, hashlib.sha256(sql).hexdigest(), sql)
