"""Postgres from its wheel: a durable cluster on a Unix socket only, with the two roles Forge uses.

``forge`` owns everything and migrates; ``forge_app`` may log in and nothing else: migrations grant
it what the running processes need. Both are reached by the operating system's own word on who is
calling (peer authentication), so there is no password to keep.
"""

import os
import shutil
from pathlib import Path
from signal import SIGINT, SIGQUIT, SIGTERM

from adapters.embedded.binaries import postgres_programs
from adapters.embedded.errors import DataDirectoryRefused
from adapters.embedded.layout import ServerLayout, own_directory
from adapters.embedded.os_account import own_account
from adapters.embedded.server_process import KeptProcess

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
    # a statement whose caller is gone ends, even when everything around it was killed
    "client_connection_check_interval": "1s",
    "jit": "off",  # short statements: compiling costs more than it saves
    # a value in an error's detail or statement would outlive the purge of its document
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


def launch(site: ServerLayout) -> KeptProcess:
    """Start the server on its cluster, which is made first where there is none."""
    programs = postgres_programs(site.account, site.data_dir)
    if not site.cluster.exists():
        _make_cluster(site, programs)
    _refuse_other_major(site.cluster)
    _forget_crashed_server(site)
    hba, ident = _write_access_files(site)
    places = {"unix_socket_directories": site.sockets, "hba_file": hba, "ident_file": ident}
    command: list[str | Path] = [programs / "postgres", "-D", site.cluster]
    for name, value in {**SETTINGS, **places}.items():
        command += ["-c", f"{name}={value}"]
    return KeptProcess(site, "postgres", command, [SIGINT, SIGQUIT])


def is_ready(site: ServerLayout) -> bool:
    """Read the server's own word: the eighth line of its pid file."""
    try:
        lines = (site.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return [line.strip() for line in lines[7:8]] == ["ready"]


def prepare_database(sockets: Path) -> None:
    """Create the application's role and the database where they are missing."""
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


def _make_cluster(site: ServerLayout, programs: Path) -> None:
    """Make it aside, sync it, rename it: a start cut short leaves no half cluster behind."""
    unfinished = site.data_dir / "pg.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    own_directory(unfinished, site.account)
    # one call for all the files of the new cluster, where the system has it
    sync = "syncfs" if os.uname().sysname == "Linux" else "fsync"
    options = (f"--sync-method={sync}", *INITDB)
    initdb: list[str | Path] = [programs / "initdb", "-D", unfinished, *options]
    with KeptProcess(site, "postgres", initdb, [SIGTERM]) as making:
        making.finish()
    unfinished.rename(site.cluster)
    _sync_directory(site.data_dir)


def _refuse_other_major(cluster: Path) -> None:
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise DataDirectoryRefused(
            f"{cluster} was written by Postgres {found}, and this release runs Postgres {MAJOR}: "
            f"dump it with a release that runs {found} and load it into a new data directory"
        )


def _forget_crashed_server(site: ServerLayout) -> None:
    """Remove its pid files: our lock proves it gone, though another process may have its number.

    A server somebody runs by hand is still safe: Postgres also looks at its shared memory.
    """
    socket_lock = site.sockets / f".s.PGSQL.{PORT}.lock"
    for left in (site.cluster / "postmaster.pid", socket_lock):
        left.unlink(missing_ok=True)


def _write_access_files(site: ServerLayout) -> tuple[Path, Path]:
    """Admit this account and the servers' own; kept outside the cluster, which is the server's."""
    callers = sorted({own_account().name, site.account.name})
    ident = [f'forge "{caller}" {role}\n' for caller in callers for role in (OWNER, APP)]
    return (
        _write(site.data_dir / "pg_hba.conf", f"local all {OWNER},{APP} peer map=forge\n"),
        _write(site.data_dir / "pg_ident.conf", "".join(ident)),
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
