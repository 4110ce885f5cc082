"""The job table shared by several workers: leases, retries, order."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from application.jobs.jobs import Arguments, Job
from application.jobs.runner import JobRunner
from tests.support.domain.scenario import NOW
from tests.support.servers.databases import Database
from tests.support.service.backends import Failures
from tests.support.service.jobs import JobTable, job_table
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(milliseconds=20)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def jobs(database: Database) -> AsyncIterator[JobTable]:
    async with job_table(database) as jobs:
        yield jobs


@pytest.fixture
async def others(database: Database) -> AsyncIterator[JobTable]:
    """Stand for a second worker process."""
    async with job_table(database) as jobs:
        yield jobs


async def test_two_workers_never_do_one_job_at_once(jobs: JobTable, others: JobTable) -> None:
    done, busy = Counter[str](), set[str]()

    async def handle(arguments: Arguments) -> None:
        name = arguments["name"]
        assert name not in busy
        busy.add(name)
        await asyncio.sleep(0)
        busy.remove(name)
        done[name] += 1

    names = [f"job {number}" for number in range(60)]
    for name in names:
        await jobs.enqueue(name, "mail", {"name": name}, NOW)
    failures = Failures()
    lanes = [
        JobRunner(table, {"mail": handle}, lambda: NOW, failures)
        for table in (jobs, others)
        for _ in range(4)
    ]

    tried = await asyncio.gather(*(lane.run_due() for lane in lanes))

    assert failures == []
    assert sum(tried) == len(names)
    assert done == Counter(names)
    assert await jobs.row(names[0]) is None


async def test_a_leased_job_is_taken_by_no_other_until_its_lease_expires(
    jobs: JobTable, others: JobTable
) -> None:
    await jobs.enqueue("1", "mail", {"to": "ada"}, NOW)
    held = await _claim(jobs, lease=MINUTE)

    assert held.arguments == {"to": "ada"}
    assert await others.claim(["mail"], NOW, MINUTE) is None
    assert await jobs.renew(held, MOMENT)

    taken_over = await _claim(others, lease=MINUTE)

    assert (taken_over.id, taken_over.attempts) == ("1", 2)
    assert not await jobs.renew(held, MINUTE)
    await jobs.finish(held, NOW)
    await jobs.fail(held, "too late", NOW, MINUTE)
    await jobs.release(held)
    _, attempts, error, holder, _ = await jobs.row("1")
    assert (attempts, error, holder) == (2, None, taken_over.lease)
    await others.finish(taken_over, NOW)
    assert await jobs.row("1") is None


async def test_a_failed_job_is_tried_again_after_its_pause(jobs: JobTable) -> None:
    await jobs.enqueue("1", "mail", {}, NOW)

    await jobs.fail(await _claim(jobs), "no route to host", NOW, 5 * SECOND)

    assert await jobs.claim(["mail"], NOW + 4 * SECOND, MINUTE) is None
    again = await jobs.claim(["mail"], NOW + 5 * SECOND, MINUTE)
    assert again is not None
    assert again.attempts == 2
    assert (await jobs.row("1"))[2] == "no route to host"


async def test_a_recurring_job_is_due_again_and_never_waits_longer_for_having_failed(
    jobs: JobTable,
) -> None:
    await jobs.ensure("mail", MINUTE, NOW)

    await jobs.fail(await _claim(jobs), "no route to host", NOW, 60 * MINUTE)
    again = await jobs.claim(["mail"], NOW + MINUTE, MINUTE)
    assert again is not None
    await jobs.finish(again, NOW + MINUTE)

    due_at, attempts, error, holder, _ = await jobs.row("mail")
    assert (due_at, attempts, error, holder) == (NOW + 2 * MINUTE, 0, None, None)


async def test_ensuring_again_keeps_the_schedule_or_brings_it_forward(jobs: JobTable) -> None:
    await jobs.ensure("mail", 60 * MINUTE, NOW)
    await jobs.finish(await _claim(jobs), NOW)

    await jobs.ensure("mail", 60 * MINUTE, NOW + MINUTE)
    assert (await jobs.row("mail"))[0] == NOW + 60 * MINUTE

    await jobs.ensure("mail", MINUTE, NOW + MINUTE)
    assert (await jobs.row("mail"))[0] == NOW + 2 * MINUTE


async def test_a_job_enqueued_twice_is_one_job(jobs: JobTable) -> None:
    await jobs.enqueue("1", "mail", {"to": "ada"}, NOW)
    await jobs.enqueue("1", "mail", {"to": "bob"}, NOW)

    assert (await _claim(jobs)).arguments == {"to": "ada"}
    assert await jobs.claim(["mail"], NOW, MINUTE) is None


async def test_jobs_of_an_unknown_kind_wait_for_a_worker_that_knows_it(jobs: JobTable) -> None:
    await jobs.enqueue("1", "newer", {}, NOW)

    assert await jobs.claim(["mail"], NOW, MINUTE) is None
    assert await jobs.claim(["mail", "newer"], NOW, MINUTE) is not None


async def test_the_longest_due_comes_first_and_the_future_not_yet(jobs: JobTable) -> None:
    for job_id, minutes in (("later", 2), ("earliest", 0), ("earlier", 1)):
        await jobs.enqueue(job_id, "mail", {}, NOW + minutes * MINUTE)

    assert (await _claim(jobs)).id == "earliest"
    assert await jobs.claim(["mail"], NOW + MINUTE - MOMENT, MINUTE) is None


async def _claim(jobs: JobTable, *, lease: timedelta = MINUTE) -> Job:
    """Claim what is due, once it is free."""
    claimed = list[Job]()

    async def free() -> bool:
        if job := await jobs.claim(["mail"], NOW, lease):
            claimed.append(job)
        return bool(claimed)

    await eventually(free)
    [job] = claimed
    return job


async def test_a_job_is_hastened_never_delayed(jobs: JobTable) -> None:
    await jobs.enqueue("later", "mail", {}, NOW + MINUTE)
    await jobs.hasten("later", NOW + MINUTE + SECOND)
    assert (await jobs.row("later"))[0] == NOW + MINUTE
    await jobs.hasten("later", NOW)
    await jobs.hasten("none there", NOW)

    assert (await jobs.row("later"))[0] == NOW
    assert jobs.woken == ["mail", "mail"]
