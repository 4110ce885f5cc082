"""Commands of ``forge projections`` on builds: rebuild, compare, switch, drop."""

from pathlib import Path

import rich_click as click

from scripts.commands.read_models import operate, operate_and_watch
from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Rebuild all read models in parallel.")
@click.option("--hold", "held", is_flag=True, help="Wait for `switch` instead of switching.")
@options.data_dir
@options.as_json
def rebuild(
    names: tuple[str, ...],
    every: bool,  # noqa: FBT001 - click's
    held: bool,  # noqa: FBT001 - click's
    data_dir: Path,
    printer: Printer,
) -> None:
    """Rebuild read models from the log beside the live ones, then switch to them.

    The running projector does the work; queries are not interrupted. Interrupting this command does
    not stop the rebuild. The previous build is kept up to date, for `rollback`, until `drop`.

    For example:
        forge projections rebuild document_summaries
        forge projections rebuild --all
        forge projections rebuild folders --hold        then: diff, switch or cancel
    """
    if bool(names) == every:
        raise click.UsageError("name the read models to rebuild, or say --all.")
    settings = options.read_settings(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.rebuild import rebuild as rebuilt

    done = rebuilt(connections_in_use(settings).app, names, held=held)
    if len(names) == 1:
        printer.one(done[0])
    else:
        printer.many(done)


@click.command
@options.model
@options.data_dir
@options.as_json
def switch(name: str, data_dir: Path, printer: Printer) -> None:
    """Switch readers to the newest build.

    Use it after `rebuild --hold`, or to undo a rollback.

    For example:
        forge projections switch document_summaries
    """
    printer.one(operate_and_watch(data_dir, name, lambda operations: operations.switch(name)))


@click.command
@options.model
@options.data_dir
@options.as_json
def rollback(name: str, data_dir: Path, printer: Printer) -> None:
    """Roll back: switch readers to the previous build.

    It is kept up to date, so no events are missing. `switch` undoes this.

    For example:
        forge projections rollback document_summaries
    """
    printer.one(operate_and_watch(data_dir, name, lambda operations: operations.roll_back(name)))


@click.command
@options.model
@options.data_dir
@options.as_json
def diff(name: str, data_dir: Path, printer: Printer) -> int:
    """Compare the newest other build with the live one, row by row, at one position.

    Exit status 1 when they differ. Shows the changes that a new release intends, if any.

    For example:
        forge projections diff document_summaries
        forge projections diff document_summaries --json      with sample rows
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.backend_session import with_backend
    from scripts.operator.diff_projection import diff_projection, diff_text

    found = with_backend(settings, lambda backend: diff_projection(backend, name))
    printer.one(found, diff_text(found))
    return 0 if found["clean"] else 1


@click.command
@options.model
@options.data_dir
@options.as_json
def drop(name: str, data_dir: Path, printer: Printer) -> None:
    """Drop the builds that are kept beside the live one; rolling back is then impossible.

    For example:
        forge projections drop document_summaries
    """
    dropped = operate(data_dir, lambda operations: operations.drop(name))
    printer.one({"name": name, "dropped": dropped})


@click.command
@options.model
@options.data_dir
@options.as_json
def cancel(name: str, data_dir: Path, printer: Printer) -> None:
    """Cancel a rebuild: drop the build in progress; the live one is not affected.

    For example:
        forge projections cancel document_summaries
    """
    dropped = operate(data_dir, lambda operations: operations.cancel(name))
    printer.one({"name": name, "dropped": dropped})
