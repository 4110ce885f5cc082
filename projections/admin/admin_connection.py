"""Database connections for operators, which report locked tables and outages as refusals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

from application.eventstore.event_store import LogUnavailable
from domain.refusals import Unavailable

PATIENCE: Final[LiteralString] = "SET lock_timeout = '5s'"


class TablesInUse(Unavailable):
    code = "TABLES_IN_USE"
    message = "The tables are locked by another session. Try again shortly."


@asynccontextmanager
async def connect(conninfo: str) -> AsyncIterator[AsyncConnection[Any]]:
    """Connect in autocommit.

    Raises ``LogUnavailable`` when the database does not answer, and ``TablesInUse`` when a lock is
    not granted within 5 s.
    """
    try:
        async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
            await connection.execute(PATIENCE)
            yield connection
    except (DeadlockDetected, LockNotAvailable) as error:
        raise TablesInUse from error
    except OperationalError as error:
        raise LogUnavailable from error
