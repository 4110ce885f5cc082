"""``forge backup``: dumps the database into one signed file while the service runs."""

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
from scripts.terminal.progress import file_size_progress

NAME_FORMAT: Final = "forge-%Y%m%dT%H%M%SZ.backup"


def write_backup(settings: Settings, target: Path | None) -> Row:
    """Write a backup; return its file, size, last position and hashes."""
    began = time.monotonic()
    owner, secrets = connections_in_use(settings).owner, load_secrets(settings)
    file = _target_file(settings, target)
    with atomic_write(file) as out, file_size_progress("backing up") as report_size:
        facts = dump(owner, out, Ed25519Signer(secrets.signing_key), report_size)
    return {
        "file": str(file),
        "bytes": file.stat().st_size,
        "position": facts.position,
        "lastHash": facts.last_hash,
        "checkpoint": facts.checkpoint,
        "seconds": round(time.monotonic() - began, 3),
    }


def _target_file(settings: Settings, target: Path | None) -> Path:
    """Return ``target``, or a name by time in that directory, by default ``<data-dir>/backups``."""
    if target is None:
        target = settings.data_dir / "backups"
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target / datetime.now(UTC).strftime(NAME_FORMAT) if target.is_dir() else target
