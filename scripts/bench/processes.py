"""Child processes of a run: on cores of their own, waited for until they serve, always ended."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, NamedTuple, Self

PINNED: Final = Path(__file__).with_name("pinned.py")
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
PAUSE: Final = 0.005


class NotServing(Exception):
    """A server of the run ended or never answered; the message ends with its log."""


class Cores(NamedTuple):
    """Who runs where: the load on one core, the server it loads on another, where there are two."""

    server: str = "any"
    load: str = "any"

    @classmethod
    def of_this_machine(cls) -> Self:
        if sys.platform != "linux":
            return cls()
        first, *others = sorted(os.sched_getaffinity(0))
        return cls(str(first), str(others[-1])) if others else cls()

    def __str__(self) -> str:
        return f"server on core {self.server}, load on core {self.load}"


def pinned(cores: str, command: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-I", "-S", str(PINNED), cores, *map(str, command)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Say whether a GET is answered with 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    with suppress(OSError, HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status == 200  # noqa: PLR2004 - OK, as everybody knows it
    return False


@contextmanager
def running(
    cores: str,
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command; what it prints goes to ``log``."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            pinned(cores, command), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env=environment,
        )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


@contextmanager
def serving(cores: str, command: Sequence[str | Path], port: int, log: Path) -> Iterator[None]:
    """Run a server until the end of the block, which begins once it is alive."""
    with running(cores, command, log) as process:
        wait_for(process, port, "/livez", log)
        yield


def wait_for(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotServing(log.read_text(errors="replace")[-2_000:])
        time.sleep(PAUSE)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
