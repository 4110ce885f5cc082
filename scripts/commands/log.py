"""``forge log``: the whole log out of one database, and into another."""

import sys
from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.group
def log() -> None:
    """Move the log between databases.

    forge log export everything.ndjson.gz
    forge log import everything.ndjson.gz --data-dir ./elsewhere
    """


@log.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, resolve_path=True))
@options.data_dir
@options.as_json
def export(file: Path, data_dir: Path, printer: Printer) -> None:
    """Write the log, as of one moment, to a new FILE: JSON line by line, packed if it ends in .gz.

    All it takes to go on with it elsewhere is in it, but for the three secrets: events, data keys
    and texts as they are stored, claims, checkpoints. The same log is the same file, to the byte.
    (`forge audit export` is for auditors: its events come with proofs.)

        forge log export everything.ndjson
        forge log export everything.ndjson.gz --json
            {"file", "bytes", "checkpoints", "events", "dataKeys", "claims", "contents", "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.log_files import exported

    printer.one(exported(settings, file))


@log.command("import")
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)
)
@options.data_dir
@options.as_json
def import_(file: Path, data_dir: Path, printer: Printer) -> None:
    """Fill an empty log from a FILE of `forge log export`.

    No service may run meanwhile; embedded servers are started for it. Everything is verified as it
    is read, and once more where it is then; what the ledger of erasures tells of is erased again.
    All of it is put in place at once, at the end, or nothing is.

        forge log import everything.ndjson.gz
        forge log import everything.ndjson --data-dir ./elsewhere --json
            {"file", "position", "erasedAgain", "verified", "checkpoints", "covered", "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.log_files import imported, imported_text
    from scripts.processes.logging_setup import configure_logging

    configure_logging("error", sys.stderr)
    done = imported(settings, file)
    printer.one(done, imported_text(done))
