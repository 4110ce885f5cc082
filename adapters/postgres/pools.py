"""Connection pools: small, opened at start, every connection in autocommit."""

from typing import Final, TypeAlias

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

BY_KEYS: Final = """
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off
"""
Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[TupleRow]]


def pool(conninfo: str, *, size: int, name: str) -> Pool:
    """Make a pool that is not open yet; a caller waits at most 5 s for a connection."""
    return AsyncConnectionPool(
        conninfo,
        min_size=size,
        max_size=size,
        open=False,
        timeout=5.0,
        name=name,
        kwargs={"autocommit": True},
        configure=_steady,
    )


async def _steady(connection: AsyncConnection[TupleRow]) -> None:
    """Have plans go by keys: one made while a table was small would go on scanning all of it."""
    await connection.execute(BY_KEYS)
