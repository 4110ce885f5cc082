"""Erasure ledger file: one JSON line per erasure, flushed to disk before it counts.

Processes that share it lock it in turn. A line truncated by a crash never counted, so it is cut off
before the next one is added.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from adapters.backup.backup_errors import LedgerUnreadable
from adapters.processes.atomic_write import flush_directory
from application.erasure.erasure_ledger import Entry

TAIL: Final = 64 * 1024
"""Bytes read for the last entries, some two hundred."""

_decode = msgspec.json.Decoder(Entry).decode
_encode = msgspec.json.Encoder().encode


class LedgerFile:
    """Implements ``application.erasure.erasure_ledger.LedgerWriter``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def newest(self) -> Sequence[Entry]:
        try:
            with self.path.open("rb") as file:
                return [entry for line in _last_lines(file) for entry in _readable(line)]
        except FileNotFoundError:
            return []

    def create(self) -> None:
        """Create the file if its directory exists: with external servers there may be none."""
        if self.path.parent.is_dir():
            self.append(())

    def append(self, entries: Sequence[Entry]) -> None:
        self.path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _cut_unfinished(file)
            file.write(b"".join(_encode(entry) + b"\n" for entry in entries))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            flush_directory(self.path.parent)

    def entries(self) -> Iterator[Entry]:
        """Return all of them, oldest first; raises ``LedgerUnreadable``."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield _decode(line)
                except msgspec.DecodeError as error:
                    raise LedgerUnreadable(f"{self.path} line {number}: {error}.") from error


def _last_lines(file: BinaryIO) -> list[bytes]:
    """Return complete lines only: the first may be cut by our read, the last by a crash."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - TAIL)
    file.seek(start)
    lines = file.read().split(b"\n")[:-1]
    return lines[1:] if start else lines


def _readable(line: bytes) -> Iterator[Entry]:
    """Skip a damaged line: any other entry tells where to continue."""
    try:
        yield _decode(line)
    except msgspec.DecodeError:
        return


def _cut_unfinished(file: BinaryIO) -> None:
    """Leave the file at the end of its last whole line."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - TAIL)
    file.seek(start)
    file.seek(start + file.read().rfind(b"\n") + 1)
    file.truncate()
