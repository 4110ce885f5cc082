"""``forge projections failure``, ``retry``, ``skip`` and ``check``: events that fail to apply."""

from pathlib import Path

import rich_click as click

from scripts.commands.read_models import operate
from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@options.model
@options.data_dir
@options.as_json
def failure(name: str, data_dir: Path, printer: Printer) -> None:
    """Show the event at which a read model stopped, and the error.

    Other read models keep running. Fix the cause and `retry`, or `skip` the event.

    For example:
        forge projections failure folders --json
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import skip_event
    from scripts.operator.backend_session import with_backend

    printer.one(with_backend(settings, lambda backend: skip_event.failure(backend, name)))


@click.command
@options.model
@options.data_dir
@options.as_json
def retry(name: str, data_dir: Path, printer: Printer) -> None:
    """Apply the event at which a read model stopped once more.

    For example:
        forge projections retry folders
    """
    operate(data_dir, lambda operations: operations.retry(name))
    printer.one({"name": name, "status": "running"})


@click.command
@options.model
@click.option("--reason", required=True, help="Reason for skipping the event; recorded in the log.")
@click.option(
    "--position",
    type=click.IntRange(min=1),
    help="Skip only if the read model stopped at this position; default: wherever it stopped.",
)
@options.data_dir
@options.as_json
def skip(name: str, reason: str, position: int | None, data_dir: Path, printer: Printer) -> None:
    """Skip the event at which a read model stopped, permanently.

    Rebuilds skip it too. The skip and its reason are recorded as an event; the skipped event stays
    in the log, and other read models apply it.

    For example:
        forge projections skip folders --position 4711 --reason "made by the import of 12 May"
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import skip_event
    from scripts.operator.backend_session import with_backend

    printer.one(
        with_backend(settings, lambda backend: skip_event.skip(backend, name, position, reason))
    )


@click.command
@options.model
@click.option("--after", type=click.IntRange(min=0), default=0, help="Start after this position.")
@click.option(
    "--until", type=click.IntRange(min=0), help="Stop at this position; default: the newest."
)
@options.data_dir
@options.as_json
def check(name: str, after: int, until: int | None, data_dir: Path, printer: Printer) -> int:
    """Dry run: decode and apply the log without writing, and list the events that fail.

    Run it with a new release before deploying it: it finds old events that its upcasters and
    projections cannot handle. Exit status 1 when an event fails.

    For example:
        forge projections check document_summaries
        forge projections check document_summaries --after 100000 --json
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import skip_event
    from scripts.operator.backend_session import with_backend
    from scripts.operator.projection_report import as_row

    result = with_backend(settings, lambda backend: skip_event.check(backend, name, after, until))
    printer.one({"name": name, **as_row(result)})
    return 1 if result.faults else 0
