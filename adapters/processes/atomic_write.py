"""Files that are there whole or not at all: written aside, flushed to disk, and only then named."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Write a new file for this account alone; what is left of one that fails is taken away.

    Raises ``FileExistsError``: nothing is written over.
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
    """Make names in it last: flushing a file does not flush the name it was given."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
