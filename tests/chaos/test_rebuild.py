"""A rebuild under load: no client notices, whichever process is killed in the middle of it."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import median
from typing import Any, Final, LiteralString

import httpx
import pytest
from psycopg import AsyncConnection

from tests.chaos.rebuild_support import MAX_SECONDS, MODEL, READ, Clients, Service, stall
from tests.support.service.processes import data_directory, forge_serving
from tests.support.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

FEW: Final = 5_000
MANY: Final = 200_000
SWITCHES: Final = 5
MAX_STALL: Final = 0.05
WAITING: Final[LiteralString] = """
    SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(%s)
"""
Kill = Callable[[Service, int], Awaitable[None]]


@asynccontextmanager
async def serving(events: int) -> AsyncIterator[Service]:
    with data_directory() as directory, forge_serving(directory) as process:
        service = Service(process)
        await service.record(events)
        yield service


async def test_no_client_notices_a_rebuild() -> None:
    async with serving(FEW) as service:
        await rebuild_under_load(service)


@pytest.mark.chaos
async def test_no_client_notices_a_long_rebuild() -> None:
    async with serving(MANY) as service:
        await rebuild_under_load(service)


async def test_a_projector_killed_in_any_phase_is_followed_by_one_that_goes_on() -> None:
    async with serving(FEW) as service:
        await kill_in_every_phase(service)


@pytest.mark.chaos
async def test_a_projector_killed_in_any_phase_of_a_long_rebuild_is_followed_by_another() -> None:
    async with serving(MANY) as service:
        for _ in range(2):
            await kill_in_every_phase(service)


async def rebuild_under_load(service: Service) -> None:
    clients, stalls = Clients(service), list[float]()
    async with clients.at_work():
        old = (await service.build()).number
        new = await service.operations.rebuild(MODEL, held=True)
        await eventually(lambda: service.caught_up(new), within=MAX_SECONDS)
        assert service.process.run("projections", "diff", MODEL)["clean"]
        for turn in range(SWITCHES):
            wanted = (new, old)[turn % 2]
            stalls.append(await stall(service, _switched(service, wanted)))
    assert not clients.wrong
    assert len(clients.written) > SWITCHES
    await eventually(service.caught_up)
    await _is_whole(service)
    assert median(stalls) < MAX_STALL, stalls


async def kill_in_every_phase(service: Service) -> None:
    clients = Clients(service, strict=False)
    async with clients.at_work():
        for kill in (_while_loading, _while_indexing, _while_switching):
            await eventually(service.projects, within=10)
            new = await service.operations.rebuild(MODEL, held=kill is _while_loading)
            await kill(service, new)
            if kill is _while_loading:
                await eventually(lambda: service.caught_up(new), within=MAX_SECONDS)  # noqa: B023 - at once
                await service.operations.switch(MODEL)
            await eventually(lambda: service.is_live(new), within=MAX_SECONDS)  # noqa: B023 - at once
            await _is_whole(service)
            await service.operations.drop(MODEL)
    assert not clients.wrong
    await eventually(service.caught_up, within=10)
    await _shows_all(service, clients)


async def _while_loading(service: Service, new: int) -> None:
    async def begun() -> bool:
        return (await service.build(new)).position > 0

    await eventually(begun, within=MAX_SECONDS)
    _kill_projector(service)


async def _while_indexing(service: Service, new: int) -> None:
    """Hold the new table so that rows can be written to it and no index can be made."""
    table = f"models.{MODEL}_{new}"
    async with service.looking() as connection, connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        await eventually(lambda: _somebody_waits(service, table), within=MAX_SECONDS)
        _kill_projector(service)


async def _while_switching(service: Service, new: int) -> None:
    """Read for long, so that the view cannot be replaced yet."""
    assert new
    async with service.looking() as connection, connection.transaction():
        await connection.execute(READ)
        await eventually(lambda: _somebody_waits(service, f"models.{MODEL}"), within=MAX_SECONDS)
        _kill_projector(service)


async def _somebody_waits(service: Service, relation: str) -> bool:
    async with service.looking() as connection:
        return await _one(connection, WAITING, relation) > 0


async def _one(connection: AsyncConnection[Any], query: LiteralString, *parameters: object) -> int:
    [(value,)] = await (await connection.execute(query, parameters)).fetchall()
    return int(value)


def _kill_projector(service: Service) -> None:
    os.kill(service.projector(), signal.SIGKILL)


async def _switched(service: Service, wanted: int) -> None:
    live = (await service.build()).number
    await (service.operations.switch if wanted > live else service.operations.roll_back)(MODEL)
    await eventually(lambda: service.is_live(wanted), within=10)


async def _is_whole(service: Service) -> None:
    """Hold the live build against the one beside it, row by row."""
    found = service.process.run("projections", "diff", MODEL)
    assert found["clean"], found


async def _shows_all(service: Service, clients: Clients) -> None:
    headers = {"Authorization": f"Bearer {service.key}"}
    async with httpx.AsyncClient(base_url=service.process.url, headers=headers) as client:
        for path in clients.written:
            assert (await client.get(path)).status_code == 200, path
