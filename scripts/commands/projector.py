"""``forge projector``."""

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
def projector(data_dir: Path, with_parent: bool, **given: object) -> None:  # noqa: FBT001 - click's
    """Keep the read models up to date, and nothing else.

    Of several, one leads each read model and the others stand by to take over. `forge serve`
    runs one.

        forge projector
        forge projector --metrics-port 9100
    """
    settings = Settings.read(data_dir, **given)
    from scripts.running.roles import bound_for_metrics, run_projector
    from scripts.running.stopping import StopSignals, end_with_parent

    stop = StopSignals()
    if with_parent:
        end_with_parent()
    with bound_for_metrics(settings) as sockets:
        run_projector(settings, sockets, stop)
