"""Temporary directory for the sockets of the processes of one service, removed with them.

Not in the data directory: with external servers there is none. After a ``kill -9`` it stays
behind, so each start removes directories whose lock is free.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "forge-serve-"


@contextmanager
def socket_directory() -> Iterator[Path]:
    """Create and lock a directory while entered; only this account can enter it."""
    _remove_abandoned(Path(tempfile.gettempdir()))
    created = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    with created as name, _directory_lock(Path(name)):
        yield Path(name)


def _remove_abandoned(parent: Path) -> None:
    for path in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another account's, locked, or being removed just now
            if path.lstat().st_uid == os.geteuid():
                with _directory_lock(path):
                    shutil.rmtree(path)


@contextmanager
def _directory_lock(path: Path) -> Iterator[None]:
    """Hold the lock, which ends with this process; raises ``OSError`` when another holds it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
