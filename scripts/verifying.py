"""``forge audit verify``: the whole log held against itself, with a bar while it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import track

from adapters.ed25519 import Ed25519Signer, verify
from adapters.postgres_audit_rows import AuditRows, audit_rows
from adapters.secret_files import Secrets
from application.checkpoints import Checkpoint
from application.verification import Fault, Verification, held_elsewhere
from scripts.failures import Failure

MOST_FAULTS: Final = 20
"""Where much is wrong, the first of it is what matters."""


class NoCheckpoint(Failure):
    """The message says where none was found."""


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """``first_bad_position`` is the lowest position that cannot be vouched for."""

    verified: bool
    events: int
    checkpoints: int
    covered: int
    first_bad_position: int | None
    faults: list[Fault]


def verified(conninfo: str, secrets: Secrets, kept: Path | None) -> Report:
    """Verify the log; ``kept`` holds a checkpoint that was kept elsewhere, as JSON."""
    public_key = Ed25519Signer(secrets.signing_key).public_key
    elsewhere = None if kept is None else _read(kept)
    with audit_rows(conninfo) as rows:
        checkpoints = rows.checkpoints()
        verification = Verification(checkpoints, public_key, verify)
        faults = list(_faults(rows, verification))
    if elsewhere is not None:
        faults += held_elsewhere(elsewhere, checkpoints)
    faults.sort(key=lambda fault: fault.position)
    return Report(
        verified=not faults,
        events=verification.events,
        checkpoints=len(checkpoints),
        covered=checkpoints[-1].last if checkpoints else 0,
        first_bad_position=faults[0].position if faults else None,
        faults=faults[:MOST_FAULTS],
    )


def newest_checkpoint(conninfo: str) -> bytes:
    """Return the newest checkpoint as JSON, to be kept where nobody can reach it from here."""
    with audit_rows(conninfo) as rows:
        checkpoints = rows.checkpoints()
    if not checkpoints:
        raise NoCheckpoint("Nothing is signed yet: the worker does so within a minute.")
    return msgspec.json.encode(checkpoints[-1])


def _faults(rows: AuditRows, verification: Verification) -> Iterator[Fault]:
    console = Console(stderr=True)
    for row in track(rows, "verifying", rows.count(), console=console, transient=True):
        yield from verification.row(row)
    yield from verification.ended()


def _read(kept: Path) -> Checkpoint:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=Checkpoint)
    except msgspec.DecodeError as error:
        raise NoCheckpoint(f"{kept} holds no checkpoint: {error}.") from error
