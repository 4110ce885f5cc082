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
    """Write the database, as of one moment, to a new file, while the service goes on.

    Without FILE or DIR it goes into <data-dir>/backups, under a name of the time. The three secrets
    are not in it: without them nobody can read it, and nobody can restore it either. Read models
    are not: they are made anew. It is signed, and made by the `pg_dump` of the wheel or of PATH.

        forge backup
        forge backup /mnt/backups
        forge backup before-upgrade.backup --json
            {"file", "bytes", "position", "lastHash", "checkpoint", "seconds"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.backup import backed_up

    printer.one(backed_up(settings, target))
