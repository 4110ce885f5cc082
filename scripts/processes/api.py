"""``forge api``: answers requests of clients, and nothing else."""

from collections.abc import Sequence
from socket import socket

from projections.engine.listener import LOG, MODELS
from scripts.composition.backend import Backend
from scripts.composition.web import web_application
from scripts.config.settings import Settings
from scripts.processes import process
from scripts.processes.first_start import create_local_organisation
from scripts.processes.http_server import serve_role
from scripts.processes.role import Role, run_role
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import listen


def run_api(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_api(Role("api", LOG + MODELS, settings, sockets, stop)), settings.log_level)


async def _api(role: Role) -> None:
    async with run_role(role) as api:
        api.backend.kernel.supervisor.start(
            "local organisation", lambda: _local_organisation(api.backend)
        )
        await serve_role(api, web_application)


async def _local_organisation(backend: Backend) -> None:
    """Fail until the database is there and migrated: supervision tries again."""
    await create_local_organisation(backend)
