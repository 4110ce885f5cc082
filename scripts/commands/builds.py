"""Commands of ``forge projections`` on builds: rebuild, compare, switch, drop."""

from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.config.settings import Settings
from scripts.terminal.printing import Printer


@click.command
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Rebuild every read model, side by side.")
@click.option("--hold", "held", is_flag=True, help="Build it, but wait for `switch`.")
@options.data_dir
@options.as_json
def rebuild(
    names: tuple[str, ...],
    every: bool,  # noqa: FBT001 - click's
    held: bool,  # noqa: FBT001 - click's
    data_dir: Path,
    printer: Printer,
) -> None:
    """Build read models anew, beside the ones that answer, and switch to them.

    The projector that runs does the work and readers notice nothing. Interrupted, this command
    stops watching; the rebuild goes on. What was live before is kept, for `rollback`, until `drop`.

        forge projections rebuild document_summaries
        forge projections rebuild --all
        forge projections rebuild folders --hold        then: diff, switch or cancel
    """
    if bool(names) == every:
        raise click.UsageError("name the read models to rebuild, or say --all.")
    settings = Settings.read(data_dir)
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
    """Switch readers to the newest build that is newer than theirs.

    For what was built with `--hold`, and for the way back from a rollback.

        forge projections switch document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated
    from scripts.operator.rebuild import follow

    app = connections_in_use(settings).app
    wanted = operated(app, lambda operations: operations.switch(name))
    [done] = follow(app, {name: wanted})
    printer.one(done)


@click.command
@options.model
@options.data_dir
@options.as_json
def rollback(name: str, data_dir: Path, printer: Printer) -> None:
    """Switch readers back to the newest build that is older than theirs.

    It has been kept up to date, so nothing is missing in it. `switch` goes forward again.

        forge projections rollback document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated
    from scripts.operator.rebuild import follow

    app = connections_in_use(settings).app
    wanted = operated(app, lambda operations: operations.roll_back(name))
    [done] = follow(app, {name: wanted})
    printer.one(done)


@click.command
@options.model
@options.data_dir
@options.as_json
def diff(name: str, data_dir: Path, printer: Printer) -> int:
    """Compare the newest other build with the live one, row by row.

    Both as of one position, however fast events come. Exit status 1 when they differ. What a new
    release means to change between the two is told beside it.

        forge projections diff document_summaries
        forge projections diff document_summaries --json      with sample rows
    """
    settings = Settings.read(data_dir)
    from scripts.operator.backend_session import with_backend
    from scripts.operator.diff_projection import difference, difference_text

    found = with_backend(settings, lambda backend: difference(backend, name))
    printer.one(found, difference_text(found))
    return 0 if found["clean"] else 1


@click.command
@options.model
@options.data_dir
@options.as_json
def drop(name: str, data_dir: Path, printer: Printer) -> None:
    """Drop the builds that are kept beside the live one.

    There is no way back to them then.

        forge projections drop document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated

    app = connections_in_use(settings).app
    dropped = operated(app, lambda operations: operations.drop(name))
    printer.one({"name": name, "dropped": dropped})


@click.command
@options.model
@options.data_dir
@options.as_json
def cancel(name: str, data_dir: Path, printer: Printer) -> None:
    """Drop the build in progress; the live one goes on.

    forge projections cancel document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated

    app = connections_in_use(settings).app
    dropped = operated(app, lambda operations: operations.cancel(name))
    printer.one({"name": name, "dropped": dropped})
