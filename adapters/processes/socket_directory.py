"""A directory that the processes of one service meet in, and nobody else; gone when they are.

Not in the data directory: with servers of one's own there is none. After a ``kill -9`` it stays
behind, so each start removes those that nobody holds any more.
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
    """Hold one while entered; only this account can enter it."""
    _remove_abandoned(Path(tempfile.gettempdir()))
    made = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    with made as name, _held(Path(name)):
        yield Path(name)


def _remove_abandoned(parent: Path) -> None:
    for path in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, held, or just being removed
            if path.lstat().st_uid == os.geteuid():
                with _held(path):
                    shutil.rmtree(path)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock that dies with this process; raises ``OSError`` when another holds it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
