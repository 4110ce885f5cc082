"""What ``forge doctor`` looks at. Each check says how it found things, or raises."""

import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from psycopg import connect
from redis import Redis

from adapters.codegen.compilers import find_compilers
from adapters.embedded.binaries import postgres_programs, valkey_server
from adapters.embedded.os_account import current_account
from adapters.postgres.migrations import pending
from scripts.config.connections import connections_in_use, external_connections
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.operator.projection_report import report
from scripts.terminal.foreseen import explained
from scripts.terminal.printing import Row

OLDEST_PYTHON: Final = (3, 11)
LEAST_SPACE: Final = 1 << 30
MAX_LAG_SECONDS: Final = 10.0


class State(Enum):
    OK = "ok"
    WEAK = "weak"
    WRONG = "wrong"


class Finding(NamedTuple):
    check: str
    state: State
    detail: str

    def row(self) -> Row:
        return {"check": self.check, "state": self.state.value, "detail": self.detail}


Found: TypeAlias = tuple[State, str]
Check: TypeAlias = Callable[[Settings], Found]


def examine(settings: Settings) -> list[Finding]:
    return [Finding(name, *_outcome(check, settings)) for name, check in CHECKS.items()]


def _outcome(check: Check, settings: Settings) -> Found:
    try:
        return check(settings)
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what is asked for
        return State.WRONG, explained(error) or repr(error)


def _python(_: Settings) -> Found:
    enough = sys.version_info >= OLDEST_PYTHON
    return (State.OK if enough else State.WRONG), f"{platform.python_version()}, needs 3.11"


def _programs(settings: Settings) -> Found:
    if external_connections(settings):
        return State.OK, "not needed: DATABASE_URL and REDIS_URL are set"
    account, directory = current_account(), settings.data_dir
    programs = (
        postgres_programs(account, directory) / "postgres",
        valkey_server(account, directory),
    )
    return State.OK, "; ".join(_version(program) for program in programs)


def _version(program: Path) -> str:
    shown = subprocess.run([program, "--version"], capture_output=True, check=True, text=True)  # noqa: S603 - our own program
    return shown.stdout.strip()


def _data_directory(settings: Settings) -> Found:
    directory = settings.data_dir
    if not directory.is_dir():
        return State.WRONG, f"{directory} is not there: `forge serve` makes it"
    if not os.access(directory, os.W_OK | os.X_OK):
        return State.WRONG, f"{directory} cannot be written to by this account"
    mode = stat.S_IMODE(directory.stat().st_mode)
    if mode & 0o022:
        return State.WRONG, f"{directory} can be changed by others: chmod go-w {directory}"
    return State.OK, f"{directory}, mode {mode:04o}"


def _secrets(settings: Settings) -> Found:
    load_secrets(settings)
    return State.OK, "all three are there"


def _disk(settings: Settings) -> Found:
    place = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return (State.OK if free >= LEAST_SPACE else State.WRONG), f"{free / 2**30:.1f} GiB free"


def _database(settings: Settings) -> Found:
    with connect(connections_in_use(settings).app) as connection:
        row = connection.execute("SELECT current_setting('server_version')").fetchone()
    return State.OK, f"Postgres {row[0] if row else '?'}"


def _redis(settings: Settings) -> Found:
    with Redis.from_url(connections_in_use(settings).redis) as redis:
        info = redis.info("server")
    return (
        State.OK,
        f"{info.get('server_name', 'redis')} {info.get('valkey_version') or info['redis_version']}",
    )


def _migrations(settings: Settings) -> Found:
    if missing := pending(connections_in_use(settings).app):
        return State.WRONG, f"{len(missing)} to apply: run `forge migrate`"
    return State.OK, "all applied"


def _projections(settings: Settings) -> Found:
    live = report(connections_in_use(settings).app)
    if not live:
        return State.WRONG, "there are none: no projector has ever run"
    troubled = [
        f"{model.name} {model.status}, {model.lag} events and {model.lag_seconds:.0f} s behind"
        for model in live
        if model.status == "failed" or model.incomplete or model.lag_seconds > MAX_LAG_SECONDS
    ]
    if troubled:
        return State.WRONG, "; ".join(troubled)
    return State.OK, f"{len(live)} read models, none behind"


def _sandbox(_: Settings) -> Found:
    if os.geteuid() == 0:
        return State.OK, "not needed: as root, executors run as another account"
    if found := shutil.which("bwrap"):
        return State.OK, found
    return State.WEAK, "no bubblewrap: executors could read the data directory; install bwrap"


def _compilers(_: Settings) -> Found:
    if found := find_compilers():
        return State.OK, ", ".join(compiler.path for compiler in found)
    return State.WEAK, "no gcc: generated programs are parsed, but not compiled; install gcc, g++"


CHECKS: Final[Mapping[str, Check]] = {
    "python": _python,
    "server programs": _programs,
    "data directory": _data_directory,
    "secrets": _secrets,
    "disk": _disk,
    "database": _database,
    "redis": _redis,
    "migrations": _migrations,
    "projections": _projections,
    "sandbox": _sandbox,
    "compilers": _compilers,
}
