"""The whole log held against itself, from one snapshot of the database."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from adapters.crypto.ed25519 import verify
from adapters.postgres.audit_rows import AuditRows, audit_rows
from application.audit.checkpoints import Checkpoint
from application.audit.verification import (
    MAX_FAULTS,
    ChainFault,
    Report,
    Row,
    Verification,
    held_elsewhere,
)

Watched: TypeAlias = Callable[[AuditRows], Iterable[Row]]


def verify_log(
    conninfo: str, public_key: bytes, watched: Watched, kept: Checkpoint | None = None
) -> Report:
    """Verify the log; ``watched`` sees each row go by, ``kept`` is a checkpoint kept elsewhere."""
    with audit_rows(conninfo) as rows:
        checkpoints = rows.checkpoints()
        verification = Verification(checkpoints, public_key, verify)
        faults = list[ChainFault]()
        for row in watched(rows):
            faults += verification.row(row)
            del faults[MAX_FAULTS:]
        faults += verification.ended()
    if kept is not None:
        faults += held_elsewhere(kept, checkpoints)
    covered = checkpoints[-1].last if checkpoints else 0
    counts = {"events": verification.events, "checkpoints": len(checkpoints), "covered": covered}
    return Report.of(faults, **counts)
