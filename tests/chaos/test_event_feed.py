"""Hundreds of feed readers, disconnected at random, with LISTEN connections lost as well."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, LiteralString, NamedTuple

import httpx
import pytest
from psycopg import AsyncConnection
from redis.asyncio import Redis

from adapters.embedded.servers import EmbeddedServers
from tests.support.feed.event_streams import EventSource, event_source
from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.processes import ForgeProcess, data_directory, forge_serving
from tests.support.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

TARGET: Final = "/events?types=document.created&after=latest"
EVENTS_A_SECOND: Final = 5
RECOVERED: Final = 2.0
"""Seconds within which an event arrives, whatever was cut in between."""
SEVER: Final[LiteralString] = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE query LIKE 'LISTEN%' OR query LIKE '%FROM positions'
"""
Lost: Final = (EOFError, OSError, asyncio.IncompleteReadError)


class Heard(NamedTuple):
    """An event by its position, when it came, and since when its reader was connected."""

    position: int
    at: float
    since: float


class Reader:
    """Follows the feed for good; ``heard`` is in the order in which it came."""

    def __init__(self, url: str, key: str) -> None:
        self.heard: list[Heard] = []
        self.wrong: list[str] = []
        self.attached = asyncio.Event()
        self._url = url
        self._key = key
        self._last: int | None = None
        self._source: EventSource | None = None

    async def run(self) -> None:
        while True:
            with suppress(*Lost):
                async with event_source(self._url, TARGET, self._key, self._last) as source:
                    self._source, since = source, time.monotonic()
                    self.attached.set()
                    await self._follow(source, since)
            await asyncio.sleep(0)

    def cut(self) -> None:
        if self._source is not None:
            self._source.abort()

    async def _follow(self, source: EventSource, since: float) -> None:
        while True:
            event = await source.event(within=60)
            if event.position is None or event.type != "document.created":
                self.wrong.append(event.type)
                continue
            self._last = event.position
            self.heard.append(Heard(event.position, time.monotonic(), since))


class Feed:
    """A service of two API processes, its readers, and what happens to them."""

    def __init__(self, process: ForgeProcess, readers: int) -> None:
        self._process = process
        self._servers = EmbeddedServers.attach(process.data_dir)
        self._key = f"Bearer {process.key}"
        self.readers = [Reader(process.url, self._key) for _ in range(readers)]
        self.sent: dict[int, float] = {}

    async def write(self, seconds: float) -> None:
        headers = {"Authorization": self._key}
        async with httpx.AsyncClient(base_url=self._process.url, headers=headers) as client:
            for _ in range(round(seconds * EVENTS_A_SECOND)):
                due = asyncio.create_task(asyncio.sleep(1 / EVENTS_A_SECOND))
                sent = time.monotonic()
                created = await client.post(DOCUMENTS, json={"name": "n", "content": 1})
                self.sent[_position(created)] = sent
                await due

    async def disconnect(self, a_second: float) -> None:
        while True:
            await asyncio.sleep(1 / a_second)
            random.choice(self.readers).cut()  # noqa: S311 - nothing secret about it

    async def sever(self) -> int:
        """Cut what carries news between processes; return how many listened."""
        owner = self._servers.database_url("owner")
        async with await AsyncConnection.connect(owner, autocommit=True) as connection:
            [(listening,)] = await (await connection.execute(SEVER)).fetchall()
        async with Redis.from_url(self._servers.redis_url) as redis:
            await redis.execute_command("CLIENT", "KILL", "SKIPME", "yes")  # type: ignore[no-untyped-call]  # redis-py's own
        return int(listening)

    def kill_one(self) -> None:
        """End an API process; readers of it come back to another."""
        [child, *_] = self._process.children("api")
        os.kill(child, signal.SIGKILL)

    def slowest(self) -> float:
        """Return the longest, in seconds, from a request to a reader who was there."""
        return max(
            heard.at - max(heard.since, self.sent[heard.position])
            for reader in self.readers
            for heard in reader.heard
        )

    async def has_arrived(self) -> bool:
        return all(len(reader.heard) >= len(self.sent) for reader in self.readers)


async def test_a_few_readers_miss_nothing() -> None:
    await readers_miss_nothing(readers=30, seconds=5, cuts_a_second=5)


@pytest.mark.chaos
async def test_hundreds_of_readers_miss_nothing() -> None:
    await readers_miss_nothing(readers=300, seconds=30, cuts_a_second=10)


async def readers_miss_nothing(*, readers: int, seconds: float, cuts_a_second: float) -> None:
    with data_directory() as directory, forge_serving(directory, "--workers", "2") as process:
        feed = Feed(process, readers)
        async with asyncio.TaskGroup() as tasks:
            start: Callable[[Coroutine[Any, Any, Any]], Any] = tasks.create_task
            running = [start(each.run()) for each in feed.readers]
            for reader in feed.readers:
                await reader.attached.wait()
            await feed.write(1 / EVENTS_A_SECOND)  # all follow what happens once this has come
            await eventually(feed.has_arrived)
            running.append(start(feed.disconnect(cuts_a_second)))
            await feed.write(seconds / 3)
            assert await feed.sever() >= 2
            await feed.write(seconds / 3)
            feed.kill_one()
            await feed.write(seconds / 3)
            await eventually(feed.has_arrived)
            for task in running:
                task.cancel()
    assert [reader.wrong for reader in feed.readers if reader.wrong] == []
    for reader in feed.readers:
        assert [heard.position for heard in reader.heard] == [*feed.sent]
    assert feed.slowest() < RECOVERED


def _position(response: httpx.Response) -> int:
    assert response.status_code == 201, response.text
    return int(response.headers["x-forge-position"])
