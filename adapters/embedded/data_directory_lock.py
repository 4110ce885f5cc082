"""Who owns a data directory, told by two file locks, which the kernel drops however a process ends.

``lock`` is inherited by everything that touches the data: the owner, the keepers, the servers and
their children. Whoever gets it knows that nothing of an earlier run is left, not even a backend.
``ready`` is locked by the owner alone and says where the sockets are, so a reader can tell servers
in service from those of an owner that has just died. A forked child shares its parent's locks, so
it lets go of them at once: it is not the owner.
"""

import fcntl
import os
from pathlib import Path

OURS: set[int] = set()  # descriptors with locks on them


class DataDirectoryLock:
    def __init__(self, data_dir: Path) -> None:
        self._lock_path = data_dir / "lock"
        self._ready_path = data_dir / "ready"
        self._lock: int | None = None
        self._ready: int | None = None

    def take(self) -> int | None:
        """Become the owner and return the lock's descriptor, or None while somebody has it."""
        lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(lock, fcntl.LOCK_EX):
            os.close(lock)
            return None
        self._lock = lock
        OURS.add(lock)
        return lock

    def publish(self, sockets: Path) -> None:
        """Tell everybody the servers answer; the rename shows the file only once it is locked."""
        unfinished = self._ready_path.with_name("ready.unfinished")
        unfinished.unlink(missing_ok=True)
        self._ready = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        OURS.add(self._ready)
        os.write(self._ready, os.fsencode(sockets))
        fcntl.flock(self._ready, fcntl.LOCK_EX)
        unfinished.rename(self._ready_path)

    def published(self) -> Path | None:
        """Return the socket directory of servers in service."""
        try:
            ready = os.open(self._ready_path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            if _locked(ready, fcntl.LOCK_SH):
                return None
            return Path(os.fsdecode(os.read(ready, os.fstat(ready).st_size)))
        finally:
            os.close(ready)

    def held(self) -> bool:
        """Tell whether anybody has the lock, be it one that is only starting or stopping."""
        try:
            lock = os.open(self._lock_path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _locked(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def withdraw(self) -> None:
        """Let nobody attach any more; the lock stays until the servers have ended."""
        if self._ready is not None:
            self._ready_path.unlink(missing_ok=True)
            _let_go(self._ready)
            self._ready = None

    def release(self) -> None:
        if self._lock is not None:
            _let_go(self._lock)
            self._lock = None


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _let_go(descriptor: int) -> None:
    """Close it; in a forked child it may have gone before."""
    if descriptor in OURS:
        OURS.remove(descriptor)
        os.close(descriptor)


def _let_go_of_all() -> None:
    for descriptor in tuple(OURS):
        _let_go(descriptor)


os.register_at_fork(after_in_child=_let_go_of_all)
