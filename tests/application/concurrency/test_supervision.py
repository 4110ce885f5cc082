"""Supervised tasks: restarted after failures; stopped ones are shown."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from typing import Final

import pytest

from application.concurrency import supervision
from application.concurrency.supervision import Halt, Supervisor, end
from tests.support.service.backends import Failures
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

TICK: Final = 0.01
"""Seconds by which a timer of the loop may be early."""


class Flaky:
    """Fails so many times, then runs for good."""

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.starts: list[float] = []
        self._failures = failures
        self._error = error or RuntimeError("flaky")

    async def __call__(self) -> None:
        self.starts.append(asyncio.get_running_loop().time())
        if len(self.starts) <= self._failures:
            raise self._error
        await asyncio.Event().wait()

    async def runs(self) -> bool:
        return len(self.starts) > self._failures


@pytest.fixture
async def failures() -> Failures:
    return Failures()


@pytest.fixture
async def supervisor(failures: Failures) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(failures)
    yield supervisor
    await supervisor.stop()


async def test_what_fails_is_started_again_counted_and_reported(
    supervisor: Supervisor, failures: Failures
) -> None:
    flaky = Flaky(2)

    supervisor.start("flaky", flaky)
    await eventually(flaky.runs)

    assert supervisor.tasks["flaky"].failures == 2
    assert [(name, str(error)) for name, error in failures] == [("flaky", "flaky")] * 2


async def test_the_pauses_grow_up_to_a_limit(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(supervision, "MAX_PAUSE", 0.1)
    flaky = Flaky(4)

    supervisor.start("flaky", flaky)
    await eventually(flaky.runs)

    pauses = [later - earlier for earlier, later in pairwise(flaky.starts)]
    at_least = (0.04, 0.08, 0.1, 0.1)
    assert all(pause > least - TICK for pause, least in zip(pauses, at_least, strict=True))


async def test_what_failed_lately_is_shown_with_its_error(supervisor: Supervisor) -> None:
    flaky = Flaky(1)

    supervisor.start("flaky", flaky)
    supervisor.start("steady", Flaky(0))
    await eventually(flaky.runs)

    assert supervisor.failing() == {"flaky": "RuntimeError('flaky')"}


async def test_a_failure_long_ago_is_not_shown(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "MAX_PAUSE", 0.01)
    flaky = Flaky(1)

    supervisor.start("flaky", flaky)
    await eventually(flaky.runs)
    await eventually(_asking(lambda: not supervisor.failing()))

    assert supervisor.tasks["flaky"].failures == 1


async def test_what_halts_stays_halted_and_is_shown(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(supervision, "MAX_PAUSE", 0.001)
    halting, flaky = Flaky(9, Halt("poison")), Flaky(5)

    supervisor.start("halting", halting)
    supervisor.start("flaky", flaky)
    await eventually(flaky.runs)  # by now it would have been started again as well
    supervisor.start("halting", halting)
    await eventually(_asking(lambda: "flaky" not in supervisor.failing()))

    assert len(halting.starts) == 1
    assert supervisor.failing() == {"halting": "Halt('poison')"}


async def test_what_has_halted_is_started_again_once_it_is_forgiven(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.001)
    halting = Flaky(1, Halt("poison"))
    supervisor.start("halting", halting)
    await eventually(_asking(lambda: bool(supervisor.failing())))

    supervisor.forgive("halting")
    supervisor.start("halting", halting)
    await eventually(halting.runs)

    assert len(halting.starts) == 2
    assert supervisor.failing() == {}


async def test_one_that_fails_harms_no_other(supervisor: Supervisor) -> None:
    failing, steady = Flaky(2), Flaky(0)

    supervisor.start("failing", failing)
    supervisor.start("steady", steady)
    await eventually(failing.runs)

    assert len(steady.starts) == 1
    assert supervisor.tasks["steady"].failures == 0


async def test_a_name_that_runs_already_is_left_alone(supervisor: Supervisor) -> None:
    first, second = Flaky(0), Flaky(0)
    supervisor.start("one", first)
    await eventually(first.runs)

    supervisor.start("one", second)
    await asyncio.sleep(0)

    assert second.starts == []


async def test_stopping_ends_them_all_and_nothing_is_reported(
    supervisor: Supervisor, failures: Failures
) -> None:
    tasks = [Flaky(0), Flaky(0)]
    for number, task in enumerate(tasks):
        supervisor.start(f"task {number}", task)
        await eventually(task.runs)

    await supervisor.stop()

    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("task ")] == []
    assert failures == []


async def test_a_task_is_cancelled_until_it_ends() -> None:
    asked = 0
    started = asyncio.Event()

    async def stubborn() -> None:
        """As one is whose connection is lost at that very moment."""
        nonlocal asked
        while asked < 2:
            started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                asked += 1

    task = asyncio.create_task(stubborn())
    await started.wait()

    await asyncio.wait_for(end([task]), timeout=5)

    assert asked == 2


def _asking(condition: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return condition()

    return ask
