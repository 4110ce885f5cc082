"""Reader: prepared queries with binary results, repeated once after a dead connection."""

from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from adapters.postgres.pools import Pool
from application.eventstore.event_store import LogUnavailable


class PostgresReader:
    """Implements ``projections.engine.ports.Select``."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, query: LiteralString, parameters: Sequence[Any]) -> list[Any]:
        """Return all rows.

        After a Postgres restart the pool's connections are dead: it is checked, and the read
        repeated once. Raises ``LogUnavailable`` when the database does not answer.
        """
        try:
            return await self._once(query, parameters)
        except (OperationalError, PoolTimeout):
            await self._pool.check()
        try:
            return await self._once(query, parameters)
        except (OperationalError, PoolTimeout) as error:
            raise LogUnavailable from error

    async def _once(self, query: LiteralString, parameters: Sequence[Any]) -> list[Any]:
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(query, parameters, prepare=True)
            return await cursor.fetchall()
