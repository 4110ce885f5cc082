"""Wake-ups between processes: dramatiq messages on Redis that say "look", and nothing else.

The work itself is in Postgres, so a message that is lost, doubled or late does no harm, and nobody
waits for Redis. dramatiq hangs when it is stopped after Redis has gone: leave ``listening`` first.
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

PATIENCE_SECONDS: Final = 1.0
IDLE_MS: Final = 200
"""How often an idle worker asks for messages."""
STOP_MS: Final = 1_000
"""How long to wait for dramatiq's threads at the end; they are daemons and hold no work."""


class DramatiqWakeups:
    """Implements ``application.jobs.Wakeups``. ``redis_url`` may name a Unix socket."""

    def __init__(self, redis_url: str) -> None:
        self._client = Redis.from_url(
            redis_url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1),  # for connections that died while they were idle
        )
        make_broker: Callable[..., Broker] = RedisBroker
        self._broker = make_broker(client=self._client, middleware=[], namespace="forge")
        self._wake = Actor[[str], None](
            self._woken,
            broker=self._broker,
            actor_name="wake",
            queue_name="wakeups",
            priority=0,
            options={},
        )
        self._heard: Callable[[str], object] = _nobody
        self._unsent = set[str]()
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="wakeups")

    def send(self, kind: str) -> None:
        """Leave it to a thread; one that is still to be sent speaks for all of its kind."""
        if kind not in self._unsent:
            self._unsent.add(kind)
            self._sender.submit(self._send, kind)

    @asynccontextmanager
    async def listening(self, heard: Callable[[str], None]) -> AsyncIterator[None]:
        """Hand the kinds of wake-ups to ``heard``, in this loop. To be entered once."""
        loop = asyncio.get_running_loop()
        self._heard = lambda kind: loop.call_soon_threadsafe(heard, kind)
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
        self._unsent.discard(kind)  # before it is sent: later ones may be about later jobs
        with suppress(RedisError):
            self._wake.send(kind)

    def _woken(self, kind: str) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody is left to be woken
            self._heard(kind)


def _nobody(_: str) -> None:
    pass


def _stop(worker: Worker) -> None:
    with suppress(RedisError):  # what it has not handed on it would give back
        worker.stop(STOP_MS)
