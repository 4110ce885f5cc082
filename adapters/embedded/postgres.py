"""Embedded Postgres: a durable cluster on a Unix socket only, with the two roles of Forge.

``forge`` owns everything and migrates; ``forge_app`` may only log in: migrations grant it what the
running processes need. Both use peer authentication, so there is no password.
"""

import os
import shutil
from pathlib import Path
from signal import SIGINT, SIGQUIT, SIGTERM

from adapters.embedded.binaries import postgres_programs
from adapters.embedded.errors import DataDirectoryRefused
from adapters.embedded.layout import ServerLayout, make_private_directory
from adapters.embedded.os_account import current_account
from adapters.embedded.server_process import ServerProcess

MAJOR = "18"
PORT = 5432  # names the socket file; there is no TCP
OWNER, APP, DATABASE = "forge", "forge_app", "forge"
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # an acknowledged command survives the machine
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # two cores and a few GB, shared with Forge itself
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    # a statement ends with its client, also when all of its processes were killed
    "client_connection_check_interval": "1s",
    "jit": "off",  # short statements: compiling costs more than it saves
    # a value logged in an error's detail or statement would outlive the purge of its document
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
INITDB = (
    f"--username={OWNER}",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth-local=peer",
    "--auth-host=reject",
    "--no-instructions",
)


def launch(layout: ServerLayout) -> ServerProcess:
    """Start the server on its cluster, which is created first if there is none."""
    programs = postgres_programs(layout.account, layout.data_dir)
    if not layout.cluster.exists():
        _create_cluster(layout, programs)
    _require_same_major(layout.cluster)
    _remove_stale_pid_files(layout)
    hba, ident = _write_access_files(layout)
    places = {"unix_socket_directories": layout.sockets, "hba_file": hba, "ident_file": ident}
    command: list[str | Path] = [programs / "postgres", "-D", layout.cluster]
    for name, value in {**SETTINGS, **places}.items():
        command += ["-c", f"{name}={value}"]
    return ServerProcess(layout, "postgres", command, [SIGINT, SIGQUIT])


def is_ready(layout: ServerLayout) -> bool:
    """Tell whether the server reports itself ready: line 8 of its pid file."""
    try:
        lines = (layout.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return [line.strip() for line in lines[7:8]] == ["ready"]


def prepare_database(sockets: Path) -> None:
    """Create the application's role and the database if they are missing."""
    import psycopg  # noqa: PLC0415  takes as long as the server's start: the two overlap

    with psycopg.connect(
        host=str(sockets), port=PORT, user=OWNER, dbname="postgres", autocommit=True
    ) as connection:
        roles = connection.execute("SELECT rolname FROM pg_roles").fetchall()
        if (APP,) not in roles:
            connection.execute(f"CREATE ROLE {APP} LOGIN")
        databases = connection.execute("SELECT datname FROM pg_database").fetchall()
        if (DATABASE,) not in databases:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}")


def _create_cluster(layout: ServerLayout, programs: Path) -> None:
    """Create it under another name, sync, rename: no start leaves a partial cluster."""
    unfinished = layout.data_dir / "pg.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private_directory(unfinished, layout.account)
    # one call for all the files of the new cluster, where the system has it
    sync = "syncfs" if os.uname().sysname == "Linux" else "fsync"
    options = (f"--sync-method={sync}", *INITDB)
    initdb: list[str | Path] = [programs / "initdb", "-D", unfinished, *options]
    with ServerProcess(layout, "postgres", initdb, [SIGTERM]) as process:
        process.wait_for_success()
    unfinished.rename(layout.cluster)
    _sync_directory(layout.data_dir)


def _require_same_major(cluster: Path) -> None:
    major = (cluster / "PG_VERSION").read_text().strip()
    if major != MAJOR:
        raise DataDirectoryRefused(
            f"{cluster} was written by Postgres {major}, and this release runs Postgres {MAJOR}: "
            f"dump it with a release that runs Postgres {major}, and load it into a new directory"
        )


def _remove_stale_pid_files(layout: ServerLayout) -> None:
    """Remove pid files: our lock proves the server has ended, though its pid may be reused.

    A server started by hand is still safe: Postgres also checks its shared memory.
    """
    socket_lock = layout.sockets / f".s.PGSQL.{PORT}.lock"
    for left in (layout.cluster / "postmaster.pid", socket_lock):
        left.unlink(missing_ok=True)


def _write_access_files(layout: ServerLayout) -> tuple[Path, Path]:
    """Admit this account and that of the servers; outside the cluster, which is the server's."""
    callers = sorted({current_account().name, layout.account.name})
    ident = [f'forge "{caller}" {role}\n' for caller in callers for role in (OWNER, APP)]
    return (
        _write(layout.data_dir / "pg_hba.conf", f"local all {OWNER},{APP} peer map=forge\n"),
        _write(layout.data_dir / "pg_ident.conf", "".join(ident)),
    )


def _write(path: Path, text: str) -> Path:
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text)
    unfinished.chmod(0o644)
    return unfinished.replace(path)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
