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
    """Check everything that the service needs, and report problems.

    Exit status 1 when a check is `wrong`; a check that is `weak` is only a warning.

    For example:
        forge doctor
        forge doctor --json         [{"check", "state", "detail"}], state ok, weak or wrong
    """
    settings = options.read_settings(data_dir)
    from scripts.operator.doctor import State, run_checks

    findings = run_checks(settings)
    printer.many([finding.row() for finding in findings])
    if any(finding.state is State.WRONG for finding in findings):
        ctx.exit(1)
