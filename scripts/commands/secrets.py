"""``forge secrets``: rotates the master key."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.command_lines import command_line
from scripts.terminal.printing import Printer


@click.group
def secrets() -> None:
    """Rotate the master key."""


@secrets.command
@click.option(
    "--finish",
    is_flag=True,
    help="Finish the rotation, after every process was restarted: delete the former key.",
)
@options.data_dir
@options.as_json
def rotate(finish: bool, data_dir: Path, printer: Printer) -> None:  # noqa: FBT001 - click's
    """Rotate the master key: re-wrap every data key under a new one, while the service runs.

    A local master key is replaced, and the former one is kept until `--finish`. A key in
    FORGE_MASTER_KEY you replace yourself: see docs/runbooks/rotate-master-key.md. If interrupted,
    run it again. Earlier backups need the former key: keep it with them.

    For example:
        forge secrets rotate
        forge secrets rotate --finish --json      {"rewrapped", "remaining"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import rotate_master_key

    run = rotate_master_key.finish if finish else rotate_master_key.rotate
    result = run(settings)
    finishing = command_line("secrets rotate --finish")
    next_step = "" if finish else f" Restart the service, then run `{finishing}`."
    text = f"{result['rewrapped']} data keys re-wrapped under the new master key.{next_step}"
    printer.one(result, text=text)
