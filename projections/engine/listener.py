"""Listener: advances watermarks by LISTEN/NOTIFY, and by polling in case notices are lost."""

import asyncio
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, LiteralString, TypeAlias

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from application.concurrency.watermark import Watermark
from projections.engine.notices import read_notices

Channels: TypeAlias = tuple[LiteralString, ...]
Positions: TypeAlias = list[tuple[str, int]]

LOG: Final[Channels] = ("forge_events",)
MODELS: Final[Channels] = ("forge_read_models",)
NAMES_CACHED: Final = 256
"""Lists of read models in notices; they differ only in which of them were idle."""
POLL_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 5.0
"""A connection without an answer for this long counts as dead."""
POSITIONS: Final[LiteralString] = 'SELECT name, "position" FROM positions'


class Listener:
    """One direct connection for its channels (a transaction pooler would drop notices).

    Without a channel, the positions it would bring are polled.

    When it is lost, the watermarks of read models are reset to 0: the server may return without
    its last commits, or be replaced. After a reconnect they rise to the stored positions again.
    ``on_connect`` is called first, to drop caches of the log.
    """

    def __init__(
        self,
        conninfo: str,
        head: Watermark,
        models: Mapping[str, Watermark],
        channels: Channels,
        on_connect: Callable[[], None],
    ) -> None:
        self._conninfo = conninfo
        self._on_connect = on_connect
        self._head = head
        self._models = models
        self._channels = channels
        self._named = lru_cache(maxsize=NAMES_CACHED)(self._marks)

    async def run(self) -> None:
        connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            try:
                await self._follow(connection)
            except Exception:
                for mark in self._models.values():
                    mark.reset(0)
                raise

    async def _follow(self, connection: AsyncConnection[Any]) -> None:
        # Called for what arrives during a query; between queries, read_notices reads the socket.
        connection.add_notify_handler(lambda notice: self._advance(notice.channel, notice.payload))
        for channel in self._channels:
            await connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        self._on_connect()
        for name, position in await self._positions(connection):
            self._mark(name).reset(position)
        # Ask again at once: a notice may have come between the answer and the reset.
        while True:
            for name, position in await self._positions(connection):
                self._mark(name).advance(position)
            await read_notices(connection, self._advance, POLL_SECONDS)

    async def _positions(self, connection: AsyncConnection[Any]) -> Positions:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await (await connection.execute(POSITIONS)).fetchall()

    def _advance(self, channel: str, payload: str) -> None:
        """Advance the log's watermark, or those of the read models named after the position."""
        position, _, names = payload.partition(" ")
        for mark in self._named(names) if channel in MODELS else (self._head,):
            mark.advance(int(position))

    def _marks(self, names: str) -> tuple[Watermark, ...]:
        return tuple(self._mark(name) for name in names.split())

    def _mark(self, name: str) -> Watermark:
        return self._head if name == "forge_events" else self._models.get(name) or Watermark()
