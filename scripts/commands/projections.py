"""``forge projections``: list, rebuild, switch, pause and repair read models."""

from pathlib import Path

import rich_click as click

from scripts.commands.groups import lazy_group
from scripts.commands.read_models import operate
from scripts.config import options
from scripts.terminal.printing import Printer

projections = lazy_group(
    "projections",
    """
    List, rebuild, pause and repair read models, the tables that queries are served from.

    Each read model has builds, which are numbered sets of its tables: one is live and answers,
    others are being filled beside it, or are kept up to date in case you want them back.

    For example:
        forge projections list                            list read models and their lag
        forge projections rebuild document_summaries      rebuild from the log, then switch
        forge projections rollback document_summaries     switch back to the previous tables
        forge projections failure folders                 show the event at which it stopped
        forge projections skip folders --reason "..."     skip that event
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
    """List read models with their status and lag.

    `lag` counts events, `lagSeconds` is the age of the oldest event not applied. `status` is
    running, paused, failed (see `error`) or building. `building` lists the positions of table sets
    being built, `kept` those of older ones kept up to date. `incomplete` describes a difference
    from the log: rebuild that read model.

    For example:
        forge projections list
        forge projections list --json
            [{"name", "status", "position", "lag", "lagSeconds", "error", "incomplete",
              "building", "kept"}]
    """
    settings = options.read_settings(data_dir)
    from scripts.config.connections import connections_in_use
    from scripts.operator.projection_report import report, row

    printer.many([row(model) for model in report(connections_in_use(settings).app)])


@click.command
@options.model
@options.data_dir
@options.as_json
def pause(name: str, data_dir: Path, printer: Printer) -> None:
    """Pause a read model, in every build, until it is resumed.

    Queries still return its current rows. Requests that wait for a newer position get 503.

    For example:
        forge projections pause document_summaries
    """
    operate(data_dir, lambda operations: operations.pause(name))
    printer.one({"name": name, "status": "paused"})


@click.command
@options.model
@options.data_dir
@options.as_json
def resume(name: str, data_dir: Path, printer: Printer) -> None:
    """Resume a paused read model.

    For example:
        forge projections resume document_summaries
    """
    operate(data_dir, lambda operations: operations.resume(name))
    printer.one({"name": name, "status": "running"})
