"""The checks of ``forge doctor``. Each returns a state and a detail, or raises."""

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
from adapters.postgres.migrator import pending
from scripts.config.connections import connections_in_use, external_connections
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.operator.projection_report import report
from scripts.terminal.command_lines import command_line
from scripts.terminal.error_messages import error_message
from scripts.terminal.printing import Row

OLDEST_PYTHON: Final = (3, 11)
MIN_FREE_BYTES: Final = 1 << 30
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


Outcome: TypeAlias = tuple[State, str]
Check: TypeAlias = Callable[[Settings], Outcome]


def run_checks(settings: Settings) -> list[Finding]:
    return [Finding(name, *_run_check(check, settings)) for name, check in CHECKS.items()]


def _run_check(check: Check, settings: Settings) -> Outcome:
    try:
        return check(settings)
    except Exception as error:  # noqa: BLE001 - any error is a finding
        return State.WRONG, error_message(error) or repr(error)


def _python(_: Settings) -> Outcome:
    enough = sys.version_info >= OLDEST_PYTHON
    return (State.OK if enough else State.WRONG), f"{platform.python_version()}, needs 3.11"


def _programs(settings: Settings) -> Outcome:
    if external_connections(settings):
        return State.OK, "not needed: DATABASE_URL and REDIS_URL are set"
    account, directory = current_account(), settings.data_dir
    programs = (
        postgres_programs(account, directory) / "postgres",
        valkey_server(account, directory),
    )
    return State.OK, "; ".join(_version(program) for program in programs)


def _version(program: Path) -> str:
    result = subprocess.run([program, "--version"], capture_output=True, check=True, text=True)  # noqa: S603 - our own program
    return result.stdout.strip()


def _data_directory(settings: Settings) -> Outcome:
    directory = settings.data_dir
    if not directory.is_dir():
        return State.WRONG, f"{directory} does not exist: `{command_line('serve')}` creates it"
    if not os.access(directory, os.W_OK | os.X_OK):
        return State.WRONG, f"{directory} is not writable by this account"
    mode = stat.S_IMODE(directory.stat().st_mode)
    if mode & 0o022:
        return State.WRONG, f"{directory} is writable by others: chmod go-w {directory}"
    return State.OK, f"{directory}, mode {mode:04o}"


def _secrets(settings: Settings) -> Outcome:
    load_secrets(settings)
    return State.OK, "all three are present"


def _disk(settings: Settings) -> Outcome:
    place = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return (State.OK if free >= MIN_FREE_BYTES else State.WRONG), f"{free / 2**30:.1f} GiB free"


def _database(settings: Settings) -> Outcome:
    with connect(connections_in_use(settings).app) as connection:
        row = connection.execute("SELECT current_setting('server_version')").fetchone()
    return State.OK, f"Postgres {row[0] if row else '?'}"


def _redis(settings: Settings) -> Outcome:
    with Redis.from_url(connections_in_use(settings).redis) as redis:
        info = redis.info("server")
    return (
        State.OK,
        f"{info.get('server_name', 'redis')} {info.get('valkey_version') or info['redis_version']}",
    )


def _migrations(settings: Settings) -> Outcome:
    if missing := pending(connections_in_use(settings).app):
        return State.WRONG, f"{len(missing)} pending: run `{command_line('migrate')}`"
    return State.OK, "all applied"


def _projections(settings: Settings) -> Outcome:
    models = report(connections_in_use(settings).app)
    if not models:
        return State.WRONG, "none exist: no projector has run yet"
    problems = [
        f"{model.name} {model.status}, {model.lag} events and {model.lag_seconds:.0f} s behind"
        for model in models
        if model.status == "failed" or model.incomplete or model.lag_seconds > MAX_LAG_SECONDS
    ]
    if problems:
        return State.WRONG, "; ".join(problems)
    return State.OK, f"{len(models)} read models, none behind"


def _sandbox(_: Settings) -> Outcome:
    if os.geteuid() == 0:
        return State.OK, "not needed: as root, executors run as another account"
    if bwrap := shutil.which("bwrap"):
        return State.OK, bwrap
    return (
        State.WEAK,
        "bwrap is missing: executors could read the data directory",
    )


def _compilers(_: Settings) -> Outcome:
    if compilers := find_compilers():
        return State.OK, ", ".join(compiler.path for compiler in compilers)
    return (
        State.WEAK,
        "gcc or g++ is missing: generated programs are parsed only",
    )


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
