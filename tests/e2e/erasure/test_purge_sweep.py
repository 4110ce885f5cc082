"""The purge job: empties the trash when due, woken by a message or by its poll."""

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from httpx import AsyncClient
from psycopg import AsyncConnection

from adapters.crypto.ids import new_key
from adapters.redis.job_wakeups import DramatiqWakeups
from application.erasure import purge_job as sweeps
from application.erasure.purge_job import (
    EXPIRE_EVERY,
    EXPIRE_RESPONSES,
    PURGE,
    PURGE_EVERY,
    PurgeJob,
)
from domain.documents.document import RETENTION
from scripts.composition.backend import Backend
from scripts.composition.worker import run_jobs
from tests.support.clocks import Clock
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MILLISECOND = timedelta(milliseconds=1)
MODEL = "document_summaries"
NOWHERE = "unix:///nowhere/valkey.sock"
NEVER = 3_600.0
DUE_AT = "SELECT due_at FROM jobs WHERE id = %b AND leased_until IS NULL"
SPOIL = "UPDATE forge_events SET state = 'spoilt' WHERE originator_id = %s"
LEFT = """
    SELECT (SELECT count(*) FROM contents), (SELECT count(*) FROM models.document_summaries)
"""
AGE = "UPDATE answers SET answered_at = now() - interval '25 hours'"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def service(database: Database, redis_url: str, clock: Clock) -> AsyncIterator[Service]:
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with running_service(database, redis_url, backend) as service:
        yield service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client("acme") as client:
        yield client


async def test_what_is_due_is_purged_and_nothing_a_minute_sooner(
    service: Service, client: AsyncClient, redis_url: str, clock: Clock
) -> None:
    document_id, failures = await _trashed(client), Failures()
    with closing(DramatiqWakeups(redis_url)) as wakeups:
        async with run_jobs(service.backend, redis_url, failures, poll_seconds=NEVER):
            await eventually(lambda: _done(service, clock))

            clock.advance(RETENTION - PURGE_EVERY)
            wakeups.send(PURGE)
            await eventually(lambda: _done(service, clock))
            assert (await _last_event(client, document_id))["type"] == "document.trashed"
            assert await _left(service) == (1, 1)

            clock.advance(PURGE_EVERY + MILLISECOND)
            wakeups.send(PURGE)
            await eventually(lambda: _done(service, clock))

    purged = await _last_event(client, document_id)
    assert (purged["type"], purged["actor"]["kind"]) == ("document.purged", "system")
    assert purged["actor"]["id"] == "purge"
    assert await _left(service) == (0, 0)
    assert failures == []


async def test_losing_redis_loses_no_sweep(
    service: Service, client: AsyncClient, clock: Clock
) -> None:
    await _trashed(client)
    async with run_jobs(service.backend, NOWHERE, Failures(), poll_seconds=0.05):
        clock.advance(RETENTION)

        async def purged() -> bool:
            return await _left(service) == (0, 0)

        await eventually(purged)


async def test_answers_are_forgotten_after_a_day(
    service: Service, client: AsyncClient, clock: Clock, database: Database
) -> None:
    await client.post(
        DOCUMENTS, json={"name": "a", "content": 1}, headers={"Idempotency-Key": "once"}
    )
    async with await AsyncConnection.connect(database.owner, autocommit=True) as owner:
        await owner.execute(AGE)

    async with run_jobs(service.backend, NOWHERE, Failures(), poll_seconds=0.05):
        await eventually(lambda: _done(service, clock, EXPIRE_RESPONSES, EXPIRE_EVERY))

    assert await service.backend.kernel.select("SELECT 1 FROM answers", ()) == []


async def test_a_document_that_cannot_be_purged_harms_no_other(
    service: Service,
    client: AsyncClient,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages of one, the spoilt document on the first: the sweep must get past it, and end."""
    monkeypatch.setattr(sweeps, "PAGE", 1)
    spoilt = await _trashed(client)
    for _ in range(2):
        clock.advance(MILLISECOND)
        await _trashed(client)
    async with await AsyncConnection.connect(database.owner, autocommit=True) as owner:
        await owner.execute(SPOIL, (f"document-{spoilt}",))
    clock.advance(RETENTION)
    worker = Backend(database.app, SECRETS, Failures(), clock)

    async with worker.running():
        sweep = PurgeJob(
            worker.contexts.documents.summaries.due,
            worker.contexts.documents.commands.purge_if_due,
            partial(worker.kernel.read_your_writes.wait_visible, model=MODEL),
            clock,
            new_key,
        )
        with pytest.raises(ExceptionGroup) as raised:
            await sweep({})

    assert len(raised.value.exceptions) == 1
    rows = await service.backend.kernel.select("SELECT id FROM models.document_summaries", ())
    assert rows == [(spoilt,)]


async def _trashed(client: AsyncClient) -> str:
    document_id = await create(client)
    assert (await client.delete(f"{DOCUMENTS}/{document_id}")).status_code == 200
    return document_id


async def _last_event(client: AsyncClient, document_id: str) -> Any:
    return (await client.get(f"/audit/documents/{document_id}")).json()["events"][-1]


async def _left(service: Service) -> tuple[int, int]:
    """Return how many texts and summaries there are."""
    [(texts, summaries)] = await service.backend.kernel.select(LEFT, ())
    return texts, summaries


async def _done(
    service: Service, clock: Clock, kind: str = PURGE, every: timedelta = PURGE_EVERY
) -> bool:
    """Tell whether a recurring job has been done at the present time."""
    return await service.backend.kernel.select(DUE_AT, (kind,)) == [(clock() + every,)]
