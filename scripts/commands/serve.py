"""``forge serve``."""

import gc
from pathlib import Path

import rich_click as click

from scripts.commands import options
from scripts.config.settings import Settings


@click.command
@options.host
@options.port
@options.data_dir
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    envvar="FORGE_WORKSPACE",
    show_envvar=True,
    help="Directory that engineering agents read from and write to.",
)
@options.remote
@options.allow_host
@options.trust_proxy
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    envvar="FORGE_WORKERS",
    show_envvar=True,
    default=1,
    show_default=True,
    help="Number of API processes.",
)
@options.log_level
def serve(data_dir: Path, **given: object) -> None:
    """Run the whole service on one machine.

    Starts embedded Postgres and Valkey (or uses DATABASE_URL and REDIS_URL), applies migrations and
    runs API, projector and worker. The first start prints an API key of the organisation `local`.
    Ctrl-C or SIGTERM stops everything within 5 s.

    For example:
        forge serve
        forge serve --port 8000 --port 8887 --data-dir ./data
        forge serve --remote --host 0.0.0.0 --allow-host forge.example.com --workers 4
    """
    settings = Settings.read(data_dir, **given)
    gc.disable()  # start-up creates no garbage; collecting took a sixth of the import time
    from scripts.processes.exposure import refuse_unsafe_exposure
    from scripts.processes.shutdown import StopSignals
    from scripts.processes.sockets import bound
    from scripts.processes.start import starting

    stop = StopSignals()
    refuse_unsafe_exposure(settings)
    with bound(settings.hosts, settings.ports) as sockets, starting(settings) as started:
        from scripts.processes.all_in_one import run  # while the servers start

        run(settings, sockets, started, stop)
