"""``forge serve``."""

import gc
from pathlib import Path

import rich_click as click

from scripts.config import options


@click.command
@options.host
@options.port
@options.data_dir
@options.workspace
@options.remote
@options.allow_host
@options.trust_proxy
@options.workers
@options.log_level
def serve(data_dir: Path, **given: object) -> None:
    """Run everything on one machine.

    Starts Postgres and Valkey from their wheels (or uses those of DATABASE_URL and REDIS_URL),
    brings the database to this release, and runs API, projections and worker. The first start
    prints a key of the organisation `local`. Ctrl-C or SIGTERM ends it all within 5 s.

        forge serve
        forge serve --port 8000 --port 8887 --data-dir ./data
        forge serve --remote --host 0.0.0.0 --allow-host forge.example.com --workers 4
    """
    settings = options.read_settings(data_dir, **given)
    gc.disable()  # a start makes no garbage, and looking for it took a sixth of the imports
    from scripts.processes.exposure import refuse_unsafe_exposure
    from scripts.processes.shutdown import StopSignals
    from scripts.processes.sockets import bind
    from scripts.processes.start import start_servers

    stop = StopSignals()
    refuse_unsafe_exposure(settings)
    with bind(settings.hosts, settings.ports) as sockets, start_servers(settings) as started:
        from scripts.processes.all_in_one import run  # while the servers start

        run(settings, sockets, started, stop)
