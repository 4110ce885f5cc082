"""Positions from other processes: LISTEN raises watermarks, a poll makes up for lost notices."""

from collections.abc import Callable, Mapping
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection

from application.watermark import Watermark

POLL_SECONDS: Final = 1.0
POSITIONS: Final[LiteralString] = 'SELECT name, "position" FROM positions'


class Listener:
    """One direct connection (a transaction pooler would swallow the notices) for all channels.

    After each (re)connection every mark is put where the database says it is, be it lower: the
    server may have lost projection commits, or be another one altogether. ``connected`` is told
    first, to drop what else was remembered of the log.
    """

    def __init__(
        self,
        conninfo: str,
        head: Watermark,
        models: Mapping[str, Watermark],
        connected: Callable[[], None],
    ) -> None:
        self._conninfo = conninfo
        self._connected = connected
        self._head = head
        self._models = models

    async def run(self) -> None:
        connection = await AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            await connection.execute("LISTEN forge_events; LISTEN forge_models")
            self._connected()
            for name, position in await self._positions(connection):
                self._mark(name).reset(position)
            while True:
                async for notice in connection.notifies(timeout=POLL_SECONDS):
                    self._heard(notice.channel, notice.payload)
                for name, position in await self._positions(connection):
                    self._mark(name).advance(position)

    async def _positions(self, connection: AsyncConnection[Any]) -> list[tuple[str, int]]:
        return await (await connection.execute(POSITIONS)).fetchall()

    def _heard(self, channel: str, payload: str) -> None:
        if channel == "forge_events":
            self._head.advance(int(payload))
        else:
            name, _, position = payload.partition(" ")
            self._mark(name).advance(int(position))

    def _mark(self, name: str) -> Watermark:
        return self._head if name == "forge_events" else self._models.get(name) or Watermark()
