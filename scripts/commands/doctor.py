"""``forge doctor``."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.command
@options.data_dir
@options.as_json
@click.pass_context
def doctor(ctx: click.Context, data_dir: Path, printer: Printer) -> None:
    """Look at everything the service needs, and say what is wrong.

    Exit status 1 when something is `wrong`; what is only `weak` works, and could be better.

        forge doctor
        forge doctor --json         [{"check", "state", "detail"}], state ok, weak or wrong
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.doctor import State, examine

    findings = examine(settings)
    printer.many([finding.row() for finding in findings])
    if any(finding.state is State.WRONG for finding in findings):
        ctx.exit(1)
