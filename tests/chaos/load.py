"""Load: writers that remember acknowledged writes, and a reader that remembers what it saw."""

import asyncio
from contextlib import suppress
from typing import Final

import httpx
import msgspec
from psycopg import AsyncConnection, OperationalError

from tests.support.json_api.documents import DOCUMENTS

AFTER: Final = """
    SELECT notification_id FROM forge_events WHERE notification_id > %s ORDER BY notification_id
"""


class Acknowledged(msgspec.Struct):
    """One document, and the number of its newest version that was acknowledged."""

    document_id: str
    number: int


class Writers:
    """Each makes a document and adds versions to it until the service is gone."""

    def __init__(self, url: str, key: str) -> None:
        self.acknowledged: list[Acknowledged] = []
        self._client = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10
        )

    async def run(self, writers: int) -> None:
        async with self._client:
            await asyncio.gather(*(self._write() for _ in range(writers)))

    async def _write(self) -> None:
        with suppress(httpx.TransportError):
            while True:
                await self._write_one()

    async def _write_one(self) -> None:
        created = await self._client.post(DOCUMENTS, json={"name": "n", "contentText": "[1]"})
        assert created.status_code == 201, created.text
        document = Acknowledged(created.json()["document"]["id"], 1)
        self.acknowledged.append(document)
        content = f"{DOCUMENTS}/{document.document_id}/content"
        for number in range(2, 8):
            added = await self._client.put(content, json={"contentText": f"[{number}]"})
            assert added.status_code == 200, added.text
            document.number = number


class TailingReader:
    """Reads the log by position, as any consumer does; what it has passed it never sees again."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def run(self, conninfo: str) -> None:
        """Read on until the database is gone."""
        with suppress(OperationalError):
            async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
                while True:
                    await self._look(connection)

    async def catch_up(self, conninfo: str) -> None:
        async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
            await self._look(connection)

    async def _look(self, connection: AsyncConnection) -> None:
        position = self.seen[-1] if self.seen else 0
        found = await (await connection.execute(AFTER, (position,))).fetchall()
        self.seen += [row[0] for row in found]
