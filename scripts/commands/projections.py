"""``forge projections``: how far the read models are, and how to build one anew."""

from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.printing import Printer
from scripts.settings import Settings


@click.group
def projections() -> None:
    """Watch and rebuild the read models, which lists and gets are answered from."""


@projections.command("list")
@options.data_dir
@options.as_json
def list_(data_dir: Path, printer: Printer) -> None:
    """List read models and how far each is behind the log.

    `lag` counts events, `lagSeconds` is the age of the oldest event not applied. `building` holds
    table sets that are being filled, `kept` older ones that are kept up to date.

        forge projections list
        forge projections list --json
            [{"name", "status", "position", "lag", "lagSeconds", "error", "building", "kept"}]
    """
    settings = Settings.read(data_dir)
    from scripts.connections import connections_in_use
    from scripts.projection_report import report

    found = report(connections_in_use(settings).app)
    printer.many([model.row() for model in found])


@projections.command
@click.argument("name")
@options.data_dir
@options.as_json
def rebuild(name: str, data_dir: Path, printer: Printer) -> None:
    """Build a read model anew, beside the one that answers, and switch to it.

    The projector that runs does the work and readers notice nothing. Interrupted, this command
    stops watching; the rebuild goes on.

        forge projections rebuild document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.connections import connections_in_use
    from scripts.rebuilding import rebuild as rebuilt

    app = connections_in_use(settings).app
    printer.one(rebuilt(app, name))
