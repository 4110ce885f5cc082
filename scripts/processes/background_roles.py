"""``forge worker``: background jobs, and nothing else."""

from collections.abc import Sequence
from socket import socket

from projections.catalogue import PROJECTIONS
from projections.engine.projection import personal
from scripts.composition.worker import working
from scripts.config.settings import Settings
from scripts.processes import process
from scripts.processes.api import until_told
from scripts.processes.process import report
from scripts.processes.role import Role, running
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import listen


def run_worker(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_worker(Role("worker", settings, sockets, stop)), settings.log_level)


async def _worker(role: Role) -> None:
    async with running(role) as worker, working(worker.backend, worker.connections.redis, report):
        await until_told(worker)


def run_projector(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_projector(Role("projector", settings, sockets, stop)), settings.log_level)


async def _projector(role: Role) -> None:
    async with running(role) as projector:
        projector.backend.log.decrypt_only(personal(PROJECTIONS))
        projector.backend.project()
        await until_told(projector)
