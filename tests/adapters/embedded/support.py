"""What the tests of the embedded servers share: other processes, other accounts, pids, patience."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis

from adapters.embedded.os_account import OsAccount

ROOT = os.geteuid() == 0
STRANGER = OsAccount("stranger", 54321, 54321)


@contextmanager
def passable_directory() -> Iterator[Path]:
    """Make a directory other accounts may pass through, as pytest's own is not.

    Started by root, the servers run as another account.
    """
    with TemporaryDirectory(prefix="forge-test-") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)


class AnotherProcess:
    """A process that enters the same servers; it leaves when told to, or is killed."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "tests.adapters.embedded.owner", data_dir],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> tuple[bool, str, str]:
        """Return whether it owns the servers, and their addresses, once it is in."""
        assert self.process.stdout
        owner, database_url, redis_url = json.loads(self.process.stdout.readline())
        return owner, database_url, redis_url

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def as_stranger() -> Iterator[None]:
    """Act as an account that has nothing to do with the servers; only root can."""
    os.setegid(STRANGER.gid)
    os.seteuid(STRANGER.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def server_pids(data_dir: Path, redis_url: str) -> tuple[int, int]:
    """Return Postgres's and Valkey's."""
    postgres = (data_dir / "pg" / "postmaster.pid").read_text().split()[0]
    with Redis.from_url(redis_url) as redis:
        return int(postgres), int(redis.info("server")["process_id"])


def parent(pid: int) -> int:
    return int(_status(pid)["PPid"])


def alive(pid: int) -> bool:
    """Tell whether it still runs; one nobody has reaped yet does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return not _status(pid)["State"].startswith(("Z", "X"))
    return False


def wait_until(condition: Callable[[], bool], within: float = 10.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
