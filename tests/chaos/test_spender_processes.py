"""Several processes spend one organisation's last credits: none is spent twice, none too many."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Final

import msgspec
import pytest

from tests.support.servers.databases import Database
from tests.support.service.backends import running_backend
from tests.support.service.spending import Spent, runs_paid_for

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

PROCESSES: Final = 4
RUNS: Final = 64


@pytest.mark.parametrize("allowance", [50, pytest.param(10_000, marks=pytest.mark.chaos)])
async def test_four_processes_never_take_a_ledger_below_zero(
    database: Database, allowance: int
) -> None:
    spent = await asyncio.gather(
        *(_process(database, f"p{number}", allowance) for number in range(PROCESSES))
    )

    won = [run for each in spent for run in each.runs]
    assert len(won) == min(allowance, PROCESSES * RUNS)
    assert sum(each.exhausted for each in spent) == PROCESSES * RUNS - len(won)
    assert sorted(await _paid(database)) == sorted(won)


async def _process(database: Database, name: str, allowance: int) -> Spent:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.chaos.spender", database.app, name, str(RUNS), str(allowance)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return msgspec.json.decode(said, type=Spent)


async def _paid(database: Database) -> Sequence[str]:
    async with running_backend(database) as backend:
        return await runs_paid_for(backend)
