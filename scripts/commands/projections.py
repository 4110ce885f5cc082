"""``forge projections``: how far the read models are, and what an operator can do with them."""

from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.commands.groups import lazy_group
from scripts.config.settings import Settings
from scripts.terminal.printing import Printer

projections = lazy_group(
    "projections",
    """
    Watch, rebuild, stop and mend the read models, which lists and gets are answered from.

    Each read model has builds, which are numbered sets of its tables: one is live and answers,
    others are being filled beside it, or are kept up to date in case you want them back.

        forge projections list                              how far each one is
        forge projections rebuild document_summaries        build it anew, then switch to it
        forge projections rollback document_summaries       and back
        forge projections failure folders                   the event it has stopped at
        forge projections skip folders --reason "..."       pass over it
    """,
    {
        "list": "scripts.commands.projections:list_",
        "rebuild": "scripts.commands.builds:rebuild",
        "switch": "scripts.commands.builds:switch",
        "rollback": "scripts.commands.builds:rollback",
        "diff": "scripts.commands.builds:diff",
        "drop": "scripts.commands.builds:drop",
        "cancel": "scripts.commands.builds:cancel",
        "pause": "scripts.commands.projections:pause",
        "resume": "scripts.commands.projections:resume",
        "failure": "scripts.commands.poison:failure",
        "retry": "scripts.commands.poison:retry",
        "skip": "scripts.commands.poison:skip",
        "check": "scripts.commands.poison:check",
    },
)


@click.command("list")
@options.data_dir
@options.as_json
def list_(data_dir: Path, printer: Printer) -> None:
    """List read models and how far each is behind the log.

    `lag` counts events, `lagSeconds` is the age of the oldest event not applied. `status` is
    running, paused, failed (`error` says why) or building. `building` holds the positions of table
    sets that are being filled, `kept` of others that are kept up to date. `incomplete` says what is
    wrong with one that does not hold what the log says: rebuild it.

        forge projections list
        forge projections list --json
            [{"name", "status", "position", "lag", "lagSeconds", "error", "incomplete",
              "building", "kept"}]
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import report, row

    printer.many([row(model) for model in report(connections_in_use(settings).app)])


@click.command
@options.model
@options.data_dir
@options.as_json
def pause(name: str, data_dir: Path, printer: Printer) -> None:
    """Let a read model stand still, in every build, until it is resumed.

    It answers with what it has; nothing is lost. Whoever waits for newer gets 503.

        forge projections pause document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated

    operated(connections_in_use(settings).app, lambda operations: operations.pause(name))
    printer.one({"name": name, "status": "paused"})


@click.command
@options.model
@options.data_dir
@options.as_json
def resume(name: str, data_dir: Path, printer: Printer) -> None:
    """Let a paused read model go on where it was.

    forge projections resume document_summaries
    """
    settings = Settings.read(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import operated

    operated(connections_in_use(settings).app, lambda operations: operations.resume(name))
    printer.one({"name": name, "status": "running"})
