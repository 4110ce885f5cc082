"""Embedded servers: Postgres and Valkey from their wheels, started by one process, shared by many.

The first process to enter owns the servers and stops them when it leaves; later ones attach to
them. The servers end with their owner, however it ends, and with no other process.
"""

import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, TypeAlias
from urllib.parse import quote

from adapters.embedded import postgres as embedded_postgres
from adapters.embedded import valkey as embedded_valkey
from adapters.embedded.data_directory_lock import DataDirectoryLock
from adapters.embedded.errors import EmbeddedServersError, ServersNotRunning
from adapters.embedded.layout import make_data_directory, prepare_layout
from adapters.embedded.server_process import START_LIMIT, ServerProcess

PAUSE = 0.02

Role: TypeAlias = Literal["owner", "app"]
USERS: dict[Role, str] = {"owner": embedded_postgres.OWNER, "app": embedded_postgres.APP}


@dataclass(frozen=True)
class Endpoints:
    """Addresses of running servers."""

    sockets: Path

    def database_url(self, role: Role = "owner") -> str:
        """Return the URL of a Unix socket for libpq: its directory as percent-encoded host."""
        place = f"host={quote(str(self.sockets), safe='')}&port={embedded_postgres.PORT}"
        return f"postgresql://{USERS[role]}@/{embedded_postgres.DATABASE}?{place}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(embedded_valkey.socket_path(self.sockets)))}?db=0"


class EmbeddedServers(AbstractContextManager["EmbeddedServers"]):
    """Runs the servers while entered. May be entered in one thread and left in another."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.absolute()
        self._lock = DataDirectoryLock(self._data_dir)
        self._endpoints: Endpoints | None = None
        self._servers: list[ServerProcess] = []
        self.owner = False

    @classmethod
    def attach(cls, data_dir: Path) -> Endpoints:
        """Find running servers without starting any; wait for servers that are starting.

        Raises ``ServersNotRunning`` when no running process owns servers there.
        """
        lock = DataDirectoryLock(data_dir.absolute())
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if sockets := lock.socket_directory():
                return Endpoints(sockets)
            if not lock.is_held():
                break
            time.sleep(PAUSE)
        raise ServersNotRunning(f"no servers run in {data_dir}")

    def __enter__(self) -> Self:
        make_data_directory(self._data_dir)
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if (lock := self._lock.acquire()) is not None:
                self._start_as_owner(lock)
                return self
            if sockets := self._lock.socket_directory():
                self._endpoints = Endpoints(sockets)
                return self
            time.sleep(PAUSE)
        raise EmbeddedServersError(
            f"{self._data_dir} is locked by a process that runs no servers, perhaps a statement of "
            "an earlier run that has not ended yet: wait, or end that process"
        )

    def __exit__(self, *_: object) -> None:
        """Stop the servers of this process, Valkey first; the watchdogs bound the time."""
        self._lock.withdraw()
        while self._servers:
            self._servers.pop(0).stop()
        if self.owner and self._endpoints:
            _remove_sockets(self._endpoints.sockets)
        self._lock.release()
        self._endpoints = None
        self.owner = False

    def database_url(self, role: Role = "owner") -> str:
        return self._require_running().database_url(role)

    @property
    def redis_url(self) -> str:
        return self._require_running().redis_url

    def failed_servers(self) -> list[str]:
        """Return the names of the servers of this process that have ended by themselves."""
        return [server.name for server in self._servers if server.has_ended]

    def _start_as_owner(self, lock: int) -> None:
        self.owner = True
        try:
            self._start(lock)
        except BaseException:
            self.__exit__()
            raise

    def _start(self, lock: int) -> None:
        """Start both before waiting for either."""
        layout = prepare_layout(self._data_dir, lock)
        self._endpoints = Endpoints(layout.sockets)
        valkey = embedded_valkey.launch(layout)
        self._servers.append(valkey)
        postgres = embedded_postgres.launch(layout)
        self._servers.append(postgres)
        postgres.wait_until(lambda: embedded_postgres.is_ready(layout))
        embedded_postgres.prepare_database(layout.sockets)
        valkey.wait_until(lambda: embedded_valkey.is_ready(layout))
        self._lock.publish(layout.sockets)

    def _require_running(self) -> Endpoints:
        if self._endpoints is None:
            raise ServersNotRunning("the embedded servers are used outside their `with` block")
        return self._endpoints


def _remove_sockets(sockets: Path) -> None:
    """Remove the socket directory: for a long path it lies in the temporary directory."""
    embedded_valkey.socket_path(sockets).unlink(missing_ok=True)  # a killed server leaves it
    with suppress(OSError):
        sockets.rmdir()
