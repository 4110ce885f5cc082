"""A running service with a long history, and clients that report failed or stale answers."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

import httpx
from psycopg import AsyncConnection

from adapters.embedded.servers import EmbeddedServers
from projections.admin.operations import Operations
from projections.admin.status import Build
from projections.catalogue import PROJECTIONS
from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from scripts.bench.rebuild import fill
from scripts.bench.rig import Database
from scripts.config.options import read_settings
from scripts.config.secrets import load_secrets
from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.processes import ForgeProcess
from tests.support.waiting import eventually

MODEL: Final = DOCUMENT_SUMMARIES.name
CLIENTS: Final = 4
MAX_SECONDS: Final = 120.0
READ: Final[LiteralString] = """
    SELECT d.id FROM models.document_summaries d WHERE d.purge_at = 0 ORDER BY d.id LIMIT 1
"""


class Service:
    """``forge serve`` with so many events in its log, and the operator's hands on it."""

    def __init__(self, process: ForgeProcess) -> None:
        self.process = process
        self.key = process.key or ""
        self.database = EmbeddedServers.attach(process.data_dir)
        self.app = self.database.database_url("app")
        self.operations = Operations(self.app, PROJECTIONS)

    async def record(self, events: int) -> None:
        """Record a past and wait until the live model shows it."""
        settings = read_settings(self.process.data_dir)
        place = Database(self.database.database_url("owner"), self.app)
        await asyncio.to_thread(fill, place, load_secrets(settings), events)
        await eventually(self.caught_up, within=MAX_SECONDS)

    async def build(self, number: int | None = None) -> Build:
        """Return a build, or the live one."""
        [model] = [each for each in await self.operations.report() if each.name == MODEL]
        for found in model.builds:
            if found.live if number is None else found.number == number:
                return found
        raise LookupError(number)

    async def caught_up(self, number: int | None = None) -> bool:
        return (await self.build(number)).lag == 0

    async def is_live(self, number: int) -> bool:
        return (await self.build()).number == number

    def projector(self) -> int:
        """Return the process that projects; there is one, but for a moment after a kill."""
        [pid] = self.process.children("projector")
        return pid

    async def projects(self) -> bool:
        return len(self.process.children("projector")) == 1

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[AsyncConnection[Any]]:
        """Open a connection of one who looks on, or gets in the way."""
        owner = self.database.database_url("owner")
        async with await AsyncConnection.connect(owner, autocommit=True) as connection:
            yield connection


class Clients:
    """Write, then read what was written; whatever is refused or stale is told in ``wrong``."""

    def __init__(self, service: Service, *, strict: bool = True) -> None:
        self.wrong: list[str] = []
        self.written: list[str] = []
        self._strict = strict
        self._over = asyncio.Event()
        self._http = httpx.AsyncClient(
            base_url=service.process.url,
            headers={"Authorization": f"Bearer {service.key}"},
            timeout=20,
        )

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        async with self._http, asyncio.TaskGroup() as tasks:
            for _ in range(CLIENTS):
                tasks.create_task(self._work())
            try:
                yield
            finally:
                self._over.set()

    async def _work(self) -> None:
        while not self._over.is_set():
            created = await self._http.post(DOCUMENTS, json={"name": "n", "contentText": "[1]"})
            if created.status_code != 201:
                self.wrong.append(f"create: {created.status_code} {created.text}")
                continue
            path = f"{DOCUMENTS}/{created.json()['document']['id']}"
            self.written.append(path)
            if self._strict:
                await self._read_back(path, created.headers["x-forge-position"])

    async def _read_back(self, path: str, position: str) -> None:
        """Read one's own write, and the list, as of at least its position."""
        headers = {"X-Forge-Min-Position": position}
        one = await self._http.get(path)
        if one.status_code != 200:
            self.wrong.append(f"own write: {one.status_code} {one.text}")
        listed = await self._http.get(DOCUMENTS, params={"limit": 20}, headers=headers)
        if listed.status_code != 200 or path.rpartition("/")[2] not in listed.text:
            self.wrong.append(f"list: {listed.status_code}, without {path}")


async def stall(service: Service, switch: Awaitable[None]) -> float:
    """Return the longest time, in seconds, that a reader waited for rows while ``switch`` ran."""
    longest, over = 0.0, asyncio.Event()

    async def read() -> None:
        nonlocal longest
        async with await AsyncConnection.connect(service.app, autocommit=True) as connection:
            while not over.is_set():
                began = time.perf_counter()
                await (await connection.execute(READ, prepare=True)).fetchall()
                longest = max(longest, time.perf_counter() - began)

    reading = asyncio.create_task(read())
    try:
        await switch
    finally:
        over.set()
        await reading
    return longest
