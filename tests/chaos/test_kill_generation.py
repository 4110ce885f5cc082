"""``kill -9`` in the middle of a generation: the next start marks it failed, and none hangs."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from application.jobs.leases import LEASE
from tests.support.codegen.generations import GENERATIONS, create_generation, request_body
from tests.support.service.processes import ForgeProcess, data_directory, kill_at_exit
from tests.support.third_parties.compilers import SlowCompiler, slow_compiler
from tests.support.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.chaos]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SlowCompiler:
    return slow_compiler(tmp_path, monkeypatch)


async def test_a_killed_process_leaves_no_generation_that_hangs(
    data_dir: Path, compiler: SlowCompiler
) -> None:
    slow = {"PATH": os.environ["PATH"]}
    with kill_at_exit(ForgeProcess(data_dir, "--port", "0", environ=slow)) as process:
        key = process.ready().key or ""
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=process.url, headers=headers) as client:
            asking = asyncio.create_task(client.post(GENERATIONS, json=request_body(), timeout=60))
            await eventually(compiler.has_begun, within=20)
            process.kill9()
            await asyncio.wait([asking])
        assert isinstance(asking.exception(), httpx.HTTPError)
    compiler.let_go()
    with kill_at_exit(ForgeProcess(data_dir, "--port", "0", environ=slow)) as process:
        process.ready()
        async with httpx.AsyncClient(base_url=process.url, headers=headers) as client:

            async def is_failed() -> bool:
                [told] = (await client.get(GENERATIONS)).json()["generations"]
                return bool(told["status"] == "failed")

            await eventually(is_failed, within=2 * LEASE.total_seconds())
            [told] = (await client.get(GENERATIONS)).json()["generations"]
            whole = (await client.get(f"{GENERATIONS}/{told['id']}")).json()
            again = await create_generation(client, request_body())
        assert process.stop() == 0

    assert whole["failure"] == "orphaned"
    assert again["status"] == "completed"
