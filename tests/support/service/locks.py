"""Hold up a part of the service from outside, by the very lock that it needs next."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, LiteralString

from psycopg import AsyncConnection

from projections.engine.leader_lock import TAKE
from tests.support.service.web import Service

TRACKING: Final[LiteralString] = "SELECT 1 FROM projections WHERE name = %s FOR UPDATE"
APPENDS: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtext('forge_events'))"


@asynccontextmanager
async def late(service: Service, *models: str) -> AsyncIterator[None]:
    """Keep read models where they are: each moves its row of positions with what it writes."""
    async with await AsyncConnection.connect(service.backend.conninfo) as connection:
        for model in models:
            await connection.execute(TRACKING, (model,))
        yield


@asynccontextmanager
async def appends_held(service: Service) -> AsyncIterator[None]:
    """Let no append be stored, as when the database is busy with something else."""
    async with await AsyncConnection.connect(service.backend.conninfo) as connection:
        await connection.execute(APPENDS)
        yield


@asynccontextmanager
async def led_elsewhere(service: Service, model: str, build: int) -> AsyncIterator[None]:
    """Let nobody here fill a build, as when another process leads it and does nothing yet."""
    async with await AsyncConnection.connect(service.backend.conninfo) as connection:
        await connection.execute(TAKE, (f"{model} {build}",))
        yield
