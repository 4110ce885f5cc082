"""``forge worker``."""

from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.settings import Settings


@click.command
@options.data_dir
@options.log_level
@options.with_parent
def worker(data_dir: Path, log_level: str, with_parent: bool) -> None:  # noqa: FBT001 - click's
    """Do background jobs, and nothing else: purges that are due, and what else waits.

    Run as many as wanted: each job is leased by one of them at a time, and taken over when that
    one is gone. `forge serve` keeps one beside it.

        forge worker
    """
    settings = Settings.read(data_dir, log_level=log_level)
    from scripts.roles import run_worker
    from scripts.stopping import StopSignals, end_with_parent

    stop = StopSignals()
    if with_parent:
        end_with_parent()
    run_worker(settings, stop)
