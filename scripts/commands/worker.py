"""``forge worker``."""

from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.settings import Settings


@click.command
@options.data_dir
@options.metrics_port
@options.host
@options.remote
@options.allow_host
@options.log_level
@options.metrics_socket
@options.with_parent
def worker(data_dir: Path, with_parent: bool, **given: object) -> None:  # noqa: FBT001 - click's
    """Do background jobs, and nothing else: purges that are due, and what else waits.

    Run as many as wanted: each job is leased by one of them at a time, and taken over when that
    one is gone. `forge serve` keeps one beside it.

        forge worker
        forge worker --metrics-port 9100
    """
    settings = Settings.read(data_dir, **given)
    from scripts.running.roles import bound_for_metrics, run_worker
    from scripts.running.stopping import StopSignals, end_with_parent

    stop = StopSignals()
    if with_parent:
        end_with_parent()
    with bound_for_metrics(settings) as sockets:
        run_worker(settings, sockets, stop)
