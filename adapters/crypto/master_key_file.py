"""The file of the local master key, replaced by another: the one before goes on opening.

The key that opens is on disk before the one that seals, so that whatever dies in between leaves a
master key for everything that was ever sealed.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from adapters.crypto.secret_files import FURTHER_FILE
from adapters.processes.atomic_write import flush_directory

MASTER_FILE: Final = "master_key"


def rotating(directory: Path) -> bool:
    """Tell whether there is a new key already, and a rotation to it that is not finished.

    One that died before it made the new key has only kept the present one, and is begun again.
    """
    further = directory / FURTHER_FILE
    if not further.exists():
        return False
    return (directory / MASTER_FILE).read_text("ascii") not in further.read_text("ascii")


def begin_rotation(directory: Path) -> None:
    """Keep the master key as a further one, and make another."""
    before = (directory / MASTER_FILE).read_text("ascii")
    _replace(directory / FURTHER_FILE, before)
    _replace(directory / MASTER_FILE, secrets.token_hex(32) + "\n")


def finish_rotation(directory: Path) -> None:
    """Forget the further ones, which nothing needs any more."""
    (directory / FURTHER_FILE).unlink(missing_ok=True)
    flush_directory(directory)


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    flush_directory(path.parent)
