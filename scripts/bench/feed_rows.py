"""Benchmark: throughput and latency of the event feed with many readers on loopback."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Final

import uvloop
from httpx import AsyncClient
from typing_extensions import override

from scripts.bench.feed_stream import positions, stream_request
from scripts.bench.load import Target
from scripts.bench.results import Bound, Row, at_least, at_most, single_row
from scripts.bench.rig import Rig
from scripts.bench.subjects import api_key, forge

LATENCY_READERS: Final = 1_000
DELIVERY_READERS: Final = 200
EVENTS_A_SECOND: Final = 5
BURST: Final = 384
AT_ONCE: Final = 32
POLL_SECONDS: Final = 0.005
MIN_DELIVERIES: Final = 15_000
MAX_LATENCY_MS: Final = 67


class Reader(asyncio.Protocol):
    """One stream of the feed; ``received`` holds positions and arrival times (``perf_counter``)."""

    def __init__(self, request: bytes) -> None:
        self.received: list[tuple[int, float]] = []
        self._request = request
        self._rest = b""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream's
        transport.write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        new, self._rest = positions(self._rest + data)
        self.received += [(position, now) for position in new]


class FeedReaders:
    """Connected readers, and the client that writes the documents they receive events of."""

    def __init__(self, readers: list[Reader], client: AsyncClient) -> None:
        self._readers = readers
        self._client = client
        self._sent: dict[int, float] = {}

    async def burst(self, _: float) -> float:
        """Write as fast as possible; return the deliveries per second to all readers."""
        began = time.perf_counter()
        await asyncio.gather(*(self._write(BURST // AT_ONCE) for _ in range(AT_ONCE)))
        await self.wait_received()
        return BURST * len(self._readers) / (time.perf_counter() - began)

    async def steady(self, seconds: float) -> float:
        """Write at a fixed rate; return the p99 from request to delivery, in milliseconds."""
        for _ in range(round(seconds * EVENTS_A_SECOND)):
            due = asyncio.create_task(asyncio.sleep(1 / EVENTS_A_SECOND))
            await self._write(1)
            await due
        await self.wait_received()
        deliveries = (each for reader in self._readers for each in reader.received)
        return quantiles(
            [(at - self._sent[position]) * 1_000 for position, at in deliveries], n=100
        )[98]

    async def wait_connected(self) -> None:
        """Write until every reader has received an event, then discard those events."""
        while not all(reader.received for reader in self._readers):
            await self._write(1)
            await asyncio.sleep(POLL_SECONDS)
        last = max(self._sent)
        while any(reader.received[-1][0] < last for reader in self._readers):  # noqa: ASYNC110 - data arrives over sockets
            await asyncio.sleep(POLL_SECONDS)
        self._sent.clear()
        for reader in self._readers:
            reader.received.clear()

    async def wait_received(self) -> None:
        """Wait until every reader has received every event."""
        while any(len(reader.received) < len(self._sent) for reader in self._readers):  # noqa: ASYNC110 - data arrives over sockets
            await asyncio.sleep(POLL_SECONDS)

    async def _write(self, documents: int) -> None:
        for _ in range(documents):
            sent = time.perf_counter()
            response = await self._client.post(
                "/api/v1/documents", json={"name": "n", "content": 1}
            )
            self._sent[int(response.raise_for_status().headers["x-forge-position"])] = sent


Measure = Callable[[FeedReaders, float], Awaitable[float]]


def deliveries(rig: Rig) -> Row:
    bound = at_least(f"feed to {DELIVERY_READERS} readers", "events/s", MIN_DELIVERIES)
    return _row(rig, bound, DELIVERY_READERS, FeedReaders.burst)


def latency(rig: Rig) -> Row:
    bound = at_most(
        f"feed to {LATENCY_READERS} readers, {EVENTS_A_SECOND} events/s, p99", "ms", MAX_LATENCY_MS
    )
    return _row(rig, bound, LATENCY_READERS, FeedReaders.steady)


def _row(rig: Rig, bound: Bound, readers: int, measure: Measure) -> Row:
    with forge(rig, uvloop.run(api_key(rig))) as target:
        rig.say(bound.name)
        figures = [
            uvloop.run(_measure(target, readers, measure, rig.plan.seconds))
            for _ in range(rig.plan.rounds)
        ]
    return single_row(
        bound, figures, rig.fsync_us(), "one API process; all readers in a second process"
    )


async def _measure(target: Target, readers: int, measure: Measure, seconds: float) -> float:
    async with _connect_readers(target, readers) as group:
        return await measure(group, seconds)


@asynccontextmanager
async def _connect_readers(target: Target, readers: int) -> AsyncIterator[FeedReaders]:
    """Connect readers to the feed; the events of the warm-up are not counted."""
    host, port = target.url.removeprefix("http://").split(":")
    request = stream_request(target.key, after="latest")
    connect = asyncio.get_running_loop().create_connection
    connections = [await connect(lambda: Reader(request), host, int(port)) for _ in range(readers)]
    key = {"Authorization": f"Bearer {target.key}"}
    async with AsyncClient(base_url=target.url, headers=key, timeout=30) as client:
        group = FeedReaders([reader for _, reader in connections], client)
        await group.wait_connected()
        yield group
    for transport, _ in connections:
        transport.abort()
