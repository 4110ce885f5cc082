"""``forge audit verify`` and ``checkpoint``: verifies the log or an export, with progress."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import track, wrap_file

from adapters.crypto.ed25519 import Ed25519Signer, verify
from adapters.crypto.secret_files import Secrets
from adapters.postgres.audit_rows import AuditRows, audit_rows
from adapters.postgres.verification import verify_log
from application.audit.checkpoints import Checkpoint
from application.audit.proofs import verify_lines
from application.audit.verification import Report, Row
from scripts.terminal.failures import Failure


class NoCheckpoint(Failure):
    """No checkpoint exists, or a file does not contain one."""


def public_key_of(secrets: Secrets) -> bytes:
    return Ed25519Signer(secrets.signing_key).public_key


def verify_database(conninfo: str, secrets: Secrets, checkpoint: Path | None) -> Report:
    """Verify the log, also against a checkpoint that was stored elsewhere (a JSON file)."""
    return verify_log(
        conninfo, public_key_of(secrets), _with_progress, _read_checkpoint(checkpoint)
    )


def verify_export(export: Path, public_key: bytes, checkpoint: Path | None) -> Report:
    """Verify an export file; needs the public key, but no database and no secret."""
    console = Console(stderr=True)
    size = export.stat().st_size
    with (
        export.open("rb") as file,
        wrap_file(file, size, description="verifying", console=console, transient=True) as lines,
    ):
        return verify_lines(lines, public_key, verify, _read_checkpoint(checkpoint))


def newest_checkpoint(conninfo: str) -> bytes:
    """Return the newest checkpoint as JSON; raises ``NoCheckpoint``."""
    with audit_rows(conninfo) as rows:
        newest = rows.newest_checkpoint()
    if newest is None:
        raise NoCheckpoint("No checkpoint exists yet: the worker signs one within a minute.")
    return msgspec.json.encode(newest)


def report_text(report: Report) -> str:
    """Summarise the report: one line, or one line per fault."""
    text = (
        f"{report.events} events; {report.checkpoints} checkpoints, up to position {report.covered}"
    )
    if report.verified:
        return f"Verified: {text}."
    faults = [f"  {fault.position}: {fault.kind}, {fault.detail}" for fault in report.faults]
    first = f"NOT verified from position {report.first_bad_position} on ({text}):"
    return "\n".join([first, *faults])


def _with_progress(rows: AuditRows) -> Iterator[Row]:
    console = Console(stderr=True)
    yield from track(rows, "verifying", rows.count(), console=console, transient=True)


def _read_checkpoint(checkpoint: Path | None) -> Checkpoint | None:
    if checkpoint is None:
        return None
    try:
        return msgspec.json.decode(checkpoint.read_bytes(), type=Checkpoint)
    except msgspec.DecodeError as error:
        raise NoCheckpoint(f"{checkpoint} contains no checkpoint: {error}.") from error
