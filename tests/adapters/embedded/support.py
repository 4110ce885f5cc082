"""Helpers for tests of the embedded servers: a second owner process, a foreign account, pids."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from adapters.embedded.os_account import OsAccount
from tests.support.operating_system import process_status

ROOT = os.geteuid() == 0
STRANGER = OsAccount("stranger", 54321, 54321)


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
    return int(process_status(pid)["PPid"])
