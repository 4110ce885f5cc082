"""``forge restore``: checks a backup completely, then restores it."""

import time
from pathlib import Path
from typing import BinaryIO

from adapters.backup import backup_file
from adapters.backup import dump as postgres_dump
from adapters.backup.backup_file import BackupManifest, chunks
from adapters.backup.staging_database import require_no_events
from adapters.crypto.ed25519 import verify
from adapters.crypto.secret_files import Secrets
from scripts.config.connections import maintenance_connections
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.operator.restore_database import RestoreTarget, restore_database
from scripts.operator.verify import public_key_of
from scripts.terminal.printing import Row
from scripts.terminal.progress import byte_progress


def restore_backup(settings: Settings, file: Path, *, replace: bool) -> Row:
    """Restore a backup; raises ``DatabaseNotEmpty`` over a log with events unless ``replace``."""
    began = time.monotonic()
    secrets = load_secrets(settings)
    with file.open("rb") as archive:
        facts = _check_archive(archive, secrets)
        with maintenance_connections(settings) as connections:
            if not replace:
                require_no_events(connections.owner, "say --replace to restore over it")
            target = RestoreTarget(connections, secrets, settings.ledger)
            result = restore_database(target, lambda owner: _load(owner, facts, archive))
    seconds = round(time.monotonic() - began, 3)
    return {"file": str(file), "backedUpTo": facts.position, **result, "seconds": seconds}


def restore_summary(row: Row) -> str:
    return (
        f"Restored up to position {row['backedUpTo']} and verified, {row['checkpoints']} "
        f"checkpoints up to position {row['covered']}; {row['erasedAgain']} erased again. "
        "Start the service: it builds the read models."
    )


def _check_archive(archive: BinaryIO, secrets: Secrets) -> BackupManifest:
    size = Path(archive.name).stat().st_size
    with byte_progress("checking", size) as advance:
        return backup_file.verify_backup(archive, public_key_of(secrets), verify, advance)


def _load(owner: str, facts: BackupManifest, archive: BinaryIO) -> None:
    archive.seek(0)
    with byte_progress("restoring", facts.size) as advance:
        postgres_dump.load(owner, facts, chunks(archive, facts.size, advance))
