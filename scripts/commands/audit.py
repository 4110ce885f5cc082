"""``forge audit``: the event history, its verification and its exports."""

from pathlib import Path

import rich_click as click

from scripts.commands.groups import lazy_group
from scripts.config import options
from scripts.terminal.printing import Printer

audit = lazy_group(
    "audit",
    """
    Show, verify and export the event history.

    For example:
        forge audit history documents ID             list events: who, what, when, by which request
        forge audit state documents ID               show the state, now or at an earlier time
        forge audit verify                           verify the whole event log
        forge audit checkpoint > checkpoint.json     save a checkpoint, to store it elsewhere
        forge audit export all.ndjson                export all events with proofs
        forge audit verify --offline all.ndjson --public-key HEX
    """,
    {
        "history": "scripts.commands.audit_queries:history",
        "state": "scripts.commands.audit_queries:state",
        "diff": "scripts.commands.audit_queries:diff",
        "verify": "scripts.commands.audit:verify",
        "export": "scripts.commands.audit_queries:export",
        "checkpoint": "scripts.commands.audit:checkpoint",
        "public-key": "scripts.commands.audit:public_key",
    },
)


def _hex_bytes(_: click.Context, __: click.Parameter, value: str | None) -> bytes | None:
    try:
        return None if value is None else bytes.fromhex(value)
    except ValueError as error:
        raise click.BadParameter("must be hexadecimal digits") from error


@click.command
@options.data_dir
@click.option(
    "--checkpoint",
    "trusted",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Checkpoint file stored elsewhere; detects a history that was rewritten and re-signed.",
)
@click.option(
    "--offline",
    "export",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Verify this export file instead of the database; needs --public-key.",
)
@click.option(
    "--public-key",
    "key",
    callback=_hex_bytes,
    help="Public key, as `forge audit public-key` prints it.",
)
@options.as_json
def verify(
    data_dir: Path, trusted: Path | None, export: Path | None, key: bytes | None, printer: Printer
) -> int:
    """Verify every event, hash chain and checkpoint, then the counts of the read models.

    Exit status 1 when anything was changed, removed, moved or inserted since it was recorded; the
    report names the first position that is not verified. Needs the signing key; for an export,
    only the public key.

    For example:
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
    from scripts.operator.verify import report_text, verify_database, verify_export

    if export is not None and key is not None:
        report = verify_export(export, key, trusted)
    else:
        report = verify_database(connections_in_use(settings).app, load_secrets(settings), trusted)
        if report.verified:  # read models of an altered log differ anyway
            report = report.with_faults(with_backend(settings, tracking_faults))
    printer.one(to_builtins(report), report_text(report))
    return 0 if report.verified else 1


@click.command
@options.data_dir
def checkpoint(data_dir: Path) -> None:
    """Print the newest checkpoint, to store it outside this machine.

    For example:
        forge audit checkpoint > /mnt/elsewhere/checkpoint.json
    """
    settings = options.read_settings(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.verify import newest_checkpoint

    click.echo(newest_checkpoint(connections_in_use(settings).app))


@click.command
@options.data_dir
def public_key(data_dir: Path) -> None:
    """Print the public key of checkpoints and exports, in hexadecimal.

    Give it to auditors separately: a key that arrives with an export proves nothing.

    For example:
        forge audit public-key
    """
    settings = options.read_settings(data_dir)
    from scripts.config.secrets import load_secrets
    from scripts.operator.verify import public_key_of

    click.echo(public_key_of(load_secrets(settings)).hex())
