"""Lua script on a connection of its own.

The client library's way through pool, pipeline and metrics takes three times as long as the round
trip itself; its connection opens, authenticates and encrypts as everywhere.
"""

from collections.abc import Iterable
from hashlib import sha1
from typing import Any

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import NoScriptError


class Script:
    """One call at a time; the caller sets the time-out. ``redis`` closes the connection."""

    def __init__(self, redis: Redis, text: str) -> None:
        self._pool = redis.connection_pool
        self._connection: AbstractConnection | None = None
        self._text = text
        self._digest = sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: list[str], arguments: Iterable[str | float]) -> Any:
        """Run the script; raises what the client library raises.

        A connection that died while it was idle is opened again once. A call that is cancelled
        closes it: its response may still come.
        """
        if self._connection is None:
            self._connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]  # typed but for its arguments
        more = (len(keys), *keys, *arguments)
        try:
            return await self._evaluate(self._connection, more)
        except ConnectionLost:
            await self._connection.connect()
            return await self._evaluate(self._connection, more)

    async def _evaluate(self, connection: AbstractConnection, more: tuple[Any, ...]) -> Any:
        try:
            return await _execute(connection, "EVALSHA", self._digest, *more)
        except NoScriptError:  # the server was started again, or its scripts were flushed
            return await _execute(connection, "EVAL", self._text, *more)


async def _execute(connection: AbstractConnection, *command: Any) -> Any:
    await connection.send_packed_command([pack_command(command)], check_health=False)
    return await connection.read_response()
