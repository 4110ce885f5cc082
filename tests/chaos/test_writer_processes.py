"""Several processes write to one log: what is acknowledged is stored, once, in one order."""

import asyncio
import sys
from contextlib import suppress
from itertools import chain
from typing import Final

import msgspec
import pytest
from psycopg import Connection

from application.documents.documents import WriteOptions
from tests.chaos.load import TailingReader
from tests.chaos.writer import DRAFT, Report
from tests.support.domain.records import ACME
from tests.support.servers.databases import Database
from tests.support.service.backends import running_backend

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

PROCESSES: Final = 3


async def test_three_processes_share_a_log(database: Database) -> None:
    await write_together(database, rounds=25)


@pytest.mark.chaos
async def test_three_processes_share_a_log_for_long(database: Database) -> None:
    await write_together(database, rounds=600)


async def write_together(database: Database, *, rounds: int) -> None:
    async with running_backend(database) as backend:
        shared, first = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    reader = TailingReader()
    tailing = asyncio.create_task(reader.run(database.owner))

    reports = await asyncio.gather(*(_process(database, shared, rounds) for _ in range(PROCESSES)))

    tailing.cancel()
    with suppress(asyncio.CancelledError):
        await tailing
    await reader.catch_up(database.owner)
    acknowledged = sorted(chain([first.position], *(report.positions for report in reports)))
    won = sorted(chain([1], *(report.won for report in reports)))
    assert acknowledged == list(range(1, len(acknowledged) + 1))
    assert reader.seen == acknowledged
    assert won == list(range(1, len(won) + 1))
    assert _stored(database) == len(acknowledged)


async def _process(database: Database, shared: str, rounds: int) -> Report:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.chaos.writer", database.app, shared, str(rounds)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return msgspec.json.decode(said, type=Report)


def _stored(database: Database) -> int:
    with Connection.connect(database.owner) as connection:
        row = connection.execute("SELECT count(*) FROM forge_events").fetchone()
    return int(row[0]) if row else 0
