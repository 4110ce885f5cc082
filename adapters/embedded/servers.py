"""Postgres and Valkey for one machine, from their wheels: started by one process, shared by many.

The first process to enter owns the servers and stops them when it leaves; later ones attach to
what runs. Only the owner's end ends the servers, whatever its manner.
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
from adapters.embedded.layout import make_data_directory, prepare_site
from adapters.embedded.server_process import START_LIMIT, KeptProcess

PAUSE = 0.02

Role: TypeAlias = Literal["owner", "app"]
USERS: dict[Role, str] = {"owner": embedded_postgres.OWNER, "app": embedded_postgres.APP}


@dataclass(frozen=True)
class Endpoints:
    """Where running servers answer."""

    sockets: Path

    def database_url(self, role: Role = "owner") -> str:
        """Return libpq's form of a Unix socket: its directory as percent-encoded host."""
        place = f"host={quote(str(self.sockets), safe='')}&port={embedded_postgres.PORT}"
        return f"postgresql://{USERS[role]}@/{embedded_postgres.DATABASE}?{place}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(embedded_valkey.socket_path(self.sockets)))}?db=0"


class EmbeddedServers(AbstractContextManager["EmbeddedServers"]):
    """Running while entered. May be entered in one thread and left in another."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.absolute()
        self._claim = DataDirectoryLock(self._data_dir)
        self._endpoints: Endpoints | None = None
        self._servers: list[KeptProcess] = []
        self.owner = False

    @classmethod
    def attached(cls, data_dir: Path) -> Endpoints:
        """Find servers without starting any; wait for some that are starting.

        Raises ``ServersNotRunning`` when no living process owns servers there.
        """
        claim = DataDirectoryLock(data_dir.absolute())
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if sockets := claim.published():
                return Endpoints(sockets)
            if not claim.held():
                break
            time.sleep(PAUSE)
        raise ServersNotRunning(f"no servers run in {data_dir}: start them with `forge serve`")

    def __enter__(self) -> Self:
        make_data_directory(self._data_dir)
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if (lock := self._claim.take()) is not None:
                self._own(lock)
                return self
            if sockets := self._claim.published():
                self._endpoints = Endpoints(sockets)
                return self
            time.sleep(PAUSE)
        raise EmbeddedServersError(
            f"{self._data_dir} is held by a process that does not serve, perhaps a statement of an "
            "earlier run that is still busy"
        )

    def __exit__(self, *_: object) -> None:
        """Stop what this process owns, Valkey first; bounded, for the keepers grow urgent."""
        self._claim.withdraw()
        while self._servers:
            self._servers.pop(0).stop()
        if self.owner and self._endpoints:
            _remove(self._endpoints.sockets)
        self._claim.release()
        self._endpoints = None
        self.owner = False

    def database_url(self, role: Role = "owner") -> str:
        return self._running().database_url(role)

    @property
    def redis_url(self) -> str:
        return self._running().redis_url

    def failed(self) -> list[str]:
        """Name the servers this process owns that have ended on their own."""
        return [server.name for server in self._servers if server.ended]

    def _own(self, lock: int) -> None:
        self.owner = True
        try:
            self._start(lock)
        except BaseException:
            self.__exit__()
            raise

    def _start(self, lock: int) -> None:
        """Launch both before waiting for either."""
        site = prepare_site(self._data_dir, lock)
        self._endpoints = Endpoints(site.sockets)
        valkey = embedded_valkey.launch(site)
        self._servers.append(valkey)
        postgres = embedded_postgres.launch(site)
        self._servers.append(postgres)
        postgres.wait_until(lambda: embedded_postgres.is_ready(site))
        embedded_postgres.prepare_database(site.sockets)
        valkey.wait_until(lambda: embedded_valkey.is_ready(site))
        self._claim.publish(site.sockets)

    def _running(self) -> Endpoints:
        if self._endpoints is None:
            raise ServersNotRunning("the embedded servers are used outside their `with` block")
        return self._endpoints


def _remove(sockets: Path) -> None:
    """Leave nothing in the temp directory, where the sockets of a long path live."""
    embedded_valkey.socket_path(sockets).unlink(missing_ok=True)  # left by one that was killed
    with suppress(OSError):
        sockets.rmdir()
