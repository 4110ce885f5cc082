"""``forge log export`` and ``import``: the event log as a file, for any database."""

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
from adapters.postgres import migrator
from adapters.processes.atomic_write import atomic_write
from application.audit.export_format import DigestingEncoder
from application.log_transfer.log_file_format import end, header
from application.log_transfer.log_file_reader import LogFileReader, LogFileRefused
from scripts.config.connections import connections_in_use, maintenance_connections
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.operator.restore_database import RestoreTarget, restore_database
from scripts.operator.verify import public_key_of
from scripts.terminal.printing import Row
from scripts.terminal.progress import byte_progress, item_progress

GZIP_SUFFIX: Final = ".gz"
GZIP_LEVEL: Final = 6
PROGRESS_STEP: Final = 1 << 18
"""Bytes between two updates of the progress bar."""


def export_log(settings: Settings, file: Path) -> Row:
    """Write a snapshot of the log to a new file; return its size and row counts."""
    began = time.monotonic()
    app, signer = connections_in_use(settings).app, _signer(settings)
    digest = DigestingEncoder()
    with log_rows(app) as rows, atomic_write(file) as out, _compressed_output(file, out) as output:
        counts = rows.counts()
        output.write(digest.line(header(signer.public_key, counts)))
        for line in item_progress("exporting", rows.lines(), sum(counts.values())):
            output.write(digest.line(line))
        output.write(end(digest, signer))
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


def import_log(settings: Settings, file: Path) -> Row:
    """Import a log file into a database whose log is empty; raises ``DatabaseNotEmpty``."""
    began = time.monotonic()
    secrets = load_secrets(settings)

    def fill(owner: str) -> None:
        migrator.migrate(owner)
        reader = LogFileReader(public_key_of(secrets), verify, to_audit_row)
        with _open_lines(file) as lines:
            insert_lines(owner, reader.rows(lines))

    with maintenance_connections(settings) as connections:
        require_no_events(connections.owner, "a log is imported into an empty one only")
        result = restore_database(RestoreTarget(connections, secrets, settings.ledger), fill)
    return {"file": str(file), **result, "seconds": round(time.monotonic() - began, 3)}


def import_summary(row: Row) -> str:
    return (
        f"Imported up to position {row['position']} and verified, {row['checkpoints']} checkpoints "
        f"up to position {row['covered']}; {row['erasedAgain']} erased again. Start the service: "
        "it builds the read models."
    )


def _signer(settings: Settings) -> Ed25519Signer:
    return Ed25519Signer(load_secrets(settings).signing_key)


@contextmanager
def _compressed_output(file: Path, out: BinaryIO) -> Iterator[BinaryIO]:
    """Compress the output if the file's name ends in ``.gz``; equal input gives equal bytes."""
    if file.suffix != GZIP_SUFFIX:
        yield out
        return
    with gzip.GzipFile("", "wb", GZIP_LEVEL, out, mtime=0) as packed:
        yield packed  # type: ignore[misc]  # behaves as a BinaryIO, without its base class


@contextmanager
def _open_lines(file: Path) -> Iterator[Iterable[bytes]]:
    with file.open("rb") as raw, byte_progress("importing", file.stat().st_size) as advance:
        yield _decompressed_lines(file, raw, advance)


def _decompressed_lines(
    file: Path, raw: BinaryIO, advance: Callable[[int], None]
) -> Iterator[bytes]:
    reported = 0
    try:
        for line in gzip.GzipFile(fileobj=raw) if file.suffix == GZIP_SUFFIX else raw:
            yield line
            if (more := raw.tell() - reported) > PROGRESS_STEP:
                advance(more)
                reported += more
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LogFileRefused(f"The file cannot be unpacked: {error}.") from error
