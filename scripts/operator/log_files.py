"""``forge log export`` and ``import``: the log as a file that any database can be filled from."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from adapters.backup.log_rows import insert_lines, log_rows, to_audit_row
from adapters.backup.staging_database import require_no_events
from adapters.crypto.ed25519 import Ed25519Signer, verify
from adapters.postgres import migrations as postgres_migrations
from adapters.processes.atomic_write import atomic_write
from application.audit.export_format import DigestingEncoder
from application.log_transfer.log_file_format import end, header
from application.log_transfer.log_file_reader import LogFileReader, LogFileRefused
from scripts.config.connections import connections_in_use, maintenance_connections
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.operator.restore_database import Place, restore_database
from scripts.operator.verify import public_key_of
from scripts.terminal.printing import Row
from scripts.terminal.progress import bytes_going_by, going_by

PACKED: Final = ".gz"
LEVEL: Final = 6
STEP: Final = 1 << 18
"""Bytes between two looks at the bar."""


def exported(settings: Settings, file: Path) -> Row:
    """Write the log to a new file, as of one moment."""
    began = time.monotonic()
    app, signer = connections_in_use(settings).app, _signer(settings)
    digested = DigestingEncoder()
    with log_rows(app) as rows, atomic_write(file) as out, _packing(file, out) as packed:
        counts = rows.counts()
        packed.write(digested.line(header(signer.public_key, counts)))
        for line in going_by("exporting", rows.lines(), sum(counts.values())):
            packed.write(digested.line(line))
        packed.write(end(digested, signer))
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "checkpoints": counts["checkpoints"],
        "events": counts["events"],
        "dataKeys": counts["data_keys"],
        "claims": counts["claims"],
        "contents": counts["contents"],
        "seconds": round(time.monotonic() - began, 3),
    }


def imported(settings: Settings, file: Path) -> Row:
    """Fill the database from such a file, if its log is empty."""
    began = time.monotonic()
    secrets = load_secrets(settings)

    def fill(owner: str) -> None:
        postgres_migrations.migrate(owner)
        reading = LogFileReader(public_key_of(secrets), verify, to_audit_row)
        with _lines(file) as lines:
            insert_lines(owner, reading.rows(lines))

    with maintenance_connections(settings) as connections:
        require_no_events(connections.owner, "a log is imported into an empty one only")
        found = restore_database(Place(connections, secrets, settings.ledger), fill)
    return {"file": str(file), **found, "seconds": round(time.monotonic() - began, 3)}


def imported_text(row: Row) -> str:
    return (
        f"Imported up to position {row['position']} and verified, {row['checkpoints']} checkpoints "
        f"up to position {row['covered']}; {row['erasedAgain']} erased again. Start the service: "
        "it makes the read models."
    )


def _signer(settings: Settings) -> Ed25519Signer:
    return Ed25519Signer(load_secrets(settings).signing_key)


@contextmanager
def _packing(file: Path, out: BinaryIO) -> Iterator[BinaryIO]:
    """Pack what goes to a file of that name, if it says so: the same bytes into the same bytes."""
    if file.suffix != PACKED:
        yield out
        return
    with gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as packed:
        yield packed  # type: ignore[misc]  # it is one in all but its base class


@contextmanager
def _lines(file: Path) -> Iterator[Iterable[bytes]]:
    with file.open("rb") as raw, bytes_going_by("importing", file.stat().st_size) as watched:
        yield _unpacked(file, raw, watched)


def _unpacked(file: Path, raw: BinaryIO, watched: Callable[[int], None]) -> Iterator[bytes]:
    seen = 0
    try:
        for line in gzip.GzipFile(fileobj=raw) if file.suffix == PACKED else raw:
            yield line
            if (more := raw.tell() - seen) > STEP:
                watched(more)
                seen += more
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LogFileRefused(f"The file cannot be unpacked: {error}.") from error
