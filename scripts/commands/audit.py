"""``forge audit``: what was recorded, and proofs that it was not altered afterwards."""

from pathlib import Path

import rich_click as click

from scripts.commands.groups import lazy_group
from scripts.config import options
from scripts.terminal.printing import Printer

audit = lazy_group(
    "audit",
    """
    Show what was recorded, and prove that it was not altered afterwards.

        forge audit history documents ID          who did what, when and from which request
        forge audit state documents ID            what it amounts to, now or as of any moment
        forge audit verify                        hold the whole record against itself
        forge audit checkpoint > held.json        keep a proof where nobody reaches it from here
        forge audit export all.ndjson             everything, with proofs
        forge audit verify --offline all.ndjson --public-key HEX
    """,
    {
        "history": "scripts.commands.audit_reading:history",
        "state": "scripts.commands.audit_reading:state",
        "diff": "scripts.commands.audit_reading:diff",
        "verify": "scripts.commands.audit:verify",
        "export": "scripts.commands.audit_reading:export",
        "checkpoint": "scripts.commands.audit:checkpoint",
        "public-key": "scripts.commands.audit:public_key",
    },
)


def _bytes(_: click.Context, __: click.Parameter, value: str | None) -> bytes | None:
    try:
        return None if value is None else bytes.fromhex(value)
    except ValueError as error:
        raise click.BadParameter("it takes hexadecimal digits") from error


@click.command
@options.data_dir
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that was kept elsewhere: shows a history that was signed again.",
)
@click.option(
    "--offline",
    "export",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Verify this export instead, without the service; needs --public-key.",
)
@click.option("--public-key", "key", callback=_bytes, help="As `forge audit public-key` told it.")
@options.as_json
def verify(
    data_dir: Path, kept: Path | None, export: Path | None, key: bytes | None, printer: Printer
) -> int:
    """Hold every event, every chain and every checkpoint against each other.

    And, if all is well, what the read models have counted against that. Exit status 1 when anything
    was changed, removed, moved or inserted since it was recorded, with the first position that
    cannot be vouched for. Needs the signing key or, for an export, no more than the public one.

        forge audit verify
        forge audit verify --checkpoint /mnt/elsewhere/checkpoint.json --json
            {"verified", "events", "checkpoints", "covered", "firstBadPosition", "faults"}
        forge audit verify --offline all.ndjson --public-key 3d4017c3...
    """
    settings = options.read_settings(data_dir)
    if (export is None) != (key is None):
        raise click.UsageError("--offline and --public-key go together")
    from msgspec import to_builtins

    from scripts.config.connections import connections_in_use
    from scripts.config.secrets import load_secrets
    from scripts.operator.backend_session import with_backend
    from scripts.operator.tracking_faults import tracking_faults
    from scripts.operator.verify import report_text, verified, verified_offline

    if export is not None and key is not None:
        report = verified_offline(export, key, kept)
    else:
        report = verified(connections_in_use(settings).app, load_secrets(settings), kept)
        if report.verified:  # else they differ from it for that reason
            report = report.with_faults(with_backend(settings, tracking_faults))
    printer.one(to_builtins(report), report_text(report))
    return 0 if report.verified else 1


@click.command
@options.data_dir
def checkpoint(data_dir: Path) -> None:
    """Print the newest checkpoint, to keep it where nobody reaches it from here.

    forge audit checkpoint > /mnt/elsewhere/checkpoint.json
    """
    settings = options.read_settings(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.verify import newest_checkpoint

    click.echo(newest_checkpoint(connections_in_use(settings).app))


@click.command
@options.data_dir
def public_key(data_dir: Path) -> None:
    """Print the public key that checkpoints and exports are verified with, in hexadecimal.

    Give it to auditors by a way of its own: what comes with an export proves nothing.

        forge audit public-key
    """
    settings = options.read_settings(data_dir)
    from scripts.config.secrets import load_secrets
    from scripts.operator.verify import public_key_of

    click.echo(public_key_of(load_secrets(settings)).hex())
