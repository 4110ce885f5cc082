"""Connection pools: of a fixed size, opened at start, with connections in autocommit."""

from typing import Final, TypeAlias

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

PREFER_INDEXES: Final = """
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off
"""
Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[TupleRow]]


def pool(conninfo: str, *, size: int, name: str) -> Pool:
    """Make a pool, not open yet; a caller waits at most 5 s for a connection."""
    return AsyncConnectionPool(
        conninfo,
        min_size=size,
        max_size=size,
        open=False,
        timeout=5.0,
        name=name,
        kwargs={"autocommit": True},
        configure=_configure,
    )


async def _configure(connection: AsyncConnection[TupleRow]) -> None:
    """Make plans use indexes: a plan cached while a table was small would go on scanning it."""
    await connection.execute(PREFER_INDEXES)
