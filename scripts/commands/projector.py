"""``forge projector``."""

from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.settings import Settings


@click.command
@options.data_dir
@options.log_level
@options.with_parent
def projector(data_dir: Path, log_level: str, with_parent: bool) -> None:  # noqa: FBT001 - click's
    """Keep the read models up to date, and nothing else.

    Of several, one leads each read model and the others stand by to take over. `forge serve`
    runs one.

        forge projector
    """
    settings = Settings.read(data_dir, log_level=log_level)
    from scripts.roles import run_projector
    from scripts.stopping import StopSignals, end_with_parent

    stop = StopSignals()
    if with_parent:
        end_with_parent()
    run_projector(settings, stop)
