"""``forge secrets``: the keys that everything secret hangs on."""

from pathlib import Path

import rich_click as click

from scripts.config import options
from scripts.terminal.printing import Printer


@click.group
def secrets() -> None:
    """Rotate the master key."""


@secrets.command
@click.option(
    "--finish",
    is_flag=True,
    help="Once every process has been restarted: take what is left along, forget the former key.",
)
@options.data_dir
@options.as_json
def rotate(finish: bool, data_dir: Path, printer: Printer) -> None:  # noqa: FBT001 - click's
    """Put every data key under another master key, while the service runs.

    A local key is replaced by a new one and kept beside it until the rotation is finished. One
    that is named in FORGE_MASTER_KEY is for you to replace: docs/runbooks/rotate-master-key.md.
    Killed, it is simply run again. Backups made before need the former key: keep it with them.

        forge secrets rotate
        forge secrets rotate --finish --json      {"rewrapped", "remaining"}
    """
    settings = options.read_settings(data_dir)
    from scripts.operator import rotate_master_key as rotating

    done = rotating.finished(settings) if finish else rotating.rotated(settings)
    then = "" if finish else " Restart the service, then run `forge secrets rotate --finish`."
    text = f"{done['rewrapped']} data keys are under the new master key.{then}"
    printer.one(done, text=text)
