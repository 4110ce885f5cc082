"""Locks that hold up a part of the service from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, LiteralString

from psycopg import AsyncConnection

from projections.engine.leader_lock import TAKE
from tests.support.service.web import Service

TRACKING: Final[LiteralString] = "SELECT 1 FROM projections WHERE name = %s FOR UPDATE"
APPENDS: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtext('forge_events'))"


@asynccontextmanager
async def hold_models(service: Service, *models: str) -> AsyncIterator[None]:
    """Lock the checkpoints of read models, so that none of them advances."""
    async with await AsyncConnection.connect(service.backend.kernel.conninfo) as connection:
        for model in models:
            await connection.execute(TRACKING, (model,))
        yield


@asynccontextmanager
async def hold_appends(service: Service) -> AsyncIterator[None]:
    """Lock the log against appends, as a busy database does."""
    async with await AsyncConnection.connect(service.backend.kernel.conninfo) as connection:
        await connection.execute(APPENDS)
        yield


@asynccontextmanager
async def hold_leadership(service: Service, model: str, generation: int) -> AsyncIterator[None]:
    """Take the leader lock of a build, as a process that leads it and does nothing yet."""
    async with await AsyncConnection.connect(service.backend.kernel.conninfo) as connection:
        await connection.execute(TAKE, (f"{model} {generation}",))
        yield
