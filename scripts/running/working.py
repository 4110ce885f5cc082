"""``forge worker``: background jobs, and nothing else."""

from collections.abc import Sequence
from socket import socket

from scripts.running import process
from scripts.running.listening import listen
from scripts.running.process import report
from scripts.running.role import Role, running
from scripts.running.stopping import StopSignals
from scripts.running.telling import until_told
from scripts.running.worker import working
from scripts.settings import Settings


def run_worker(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_worker(Role("worker", settings, sockets, stop)), settings.log_level)


async def _worker(role: Role) -> None:
    async with running(role) as worker, working(worker.backend, worker.connections.redis, report):
        await until_told(worker)
