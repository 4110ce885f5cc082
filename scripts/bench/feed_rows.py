"""The event feed with many readers: how much it delivers, and how soon, to readers on loopback."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Final

import uvloop
from httpx import AsyncClient
from typing_extensions import override

from scripts.bench.load import Target
from scripts.bench.results import Bound, Row, alone, at_least, at_most
from scripts.bench.rig import Rig
from scripts.bench.subjects import api_key, forge

MANY: Final = 1_000
SOME: Final = 200
EVENTS_A_SECOND: Final = 5
BURST: Final = 384
AT_ONCE: Final = 32
LOOK_SECONDS: Final = 0.005
DELIVERIES: Final = 15_000
LATEST_MS: Final = 67
POSITION: Final = re.compile(rb"^id: (\d+)$", re.MULTILINE)
FOLLOW: Final = "/events?types=document.created&after=latest"


class Reader(asyncio.Protocol):
    """``heard`` are positions and when they came."""

    def __init__(self, request: bytes) -> None:
        self.heard: list[tuple[int, float]] = []
        self._request = request
        self._rest = b""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's
        transport.write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        whole, _, self._rest = (self._rest + data).rpartition(b"\n\n")
        self.heard += [(int(position), now) for position in POSITION.findall(whole)]


class Audience:
    """Readers that follow, and one who writes what they hear of."""

    def __init__(self, readers: list[Reader], client: AsyncClient) -> None:
        self._readers = readers
        self._client = client
        self._sent: dict[int, float] = {}

    async def burst(self, _: float) -> float:
        """Write as fast as may be; return how many events a second came to readers."""
        began = time.perf_counter()
        await asyncio.gather(*(self._write(BURST // AT_ONCE) for _ in range(AT_ONCE)))
        await self.heard()
        return BURST * len(self._readers) / (time.perf_counter() - began)

    async def steady(self, seconds: float) -> float:
        """Write at a pace; return the milliseconds from a request to its event, the p99."""
        for _ in range(round(seconds * EVENTS_A_SECOND)):
            due = asyncio.create_task(asyncio.sleep(1 / EVENTS_A_SECOND))
            await self._write(1)
            await due
        await self.heard()
        heard = (each for reader in self._readers for each in reader.heard)
        return quantiles([(at - self._sent[known]) * 1_000 for known, at in heard], n=100)[98]

    async def follow(self) -> None:
        """Write until all have heard of something; forget what was heard until then."""
        while not all(reader.heard for reader in self._readers):
            await self._write(1)
            await asyncio.sleep(LOOK_SECONDS)
        last = max(self._sent)
        while any(reader.heard[-1][0] < last for reader in self._readers):  # noqa: ASYNC110 - over sockets
            await asyncio.sleep(LOOK_SECONDS)
        self._sent.clear()
        for reader in self._readers:
            reader.heard.clear()

    async def heard(self) -> None:
        while any(len(reader.heard) < len(self._sent) for reader in self._readers):  # noqa: ASYNC110 - over sockets
            await asyncio.sleep(LOOK_SECONDS)

    async def _write(self, documents: int) -> None:
        for _ in range(documents):
            sent = time.perf_counter()
            made = await self._client.post("/api/v1/documents", json={"name": "n", "content": 1})
            self._sent[int(made.raise_for_status().headers["x-forge-position"])] = sent


Measure = Callable[[Audience, float], Awaitable[float]]


def deliveries(rig: Rig) -> Row:
    bound = at_least(f"feed to {SOME} readers", "events/s", DELIVERIES)
    return _row(rig, bound, SOME, Audience.burst)


def latency(rig: Rig) -> Row:
    bound = at_most(f"feed to {MANY} readers, {EVENTS_A_SECOND} events/s, p99", "ms", LATEST_MS)
    return _row(rig, bound, MANY, Audience.steady)


def _row(rig: Rig, bound: Bound, readers: int, measure: Measure) -> Row:
    with forge(rig, uvloop.run(api_key(rig))) as target:
        rig.say(bound.name)
        figures = [
            uvloop.run(_measured(target, readers, measure, rig.plan.seconds))
            for _ in range(rig.plan.rounds)
        ]
    return alone(bound, figures, rig.fsync_us(), "one API process; readers in one other")


async def _measured(target: Target, readers: int, measure: Measure, seconds: float) -> float:
    async with _audience(target, readers) as audience:
        return await measure(audience, seconds)


@asynccontextmanager
async def _audience(target: Target, readers: int) -> AsyncIterator[Audience]:
    """Have all of them follow: the first event that each has heard is not counted."""
    host, port = target.url.removeprefix("http://").split(":")
    head = ("Host: localhost", "Accept: text/event-stream", f"Authorization: Bearer {target.key}")
    request = "\r\n".join([f"GET {FOLLOW} HTTP/1.1", *head, "", ""]).encode()
    connect = asyncio.get_running_loop().create_connection
    made = [await connect(lambda: Reader(request), host, int(port)) for _ in range(readers)]
    key = {"Authorization": f"Bearer {target.key}"}
    async with AsyncClient(base_url=target.url, headers=key, timeout=30) as client:
        audience = Audience([reader for _, reader in made], client)
        await audience.follow()
        yield audience
    for transport, _ in made:
        transport.abort()
