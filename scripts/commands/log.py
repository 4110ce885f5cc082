"""``forge log``: exports the event log of one database and imports it into another."""

import sys
from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.group
def log() -> None:
    """Export and import the event log, to move it to another database.

    For example:
        forge log export everything.ndjson.gz
        forge log import everything.ndjson.gz --data-dir ./elsewhere
    """


@log.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, resolve_path=True))
@options.data_dir
@options.as_json
def export(file: Path, data_dir: Path, printer: Printer) -> None:
    """Export a snapshot of the event log to a new FILE (NDJSON; gzip if it ends in .gz).

    Contains everything that another database needs, except the three secrets: events, data keys
    and texts as stored, claims, checkpoints. The same log always gives the same bytes. For auditors
    see `forge audit export`, which adds proofs.

    For example:
        forge log export everything.ndjson
        forge log export everything.ndjson.gz --json
            {"file", "bytes", "checkpoints", "events", "dataKeys", "claims", "contents", "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.log_files import export_log

    printer.one(export_log(settings, file))


@log.command("import")
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)
)
@options.data_dir
@options.as_json
def import_(file: Path, data_dir: Path, printer: Printer) -> None:
    """Import a FILE of `forge log export` into an empty database.

    Stop the service first; embedded servers are started if needed. The file is verified while it is
    read, and the new database once more at the end; erasures in the ledger are repeated. The import
    either completes or changes nothing.

    For example:
        forge log import everything.ndjson.gz
        forge log import everything.ndjson --data-dir ./elsewhere --json
            {"file", "position", "erasedAgain", "verified", "checkpoints", "covered", "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.log_files import import_log, import_summary
    from scripts.processes.logging_setup import configure_logging

    configure_logging("error", sys.stderr)
    result = import_log(settings, file)
    printer.one(result, import_summary(result))
