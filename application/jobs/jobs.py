"""Port: work in the background. A job is a row; the message on the broker is only a wake-up.

Schedules, retries and leases are part of the row, so losing the broker loses nothing but haste
(safety.md, runs).
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeAlias

import msgspec

FIRST_PAUSE: Final = timedelta(seconds=5)
DOUBLINGS: Final = 9
"""Times the pause is doubled: the longest is 5 s times 512, some 43 minutes."""

Arguments: TypeAlias = Mapping[str, Any]
"""A JSON object."""

JobKinds: TypeAlias = Mapping[str, Callable[[Arguments], Awaitable[None]]]
"""From a kind's name to what does it. A job may be done more than once: after a crash, again."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job in somebody's hands; ``lease`` names this claim, ``attempts`` counts it as well."""

    id: str
    kind: str
    arguments: Arguments
    attempts: int
    lease: str


class Jobs(Protocol):
    """Every method raises ``LogUnavailable`` when the database does not answer.

    What is said of a job whose lease has passed to somebody else changes nothing.
    """

    async def enqueue(self, job_id: str, kind: str, arguments: Arguments, due_at: datetime) -> None:
        """Have something done once; an id that is waiting already is left as it is."""
        ...

    async def hasten(self, job_id: str, due_at: datetime) -> None:
        """Have something that is waiting done sooner."""
        ...

    async def ensure(self, kind: str, every: timedelta, now: datetime) -> None:
        """Have something done now, and again each time ``every`` has passed since it was done."""
        ...

    async def claim(self, kinds: Collection[str], now: datetime, lease: timedelta) -> Job | None:
        """Take the job of these kinds that has been due longest and is in nobody's hands."""
        ...

    async def renew(self, job: Job, lease: timedelta) -> bool:
        """Hold a job for longer; ``False`` when it is no longer held."""
        ...

    async def finish(self, job: Job, now: datetime) -> None: ...

    async def fail(self, job: Job, error: str, now: datetime, pause: timedelta) -> None:
        """Keep the error and try again after ``pause``, or after ``every`` if that is sooner."""
        ...

    async def release(self, job: Job) -> None:
        """Give a job back as it was, due at once for anybody."""
        ...


class Wakeups(Protocol):
    def send(self, kind: str) -> None:
        """Tell workers that a job of this kind is due: at once, without waiting or failing."""
        ...


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after the so-many-th failure in a row."""
    doublings = min(attempts - 1, DOUBLINGS)
    return FIRST_PAUSE * (1 << doublings)
