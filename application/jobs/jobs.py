"""Port of background jobs: a job is a row; the message on the broker is only a wake-up.

Schedules, retries and leases are columns of the row, so losing the broker costs nothing but time
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
"""Handlers by kind. A handler may run more than once for a job, after a crash."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job; ``lease`` is the id of this claim, which ``attempts`` counts as well."""

    id: str
    kind: str
    arguments: Arguments
    attempts: int
    lease: str


class Jobs(Protocol):
    """The queue of jobs; every method raises ``LogUnavailable`` without the database.

    Calls for a job whose lease has passed to another worker change nothing.
    """

    async def enqueue(self, job_id: str, kind: str, arguments: Arguments, due_at: datetime) -> None:
        """Add a job that runs once; an id that is queued already is left as it is."""
        ...

    async def hasten(self, job_id: str, due_at: datetime) -> None:
        """Move the due time of a queued job forward."""
        ...

    async def ensure(self, kind: str, every: timedelta, now: datetime) -> None:
        """Schedule a job now, and again each time ``every`` has passed since it finished."""
        ...

    async def claim(self, kinds: Collection[str], now: datetime, lease: timedelta) -> Job | None:
        """Claim the job of these kinds that has been due longest and is not leased."""
        ...

    async def renew(self, job: Job, lease: timedelta) -> bool:
        """Extend the lease of a job; ``False`` when it is lost."""
        ...

    async def finish(self, job: Job, now: datetime) -> None: ...

    async def fail(self, job: Job, error: str, now: datetime, pause: timedelta) -> None:
        """Store the error and retry after ``pause``, or after ``every`` if that is sooner."""
        ...

    async def release(self, job: Job) -> None:
        """Give the lease back; the job is due at once, and the attempt does not count."""
        ...


class Wakeups(Protocol):
    def send(self, kind: str) -> None:
        """Tell workers that a job of this kind is due; never waits and never fails."""
        ...


def pause_after(attempts: int) -> timedelta:
    """Return the pause after this many failures in a row."""
    doublings = min(attempts - 1, DOUBLINGS)
    return FIRST_PAUSE * (1 << doublings)
