"""``forge projections``, the part about events that cannot be applied."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@options.model
@options.data_dir
@options.as_json
def failure(name: str, data_dir: Path, printer: Printer) -> None:
    """Show the event that a read model has stopped at, and why.

    Other read models go on. `retry` once the cause is mended, or `skip` it.

        forge projections failure folders --json
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import skip_event as skipping
    from scripts.operator.backend_session import with_backend

    printer.one(with_backend(settings, lambda backend: skipping.failure(backend, name)))


@click.command
@options.model
@options.data_dir
@options.as_json
def retry(name: str, data_dir: Path, printer: Printer) -> None:
    """Let a read model try the event once more that it has stopped at.

    forge projections retry folders
    """
    settings = options.read_settings(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated

    operated(connections_in_use(settings).app, lambda operations: operations.retry(name))
    printer.one({"name": name, "status": "running"})


@click.command
@options.model
@click.option("--reason", required=True, help="Why the read model may lack it; it is recorded.")
@click.option(
    "--position",
    type=click.IntRange(min=1),
    help="Skip only if it has stopped at this event; else at whichever it has.",
)
@options.data_dir
@options.as_json
def skip(name: str, reason: str, position: int | None, data_dir: Path, printer: Printer) -> None:
    """Pass over the event that a read model has stopped at, for good.

    In rebuilds too. Who decided it and why becomes an event of the log; the event passed over stays
    what it is, and other read models apply it.

        forge projections skip folders --position 4711 --reason "made by the import of 12 May"
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import skip_event as skipping
    from scripts.operator.backend_session import with_backend

    done = with_backend(settings, lambda backend: skipping.skip(backend, name, position, reason))
    printer.one(done)


@click.command
@options.model
@click.option("--after", type=click.IntRange(min=0), default=0, help="Begin after this position.")
@click.option("--until", type=click.IntRange(min=0), help="End with this one, not the newest.")
@options.data_dir
@options.as_json
def check(name: str, after: int, until: int | None, data_dir: Path, printer: Printer) -> int:
    """Decode and fold the log without writing, and name the events that would stop it.

    Do it with a new release, before it runs: it finds what its upcasters and folds do not take, be
    it years old. Exit status 1 when something would fail.

        forge projections check document_summaries
        forge projections check document_summaries --after 100000 --json
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import skip_event as skipping
    from scripts.operator.backend_session import with_backend
    from scripts.operator.projection_report import as_row

    tried = with_backend(settings, lambda backend: skipping.check(backend, name, after, until))
    printer.one({"name": name, **as_row(tried)})
    return 1 if tried.faults else 0
