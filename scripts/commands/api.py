"""``forge api``."""

from contextlib import ExitStack
from pathlib import Path

import rich_click as click

from scripts.config import options


@click.command
@options.host
@options.port
@options.data_dir
@options.remote
@options.allow_host
@options.trust_proxy
@options.log_level
@options.metrics_socket
@click.option(
    "--fd", "descriptors", multiple=True, type=int, hidden=True, help="Inherited sockets."
)
@options.with_parent
def api(data_dir: Path, descriptors: tuple[int, ...], with_parent: bool, **given: object) -> None:  # noqa: FBT001 - click's
    """Answer requests, and nothing else.

    For a service with one role per process, or to add to a `forge serve` that runs: as many of
    these as wanted, on servers given by DATABASE_URL and REDIS_URL or found by the data directory.

        forge api --remote --host 0.0.0.0 --allow-host forge.example.com
        forge api --port 8001
    """
    settings = options.read_settings(data_dir, **given)
    from scripts.processes.api import run_api
    from scripts.processes.exposure import refuse_unsafe_exposure
    from scripts.processes.shutdown import StopSignals, end_with_parent
    from scripts.processes.sockets import bind, inherit

    stop = StopSignals()
    if with_parent:
        end_with_parent()
    refuse_unsafe_exposure(settings)
    with ExitStack() as stack:
        if descriptors:
            sockets = stack.enter_context(inherit(descriptors))
        else:
            sockets = stack.enter_context(bind(settings.hosts, settings.ports))
        run_api(settings, sockets, stop)
