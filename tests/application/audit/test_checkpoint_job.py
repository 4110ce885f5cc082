"""The checkpoint job: signs the log range by range, each naming the one before."""

import asyncio

import pytest

from adapters.crypto.ed25519 import Ed25519Signer, verify
from adapters.postgres.checkpoints import PostgresCheckpoints
from application.audit import checkpoint_job as checkpointing
from application.audit.checkpoint_job import CheckpointJob
from application.audit.merkle import root_of
from application.documents.documents import NewDocument, WriteOptions
from domain.documents.events import Label
from scripts.composition.backend import Backend
from scripts.operator.verify import verify_database
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

DRAFT = NewDocument(Label(name="customers"), None, b"{}")


async def test_everything_is_covered_by_ranges_that_follow_each_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "MAX_RANGE", 4)
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        await _write(backend, 10)
        await backend.contexts.operate.checkpoint({})
        await backend.contexts.operate.checkpoint({})
        newest = await PostgresCheckpoints(backend.kernel.select).newest()
        hashes = await PostgresCheckpoints(backend.kernel.select).hashes(after=8, limit=10)

    assert newest is not None
    assert (newest.number, newest.first, newest.last) == (3, 9, 10)
    assert newest.root == root_of(hashes)
    assert verify(newest.public_key, newest.statement(), newest.signature)
    assert not verify(newest.public_key, newest.statement() + b"x", newest.signature)
    assert (await asyncio.to_thread(verify_database, database.app, SECRETS, None)).covered == 10


async def test_several_workers_at_once_sign_one_run(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "MAX_RANGE", 3)
    backend = Backend(database.app, SECRETS, Failures())
    signer = Ed25519Signer(SECRETS.signing_key)
    async with backend.running():
        kept = PostgresCheckpoints(backend.kernel.select)
        for _ in range(5):
            await _write(backend, 10)
            workers = (CheckpointJob(kept, signer, backend.kernel.clock) for _ in range(4))
            await asyncio.gather(*(worker({}) for worker in workers))

    report = await asyncio.to_thread(verify_database, database.app, SECRETS, None)
    assert (report.verified, report.covered) == (True, 50)


async def test_nothing_new_is_nothing_to_sign(database: Database) -> None:
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        await backend.contexts.operate.checkpoint({})

        assert await PostgresCheckpoints(backend.kernel.select).newest() is None


async def _write(backend: Backend, events: int) -> None:
    await asyncio.gather(
        *(
            backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
            for _ in range(events)
        )
    )
