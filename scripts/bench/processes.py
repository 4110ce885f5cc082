"""Child processes of a run: servers and load generators, always terminated at the end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

PIN_SCRIPT: Final = Path(__file__).with_name("pin_cores.py")
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
POLL_SECONDS: Final = 0.005
ANY: Final = "any"


class NotServing(Exception):
    """A server exited or did not answer in time; the message is the end of its log."""


def load_core() -> str:
    """Return the core that load generators are pinned to; ``any`` on one core or outside Linux."""
    if sys.platform != "linux":
        return ANY
    cores = sorted(os.sched_getaffinity(0))
    return str(cores[-1]) if len(cores) > 1 else ANY


def pinned_command(core: str, command: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-I", "-S", str(PIN_SCRIPT), core, *map(str, command)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def responds_ok(port: int, path: str) -> bool:
    """Return whether a GET answers 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    with suppress(OSError, HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP OK
    return False


@contextmanager
def run_process(
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command with its output appended to ``log``; terminate it at the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            pinned_command(ANY, command), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env=environment,
        )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


@contextmanager
def run_server(
    command: Sequence[str | Path],
    port: int,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run a server; yields its process id once ``/livez`` answers."""
    with run_process(command, log, environment) as process:
        wait_for(process, port, "/livez", log)
        yield process.pid


def wait_for(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not responds_ok(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotServing(log.read_text(errors="replace")[-2_000:])
        time.sleep(POLL_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
