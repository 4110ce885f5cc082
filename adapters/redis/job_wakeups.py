"""Job wake-ups between processes: dramatiq messages on Redis that only name a kind of job.

The jobs are in Postgres, so a lost, doubled or late message does no harm, and no caller waits for
Redis. dramatiq hangs when it is stopped after Redis has gone: leave ``listen`` first.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Final

from dramatiq import Actor, Broker, Worker
from dramatiq.brokers.redis import RedisBroker
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_SECONDS: Final = 1.0
IDLE_MS: Final = 200
"""How often an idle worker polls for messages."""
STOP_MS: Final = 1_000
"""How long to wait for dramatiq's threads at the end; they are daemons and hold no jobs."""


class DramatiqWakeups:
    """Implements ``application.jobs.Wakeups``. ``redis_url`` may name a Unix socket."""

    def __init__(self, redis_url: str) -> None:
        self._client = Redis.from_url(
            redis_url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),  # for connections that died while they were idle
        )
        make_broker: Callable[..., Broker] = RedisBroker
        self._broker = make_broker(client=self._client, middleware=[], namespace="forge")
        self._wake = Actor[[str], None](
            self._on_message,
            broker=self._broker,
            actor_name="wake",
            queue_name="wakeups",
            priority=0,
            options={},
        )
        self._handler: Callable[[str], object] = _ignore
        self._unsent = set[str]()
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="wakeups")

    def send(self, kind: str) -> None:
        """Send a wake-up in a thread; while one of a kind is unsent, others of it are dropped."""
        if kind not in self._unsent:
            self._unsent.add(kind)
            self._sender.submit(self._send, kind)

    @asynccontextmanager
    async def listen(self, handler: Callable[[str], None]) -> AsyncIterator[None]:
        """Call ``handler`` in this loop with the kind of each wake-up. To be entered once."""
        loop = asyncio.get_running_loop()
        self._handler = lambda kind: loop.call_soon_threadsafe(handler, kind)
        worker = Worker(self._broker, worker_timeout=IDLE_MS, worker_threads=1)
        worker.start()
        try:
            yield
        finally:
            await asyncio.shield(asyncio.to_thread(_stop, worker))

    def close(self) -> None:
        """Drop what is unsent: a poll finds the jobs."""
        self._sender.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _send(self, kind: str) -> None:
        self._unsent.discard(kind)  # before the send: a later wake-up may be about a later job
        with suppress(RedisError):
            self._wake.send(kind)

    def _on_message(self, kind: str) -> None:
        with suppress(RuntimeError):  # the loop has closed
            self._handler(kind)


def _ignore(_: str) -> None:
    pass


def _stop(worker: Worker) -> None:
    with suppress(RedisError):  # it would requeue the messages that it still holds
        worker.stop(STOP_MS)
