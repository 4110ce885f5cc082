"""Dump of the database in one snapshot while the service writes, and load into an empty one.

Read models are left out: the projector rebuilds them from the log.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, LiteralString

from psycopg import Connection, IsolationLevel

from adapters.backup import backup_file
from adapters.backup.backup_file import BackupManifest
from adapters.backup.pg_tools import find_tool, server_major
from application.audit.checkpoints import Signer

PAUSE: Final = 0.1
LEFT_OUT: Final = ("--exclude-table=models.*", "--exclude-table-data=public.projections")
DUMP: Final = ("--format=custom", "--compress=gzip:1", "--no-sync", *LEFT_OUT)
LOAD: Final = ("--format=custom", "--no-owner", "--no-tablespaces", "--exit-on-error")
SNAPSHOT: Final[LiteralString] = """
    SELECT pg_export_snapshot(), coalesce(max(notification_id), 0),
           (SELECT encode(e.chain_hash, 'hex') FROM forge_events e
            ORDER BY e.notification_id DESC LIMIT 1),
           (SELECT max(number) FROM checkpoints)
    FROM forge_events
"""


def dump(
    conninfo: str, archive: BinaryIO, signer: Signer, progress: Callable[[int], None]
) -> BackupManifest:
    """Write a backup to ``archive``; ``progress`` is called with the size so far, in bytes."""
    with _snapshot(conninfo) as (major, snapshot, (position, last_hash, checkpoint)):
        program, path = find_tool("pg_dump", major), Path(archive.name)
        options = (*DUMP, f"--snapshot={snapshot}", f"--file={path}")
        with _killed_on_error(program.start(conninfo, *options)) as process:
            output = _wait_for_dump(process, lambda: progress(path.stat().st_size))
    program.require_success(process.returncode, output)

    def manifest(size: int, digest: str) -> BackupManifest:
        return BackupManifest(
            position=position,
            last_hash=last_hash,
            checkpoint=checkpoint,
            tool=program.major,
            size=size,
            digest=digest,
        )

    return backup_file.sign_backup(archive, manifest, signer)


def load(conninfo: str, manifest: BackupManifest, archive: Iterable[bytes]) -> None:
    """Load a backup into an empty database; a load that fails leaves a partial database."""
    with Connection.connect(conninfo) as connection:
        program = find_tool("pg_restore", max(server_major(connection), manifest.tool))
    with _killed_on_error(program.start(conninfo, *LOAD, stdin=subprocess.PIPE)) as process:
        with suppress(BrokenPipeError):  # pg_restore has failed; its output says why
            for piece in archive:
                _write(process, piece)
        _, output = process.communicate()
    program.require_success(process.returncode, output)


def _wait_for_dump(process: subprocess.Popen[bytes], look: Callable[[], None]) -> bytes:
    """Wait for the end, calling ``look`` meanwhile; return the output on standard error."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=PAUSE)[1]
        look()


def _write(process: subprocess.Popen[bytes], piece: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(piece)


@contextmanager
def _killed_on_error(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


@contextmanager
def _snapshot(conninfo: str) -> Iterator[tuple[int, str, tuple[Any, ...]]]:
    """Hold a snapshot of the database while entered.

    Yields the server's major version, the snapshot's id, and position, chain hash and checkpoint.
    """
    with Connection.connect(conninfo) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot, *seen = connection.execute(SNAPSHOT).fetchone() or (None, 0, None, None)
        yield server_major(connection), str(snapshot), tuple(seen)
