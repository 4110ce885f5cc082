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
@click.option(
    "--replace", is_flag=True, help="Restore over a log that is not empty; its events are lost."
)
@options.data_dir
@options.as_json
def restore(file: Path, replace: bool, data_dir: Path, printer: Printer) -> None:  # noqa: FBT001 - click's
    """Restore the database from a FILE of `forge backup`.

    Stop the service first; embedded servers are started if needed. The backup is restored into a
    new database, migrated to this release and verified; erasures in the ledger are repeated. Then
    it replaces the database in use. The restore either completes or changes nothing.

    For example:
        forge restore /mnt/backups/forge-20260131T120000Z.backup
        forge restore before-upgrade.backup --replace --json
            {"file", "backedUpTo", "position", "erasedAgain", "verified", "checkpoints", "covered",
             "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.restore import restore_backup, restore_summary
    from scripts.processes.logging_setup import configure_logging

    configure_logging("error", sys.stderr)
    result = restore_backup(settings, file, replace=replace)
    printer.one(result, restore_summary(result))
