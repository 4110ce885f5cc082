"""``forge projector``: the read models kept up to date, and nothing else."""

from collections.abc import Sequence
from socket import socket

from projections.catalogue import PROJECTIONS
from projections.projection import personal
from scripts.running import process
from scripts.running.listening import listen
from scripts.running.role import Role, running
from scripts.running.stopping import StopSignals
from scripts.running.telling import until_told
from scripts.settings import Settings


def run_projector(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_projector(Role("projector", settings, sockets, stop)), settings.log_level)


async def _projector(role: Role) -> None:
    async with running(role) as projector:
        projector.backend.log.open_only(personal(PROJECTIONS))
        projector.backend.project()
        await until_told(projector)
