"""The job runner: leases, retries and failures of handlers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from application.concurrency.supervision import end
from application.jobs.jobs import Arguments, pause_after
from application.jobs.runner import HandlerCancelled, JobRunner, LeaseLost
from tests.support.clocks import Clock
from tests.support.servers.databases import Database
from tests.support.service.backends import Failures
from tests.support.service.jobs import JobTable, job_table
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

LEASE = timedelta(milliseconds=300)
TAKE = """
    UPDATE jobs SET leased_by = 'another worker', leased_until = now() + interval '1 minute'
    WHERE id = %b RETURNING 1
"""


class Patient:
    """A handler that waits to be told that it is done."""

    def __init__(self) -> None:
        self.begun, self.done = asyncio.Event(), asyncio.Event()
        self.cancelled = False

    async def __call__(self, _: Arguments) -> None:
        self.begun.set()
        try:
            await self.done.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.fixture
async def jobs(database: Database) -> AsyncIterator[JobTable]:
    async with job_table(database) as jobs:
        yield jobs


async def test_a_job_that_fails_harms_no_other_and_is_tried_again_later(jobs: JobTable) -> None:
    clock, failures, sent = Clock(), Failures(), list[str]()

    async def send(arguments: Arguments) -> None:
        if arguments["to"] == "ada" and len(failures) < 2:
            raise ValueError("no such address\nDETAIL: ada@example.com")
        sent.append(arguments["to"])

    runner = JobRunner(jobs, {"mail": send}, clock, failures)
    for number, to in enumerate(["ada", "bob"]):
        await jobs.enqueue(f"mail {number}", "mail", {"to": to}, clock())

    assert await runner.run_due() == 2

    assert sent == ["bob"]
    assert [name for name, _ in failures] == ["job mail 0"]
    due_at, attempts, error, *_ = await jobs.row("mail 0")
    assert (due_at, attempts) == (clock() + pause_after(1), 1)
    assert error == "ValueError: no such address"

    clock.advance(pause_after(1))
    assert await runner.run_due() == 1
    assert await runner.run_due() == 0
    clock.advance(pause_after(2))
    assert await runner.run_due() == 1
    assert sent == ["bob", "ada"]
    assert await jobs.row("mail 0") is None


async def test_the_lease_is_renewed_while_the_job_runs(jobs: JobTable) -> None:
    handler, clock = Patient(), Clock()
    runner = JobRunner(jobs, {"mail": handler}, clock, Failures(), lease=LEASE)
    await jobs.enqueue("1", "mail", {}, clock())
    running = asyncio.create_task(runner.run_due())
    await handler.begun.wait()
    first = (await jobs.row("1"))[4]

    async def outlived() -> bool:
        return bool((await jobs.row("1"))[4] - first > 2 * LEASE)

    await eventually(outlived)

    assert await jobs.claim(["mail"], clock(), LEASE) is None
    handler.done.set()
    assert await running == 1
    assert await jobs.row("1") is None


async def test_work_ends_when_another_process_takes_its_lease(jobs: JobTable) -> None:
    handler, clock, failures = Patient(), Clock(), Failures()
    runner = JobRunner(jobs, {"mail": handler}, clock, failures, lease=LEASE)
    await jobs.enqueue("1", "mail", {}, clock())
    running = asyncio.create_task(runner.run_due())
    await handler.begun.wait()

    await jobs.select(TAKE, ("1",))
    async with asyncio.timeout(5):
        assert await running == 1

    assert handler.cancelled
    assert [type(error) for _, error in failures] == [LeaseLost]
    assert (await jobs.row("1"))[3] == "another worker"


async def test_a_runner_that_is_stopped_gives_its_job_back(jobs: JobTable) -> None:
    handler, clock, failures = Patient(), Clock(), Failures()
    runner = JobRunner(jobs, {"mail": handler}, clock, failures)
    await jobs.enqueue("1", "mail", {}, clock())
    running = asyncio.create_task(_run(runner))
    await handler.begun.wait()

    await end([running])

    assert handler.cancelled
    assert failures == []
    again = await jobs.claim(["mail"], clock(), LEASE)
    assert again is not None
    assert again.attempts == 1


async def test_a_handler_that_cancels_itself_has_failed_and_ends_nothing(jobs: JobTable) -> None:
    async def cancel(_: Arguments) -> None:
        raise asyncio.CancelledError

    clock, failures = Clock(), Failures()
    runner = JobRunner(jobs, {"mail": cancel}, clock, failures)
    await jobs.enqueue("1", "mail", {}, clock())

    assert await runner.run_due() == 1

    assert [type(error) for _, error in failures] == [HandlerCancelled]


def test_pauses_double_up_to_an_hour_or_less() -> None:
    assert [pause_after(n).total_seconds() for n in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert timedelta(minutes=30) < pause_after(10) == pause_after(10_000) < timedelta(hours=1)


async def _run(runner: JobRunner) -> None:
    await runner.run_due()
