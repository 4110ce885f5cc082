"""``forge migrate``."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@options.data_dir
@options.as_json
def migrate(data_dir: Path, printer: Printer) -> None:
    """Apply the database migrations of this release.

    `forge serve` does this itself. With one role per process, run this before starting them; it
    connects as the owner (DATABASE_URL). Safe to run repeatedly and concurrently.

    For example:
        forge migrate
        forge migrate --json        applied migrations: [{"number", "name"}]
    """
    settings = options.read_settings(data_dir)
    from adapters.postgres import migrator
    from scripts.config.connections import connections_in_use

    owner = connections_in_use(settings).owner
    applied = migrator.migrate(owner)
    printer.many([{"number": file.number, "name": file.name} for file in applied])
