"""The database dumped in one snapshot while the service writes, and loaded into an empty one.

Read models stay out: they are made of the log, and the projector makes them anew.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, LiteralString

from psycopg import Connection, IsolationLevel

from adapters.backup import backup_file
from adapters.backup.backup_file import Facts
from adapters.backup.pg_tools import server_major, tool
from application.audit.checkpoints import Signer

PAUSE: Final = 0.1
LEFT_OUT: Final = ("--exclude-table=models.*", "--exclude-table-data=public.projections")
DUMP: Final = ("--format=custom", "--compress=gzip:1", "--no-sync", *LEFT_OUT)
LOAD: Final = ("--format=custom", "--no-owner", "--no-tablespaces", "--exit-on-error")
SEEN: Final[LiteralString] = """
    SELECT pg_export_snapshot(), coalesce(max(notification_id), 0),
           (SELECT encode(e.chain_hash, 'hex') FROM forge_events e
            ORDER BY e.notification_id DESC LIMIT 1),
           (SELECT max(number) FROM checkpoints)
    FROM forge_events
"""


def dump(conninfo: str, archive: BinaryIO, signer: Signer, watched: Callable[[int], None]) -> Facts:
    """Write a backup to a file of this name; ``watched`` hears how large it has become."""
    with _snapshot(conninfo) as (major, snapshot, (position, last_hash, checkpoint)):
        program, path = tool("pg_dump", major), Path(archive.name)
        options = (*DUMP, f"--snapshot={snapshot}", f"--file={path}")
        with _not_left_behind(program.started(conninfo, *options)) as process:
            said = _dumped(process, lambda: watched(path.stat().st_size))
    program.require_success(process.returncode, said)

    def facts(size: int, digest: str) -> Facts:
        return Facts(
            position=position,
            last_hash=last_hash,
            checkpoint=checkpoint,
            tool=program.major,
            size=size,
            digest=digest,
        )

    return backup_file.seal(archive, facts, signer)


def load(conninfo: str, facts: Facts, archive: Iterable[bytes]) -> None:
    """Put what a backup holds into an empty database; what fails half-way is left there."""
    with Connection.connect(conninfo) as connection:
        program = tool("pg_restore", max(server_major(connection), facts.tool))
    with _not_left_behind(program.started(conninfo, *LOAD, stdin=subprocess.PIPE)) as process:
        with suppress(BrokenPipeError):  # it has given up, and will say why
            for piece in archive:
                _give(process, piece)
        _, said = process.communicate()
    program.require_success(process.returncode, said)


def _dumped(process: subprocess.Popen[bytes], look: Callable[[], None]) -> bytes:
    """Wait for the end, looking now and then; return what it complained of."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=PAUSE)[1]
        look()


def _give(process: subprocess.Popen[bytes], piece: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(piece)


@contextmanager
def _not_left_behind(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


@contextmanager
def _snapshot(conninfo: str) -> Iterator[tuple[int, str, tuple[Any, ...]]]:
    """Hold what the database is now for as long as entered.

    Gives the server's major version, the snapshot's id, and what of the log is seen in it.
    """
    with Connection.connect(conninfo) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot, *seen = connection.execute(SEEN).fetchone() or (None, 0, None, None)
        yield server_major(connection), str(snapshot), tuple(seen)
