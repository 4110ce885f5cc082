"""``forge migrate``."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@options.data_dir
@options.as_json
def migrate(data_dir: Path, printer: Printer) -> None:
    """Bring the database to this release.

    `forge serve` does this itself. Where each role is a process of its own, run this once before
    them; it connects as the owner of DATABASE_URL. Run twice, or by two at once, it does no harm.

        forge migrate
        forge migrate --json        what was applied: [{"number", "name"}]
    """
    settings = options.read_settings(data_dir)
    from adapters.postgres import migrations as postgres_migrations
    from scripts.config.connections import connections_in_use

    owner = connections_in_use(settings).owner
    applied = postgres_migrations.migrate(owner)
    printer.many([{"number": file.number, "name": file.name} for file in applied])
