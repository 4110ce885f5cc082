"""Atomic writes: temporary file, fsync, rename."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Write a new file with mode 0600; after a failure the temporary file is removed.

    Raises ``FileExistsError``: no file is overwritten.
    """
    if path.exists():
        raise FileExistsError(0, "is there already, and is not written over", str(path))
    descriptor, name = tempfile.mkstemp(".unfinished", f".{path.name}.", path.parent.resolve())
    os.close(descriptor)
    unfinished = Path(name)
    try:
        with unfinished.open("r+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path)
        flush_directory(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def flush_directory(directory: Path) -> None:
    """Flush the entries of a directory: fsync of a file does not make its name durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
