"""Programs that tests run where they are installed; a summary names the tests that did not run."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

MISSING: Final = "not on PATH"


class Ended(NamedTuple):
    """``output`` is what a program wrote, standard error included."""

    status: int
    output: str


def path_of(name: str) -> str:
    """Return a program's path; skips the test where the program is missing."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is {MISSING}")
    return path


async def run(name: str, *arguments: str | Path, cwd: Path | None = None) -> Ended:
    """Run a program to its end while the loop of the test goes on to serve it."""
    process = await asyncio.create_subprocess_exec(
        *(path_of(name), *arguments),
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ended(process.returncode or 0, output.decode())


def not_run(skipped: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Name, a line for each missing program, the tests that wanted it."""
    wanting = defaultdict[str, list[str]](list)
    for report in skipped:
        if isinstance(report.longrepr, tuple) and MISSING in (reason := report.longrepr[2]):
            wanting[reason.removeprefix("Skipped: ")].append(report.nodeid.rpartition("::")[2])
    for reason, names in sorted(wanting.items()):
        yield f"{reason}: {', '.join(sorted(names))} did not run"
