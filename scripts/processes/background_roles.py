"""``forge worker`` and ``forge projector``: background roles, with HTTP for metrics alone.

Jobs of a worker wait for read models, a projector for the log.
"""

from collections.abc import Sequence
from socket import socket

from projections.catalogue import PROJECTIONS
from projections.engine.listener import LOG, MODELS
from projections.engine.projection import personal
from scripts.composition.worker import run_jobs
from scripts.config.settings import Settings
from scripts.processes import process
from scripts.processes.process import report
from scripts.processes.role import Role, RunningRole, run_role
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import listen
from scripts.telemetry.exposition import expose


def run_worker(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_worker(Role("worker", MODELS, settings, sockets, stop)), settings.log_level)


async def _worker(role: Role) -> None:
    async with run_role(role) as worker, run_jobs(worker.backend, worker.connections.redis, report):
        await _wait_for_stop(worker)


def run_projector(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_projector(Role("projector", LOG, settings, sockets, stop)), settings.log_level)


async def _projector(role: Role) -> None:
    async with run_role(role) as projector:
        projector.backend.kernel.log.decrypt_only(personal(PROJECTIONS))
        projector.backend.project()
        await _wait_for_stop(projector)


async def _wait_for_stop(running: RunningRole) -> None:
    """Expose metrics until the process is stopped: over HTTP where a port is bound."""
    role = running.role
    if role.sockets:
        from scripts.composition.web import role_application  # noqa: PLC0415 - Litestar: half a second, mostly unused
        from scripts.processes.http_server import serve_role  # noqa: PLC0415 - likewise

        await serve_role(running, role_application)
        return
    async with expose(running.backend, role.process_name, role.settings.metrics_socket):
        await role.stop.wait()
