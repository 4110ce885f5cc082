"""``forge audit``: proofs that the record was not altered afterwards."""

import sys
from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.printing import Printer
from scripts.settings import Settings


@click.group
def audit() -> None:
    """Prove that what is on record is what was recorded."""


@audit.command
@options.data_dir
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that was kept elsewhere: shows a history that was signed again.",
)
@options.as_json
def verify(data_dir: Path, kept: Path | None, printer: Printer) -> None:
    """Hold every event, every chain and every checkpoint against each other.

    Needs the signing key. Exit status 1 when anything was changed, removed, moved or inserted since
    it was recorded, with the first position that cannot be vouched for.

        forge audit verify
        forge audit verify --checkpoint /mnt/elsewhere/checkpoint.json --json
            {"verified", "events", "checkpoints", "covered", "firstBadPosition", "faults"}
    """
    settings = Settings.read(data_dir)
    from msgspec import to_builtins

    from scripts.connections import connections_in_use
    from scripts.secret_choice import secrets_in_use
    from scripts.verifying import verified

    report = verified(connections_in_use(settings).app, secrets_in_use(settings), kept)
    row = to_builtins(report)
    text = (
        f"{report.events} events, {report.covered} of them under {report.checkpoints} checkpoints"
    )
    if report.verified:
        printer.one(row, f"Verified: {text}.")
        return
    faults = [f"  {fault.position}: {fault.kind}, {fault.detail}" for fault in report.faults]
    first = f"NOT verified from position {report.first_bad_position} on ({text}):"
    printer.one(row, "\n".join([first, *faults]))
    sys.exit(1)


@audit.command
@options.data_dir
def checkpoint(data_dir: Path) -> None:
    """Print the newest checkpoint, to keep it where nobody reaches it from here.

    forge audit checkpoint > /mnt/elsewhere/checkpoint.json
    """
    settings = Settings.read(data_dir)
    from scripts.connections import connections_in_use
    from scripts.verifying import newest_checkpoint

    click.echo(newest_checkpoint(connections_in_use(settings).app))
