"""``forge restore``: a backup looked at first, all of it, and then brought back."""

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
from scripts.operator.restore_database import Place, restore_database
from scripts.operator.verify import public_key_of
from scripts.terminal.printing import Row
from scripts.terminal.progress import bytes_going_by


def restored(settings: Settings, file: Path, *, replace: bool) -> Row:
    """Restore a backup; over a log that is not empty only to ``replace`` it."""
    began = time.monotonic()
    secrets = load_secrets(settings)
    with file.open("rb") as archive:
        facts = _looked_at(archive, secrets)
        with maintenance_connections(settings) as connections:
            if not replace:
                require_no_events(connections.owner, "say --replace to restore over it")
            place = Place(connections, secrets, settings.ledger)
            found = restore_database(place, lambda owner: _load(owner, facts, archive))
    seconds = round(time.monotonic() - began, 3)
    return {"file": str(file), "backedUpTo": facts.position, **found, "seconds": seconds}


def restored_text(row: Row) -> str:
    return (
        f"Restored up to position {row['backedUpTo']} and verified, {row['checkpoints']} "
        f"checkpoints up to position {row['covered']}; {row['erasedAgain']} erased again. "
        "Start the service: it makes the read models anew."
    )


def _looked_at(archive: BinaryIO, secrets: Secrets) -> BackupManifest:
    size = Path(archive.name).stat().st_size
    with bytes_going_by("looking", size) as watched:
        return backup_file.verify_backup(archive, public_key_of(secrets), verify, watched)


def _load(owner: str, facts: BackupManifest, archive: BinaryIO) -> None:
    archive.seek(0)
    with bytes_going_by("restoring", facts.size) as watched:
        postgres_dump.load(owner, facts, chunks(archive, facts.size, watched))
