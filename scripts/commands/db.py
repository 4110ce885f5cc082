"""``forge db``."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.group
def db() -> None:
    """Reach the database itself."""


@db.command
@options.data_dir
@click.option(
    "--role",
    type=click.Choice(["owner", "app"]),
    default="owner",
    show_default=True,
    help="`owner` may do everything, `app` what the running processes may.",
)
@options.as_json
def url(data_dir: Path, role: str, printer: Printer) -> None:
    """Print the connection URL of the database.

    psql "$(forge db url)"
    psql "$(forge db url --role app)"
    """
    settings = options.read_settings(data_dir)
    from scripts.config.connections import connections_in_use

    connections = connections_in_use(settings)
    found = connections.owner if role == "owner" else connections.app
    printer.one({"role": role, "url": found}, text=found)
