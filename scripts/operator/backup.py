"""``forge backup``: the database into one file, with a bar, while the service goes on."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from adapters.backup.dump import dump
from adapters.crypto.ed25519 import Ed25519Signer
from adapters.processes.atomic_write import atomic_write
from scripts.config.connections import connections_in_use
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.terminal.printing import Row
from scripts.terminal.progress import file_growing

NAME: Final = "forge-%Y%m%dT%H%M%SZ.backup"


def backed_up(settings: Settings, target: Path | None) -> Row:
    """Write a backup, and say what it is of."""
    began = time.monotonic()
    owner, secrets = connections_in_use(settings).owner, load_secrets(settings)
    file = _place(settings, target)
    with atomic_write(file) as out, file_growing("backing up") as watched:
        facts = dump(owner, out, Ed25519Signer(secrets.signing_key), watched)
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "position": facts.position,
        "lastHash": facts.last_hash,
        "checkpoint": facts.checkpoint,
        "seconds": round(time.monotonic() - began, 3),
    }


def _place(settings: Settings, target: Path | None) -> Path:
    """Take the file named, or a new name in the directory named, or in one beside the data."""
    if target is None:
        target = settings.data_dir / "backups"
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target / datetime.now(UTC).strftime(NAME) if target.is_dir() else target
