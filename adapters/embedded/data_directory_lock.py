"""Ownership of a data directory by two file locks, which the kernel releases with the process.

``lock`` is inherited by every process that touches the data: the owner, the watchdogs, the servers
and their children. Once it is acquired, no process of an earlier run is left, not even a backend.
``ready`` is locked by the owner alone and holds the directory of the sockets, so that a reader can
tell running servers from those of an owner that has just died. A forked child shares its parent's
locks, so it closes them at once: it is not the owner.
"""

import fcntl
import os
from pathlib import Path

HELD: set[int] = set()  # descriptors of our locks


class DataDirectoryLock:
    def __init__(self, data_dir: Path) -> None:
        self._lock_path = data_dir / "lock"
        self._ready_path = data_dir / "ready"
        self._lock: int | None = None
        self._ready: int | None = None

    def acquire(self) -> int | None:
        """Become the owner and return the descriptor; None while another process holds it."""
        lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _try_lock(lock, fcntl.LOCK_EX):
            os.close(lock)
            return None
        self._lock = lock
        HELD.add(lock)
        return lock

    def publish(self, sockets: Path) -> None:
        """Announce that the servers answer; the rename shows the file only once it is locked."""
        unfinished = self._ready_path.with_name("ready.unfinished")
        unfinished.unlink(missing_ok=True)
        self._ready = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        HELD.add(self._ready)
        os.write(self._ready, os.fsencode(sockets))
        fcntl.flock(self._ready, fcntl.LOCK_EX)
        unfinished.rename(self._ready_path)

    def socket_directory(self) -> Path | None:
        """Return the socket directory of running servers; None when there are none."""
        try:
            ready = os.open(self._ready_path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            if _try_lock(ready, fcntl.LOCK_SH):
                return None
            return Path(os.fsdecode(os.read(ready, os.fstat(ready).st_size)))
        finally:
            os.close(ready)

    def is_held(self) -> bool:
        """Tell whether a process holds the lock, also one that is starting or stopping."""
        try:
            lock = os.open(self._lock_path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _try_lock(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def withdraw(self) -> None:
        """Let no more processes attach; the lock is kept until the servers have ended."""
        if self._ready is not None:
            self._ready_path.unlink(missing_ok=True)
            _close(self._ready)
            self._ready = None

    def release(self) -> None:
        if self._lock is not None:
            _close(self._lock)
            self._lock = None


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _close(descriptor: int) -> None:
    """Close a descriptor; in a forked child it may be closed already."""
    if descriptor in HELD:
        HELD.remove(descriptor)
        os.close(descriptor)


def _close_all() -> None:
    for descriptor in tuple(HELD):
        _close(descriptor)


os.register_at_fork(after_in_child=_close_all)
