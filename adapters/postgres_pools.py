"""Connection pools: small, opened at start, every connection in autocommit."""

from typing import TypeAlias

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

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
    )
