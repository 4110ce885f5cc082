"""Worker processes: they answer, end with their parent, and are replaced when they hang."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.processes.worker_process import WorkerPool, WorkerProcess, WorkerProcessLost
from tests.support.operating_system import alive
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

ECHO = "tests.adapters.processes.echo"


@pytest.fixture
async def echo() -> AsyncIterator[WorkerProcess]:
    process = WorkerProcess(ECHO, timeout=5.0)
    yield process
    await process.close()


async def test_questions_are_answered_one_after_the_other(echo: WorkerProcess) -> None:
    answers = await asyncio.gather(*(echo.ask(b"%d" % n) for n in range(20)))

    assert answers == [b"%d" % n for n in range(20)]


async def test_large_questions_and_empty_ones_come_through(echo: WorkerProcess) -> None:
    large = os.urandom(3 * 2**20)

    assert await echo.ask(large) == large
    assert await echo.ask(b"") == b""


async def test_one_that_dies_is_lost_and_the_next_question_starts_another(
    echo: WorkerProcess,
) -> None:
    first = int(await echo.ask(b"pid"))
    with pytest.raises(WorkerProcessLost):
        await echo.ask(b"exit")
    second = int(await echo.ask(b"pid"))

    assert first != second


async def test_one_that_takes_too_long_is_killed() -> None:
    process = WorkerProcess(ECHO, timeout=1.0)
    pid = int(await process.ask(b"pid"))
    with pytest.raises(WorkerProcessLost):
        await process.ask(b"hang")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert await process.ask(b"again") == b"again"
    await process.close()


async def test_what_it_started_ends_with_it(echo: WorkerProcess) -> None:
    child = int(await echo.ask(b"child"))
    running = alive(child)
    await echo.close()

    async def is_gone() -> bool:
        return not alive(child)

    assert running
    await eventually(is_gone)


async def test_who_gives_up_asking_spoils_no_answer_of_others(echo: WorkerProcess) -> None:
    await echo.ask(b"warm")
    asking = asyncio.create_task(echo.ask(b"hang"))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])

    assert await echo.ask(b"mine") == b"mine"


async def test_several_answer_at_a_time() -> None:
    several = WorkerPool(WorkerProcess(ECHO, timeout=5.0) for _ in range(2))
    pids = await asyncio.gather(several.ask(b"pid"), several.ask(b"pid"))
    await several.close()

    assert len({*pids}) == 2


async def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = (
        "import asyncio\nfrom pathlib import Path\n"
        "from adapters.processes.worker_process import WorkerProcess\n"
        f"async def main():\n    process = WorkerProcess({ECHO!r}, timeout=5.0)\n"
        f"    text = await process.ask(b'pid')\n    Path({str(pid_file)!r}).write_bytes(text)\n"
        "    await asyncio.sleep(60)\nasyncio.run(main())"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])  # noqa: S603, ASYNC220 - ourselves

    async def has_started() -> bool:
        return pid_file.exists() and bool(pid_file.read_bytes())

    await eventually(has_started)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    pid = int(pid_file.read_bytes())

    async def is_gone() -> bool:
        return not alive(pid)

    await eventually(is_gone)
