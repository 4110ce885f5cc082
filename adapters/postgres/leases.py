"""Leases of nodes on Postgres, by the database's clock, which all nodes share."""

from datetime import timedelta
from typing import Final, LiteralString

from adapters.postgres.reader import PostgresReader

RENEW: Final[LiteralString] = """
    WITH old AS (DELETE FROM run_leases WHERE until < now() - interval '1 day')
    INSERT INTO run_leases (node, until) VALUES (%b, now() + %b::interval)
    ON CONFLICT (node) DO UPDATE SET until = excluded.until RETURNING 1
"""
RELEASE: Final[LiteralString] = "DELETE FROM run_leases WHERE node = %b RETURNING 1"


class PostgresLeases:
    """Implements ``application.jobs.leases.Leases``."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select

    async def renew(self, node: str, lease: timedelta) -> None:
        await self._select(RENEW, (node, lease))

    async def release(self, node: str) -> None:
        await self._select(RELEASE, (node,))
