"""``forge restore``."""

import sys
from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)
)
@click.option("--replace", is_flag=True, help="Restore over a log that is not empty.")
@options.data_dir
@options.as_json
def restore(file: Path, replace: bool, data_dir: Path, printer: Printer) -> None:  # noqa: FBT001 - click's
    """Put the database back to what it was when FILE was written by `forge backup`.

    No service may run meanwhile; embedded servers are started for it. The backup is restored beside
    the database in use, brought to this release and verified; what has been erased since, by the
    ledger of erasures, is erased again; then it takes the place of the other at once. Whatever ends
    it before has changed nothing.

        forge restore /mnt/backups/forge-20260131T120000Z.backup
        forge restore before-upgrade.backup --replace --json
            {"file", "backedUpTo", "position", "erasedAgain", "verified", "checkpoints", "covered",
             "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.restore import restored, restored_text
    from scripts.processes.logging_setup import configure_logging

    configure_logging("error", sys.stderr)
    done = restored(settings, file, replace=replace)
    printer.one(done, restored_text(done))
