"""Rotation of the local master key file; the former key goes on decrypting.

The former key is on disk as a further one before the new key replaces it, so that a crash in
between leaves a master key for everything that was ever encrypted.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from adapters.crypto.secret_files import FURTHER_FILE
from adapters.processes.atomic_write import flush_directory

MASTER_FILE: Final = "master_key"


def rotation_pending(directory: Path) -> bool:
    """Tell whether a rotation to a new key has begun and is not finished.

    A rotation that died before it created the new key has only copied the present one: begin again.
    """
    further = directory / FURTHER_FILE
    if not further.exists():
        return False
    return (directory / MASTER_FILE).read_text("ascii") not in further.read_text("ascii")


def begin_rotation(directory: Path) -> None:
    """Keep the master key as a further one, and create a new one."""
    before = (directory / MASTER_FILE).read_text("ascii")
    _replace(directory / FURTHER_FILE, before)
    _replace(directory / MASTER_FILE, secrets.token_hex(32) + "\n")


def finish_rotation(directory: Path) -> None:
    """Delete the further keys, which are not needed any more."""
    (directory / FURTHER_FILE).unlink(missing_ok=True)
    flush_directory(directory)


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    flush_directory(path.parent)
