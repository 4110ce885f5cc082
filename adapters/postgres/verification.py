"""Verification of the whole log, from one snapshot of the database."""

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
    external_faults,
)

RowObserver: TypeAlias = Callable[[AuditRows], Iterable[Row]]


def verify_log(
    conninfo: str, public_key: bytes, observe: RowObserver, kept: Checkpoint | None = None
) -> Report:
    """Verify the log; ``observe`` wraps the rows, ``kept`` is a checkpoint kept elsewhere."""
    with audit_rows(conninfo) as rows:
        checkpoints = rows.checkpoints()
        verification = Verification(checkpoints, public_key, verify)
        faults = list[ChainFault]()
        for row in observe(rows):
            faults += verification.row(row)
            del faults[MAX_FAULTS:]
        faults += verification.finish()
    if kept is not None:
        faults += external_faults(kept, checkpoints)
    covered = checkpoints[-1].last if checkpoints else 0
    counts = {"events": verification.events, "checkpoints": len(checkpoints), "covered": covered}
    return Report.of(faults, **counts)
