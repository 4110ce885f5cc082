"""Jobs: purge what is due, delete expired stored responses."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from application.eventstore.envelope import Origin
from application.eventstore.idempotency import IdempotencyStore
from application.eventstore.transactions import Written
from application.jobs.jobs import Arguments
from domain.refusals import Unavailable

PURGE: Final = "purge"
PURGE_RUNS: Final = "purge-runs"
PURGE_EVERY: Final = timedelta(minutes=1)
EXPIRE_RESPONSES: Final = "forget-answers"
EXPIRE_EVERY: Final = timedelta(minutes=10)
ACTOR: Final = "system:purge"
PAGE: Final = 50
"""Streams purged at once: they may share an append, which holds the log while it erases."""

Due: TypeAlias = Callable[[int, int], Awaitable[Sequence[tuple[str, str]]]]
"""Returns (organisation, id) due at a time in milliseconds, up to a limit, longest due first."""
Purge: TypeAlias = Callable[[str, Origin], Awaitable[Written]]
"""Purges by id, if it is due."""


class PurgeJob:
    """``wait_visible`` returns whether the model that ``due`` reads has reached a position."""

    def __init__(
        self,
        due: Due,
        purge: Purge,
        wait_visible: Callable[[int], Awaitable[bool]],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._due = due
        self._purge_if_due = purge
        self._wait_visible = wait_visible
        self._clock = clock
        self._new_id = new_id

    async def __call__(self, _: Arguments) -> None:
        """Purge all that is due, page by page; each is tried once.

        Raises the errors of failed purges as a group after the others are done. A read model that
        does not keep up ends the job; its next run goes on.
        """
        sweep_id, left, errors = self._new_id(), set[str](), list[Exception]()
        now_ms = int(self._clock().timestamp() * 1000)
        visible = True
        while visible:
            due = await self._due(now_ms, PAGE + len(left))
            page = [(org_id, key) for org_id, key in due if key not in left]
            if not page:
                break
            purges = (self._purge(org_id, key, sweep_id, errors) for org_id, key in page)
            positions = await asyncio.gather(*purges)
            left |= {key for (_, key), at in zip(page, positions, strict=True) if not at}
            visible = await self._wait_visible(max(positions))
        if errors:
            raise ExceptionGroup("Failed purges", errors)

    async def _purge(self, org_id: str, key: str, sweep_id: str, errors: list[Exception]) -> int:
        """Return the position of the purge; 0 if it was not due or has failed."""
        by = Origin(actor=ACTOR, org_id=org_id, correlation_id=sweep_id)
        try:
            return (await self._purge_if_due(key, by)).position
        except Unavailable:  # the log is down: the next one would fail as well
            raise
        except Exception as error:  # noqa: BLE001 - one failure must not stop the others
            errors.append(error)
            return 0


def expire_responses(answers: IdempotencyStore) -> Callable[[Arguments], Awaitable[None]]:
    async def forget(_: Arguments) -> None:
        await answers.forget_old()

    return forget
