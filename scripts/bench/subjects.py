"""Servers of the HTTP rows: Forge and its peers, one process each."""

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from typing import Final, Literal

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from application.eventstore.envelope import Origin
from application.identity.api_keys import KeyRequest
from domain.identity.organisations import OrganisationExists
from domain.identity.plans import Plan
from domain.identity.scopes import scopes_named
from scripts.bench.load import Target
from scripts.bench.peers.crud import TABLE
from scripts.bench.processes import POLL_SECONDS, START_SECONDS, NotServing, free_port, run_server
from scripts.bench.rig import Rig
from scripts.composition.backend import Backend

ORGANISATION: Final = "bench"
BY: Final = "system:bench"
EXISTING: Final = 1_000
WIDE_RATES: Final = (
    "json_api.team=999999999/60 json_api.local=999999999/60 generations.team=999999999/60"
)
"""Requests are counted, but never refused."""
KEY: Final = re.compile(r"fje_\w{43,}")
SCHEMAS: Final = ("fastapi_peer", "eventsourcing_peer")

Kind = Literal["crud", "autocommit", "keyed", "fastapi", "eventsourcing", "hello"]
ARGUMENTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "crud": ("crud",),
    "autocommit": ("crud", "--autocommit"),
    "keyed": ("crud", "--keyed"),
    "fastapi": ("fastapi",),
    "eventsourcing": ("eventsourcing",),
    "hello": ("hello",),
}
"""The CRUD peer, also in autocommit and with Forge's key check; then the others."""


async def api_key(rig: Rig) -> str:
    """Issue a key on the largest plan, and wait until it is valid."""
    failures: list[str] = []
    backend = Backend(rig.main.app, rig.secrets, lambda name, _: failures.append(name))
    async with backend.running():
        backend.project()
        identity = backend.contexts.identity
        try:
            org_id, _ = await identity.organisations.create(ORGANISATION, Plan.TEAM, BY, "setup")
        except OrganisationExists:
            org_id = await identity.organisations.find_by_name(ORGANISATION) or ""
        request = KeyRequest(name="bench", scopes=scopes_named(["*"]))
        by = Origin(actor=BY, org_id=org_id, correlation_id="setup")
        issued = await identity.api_keys.issue(request, by)
        for model in (
            "organisations",
            "api_keys",
        ):  # a key looked up too early is cached as unknown
            await backend.kernel.models[model].reach(issued.written.position, within=10)
    return issued.text


def make_peer_tables(rig: Rig) -> None:
    """Create the table of the CRUD peer, and empty schemas for those that create their tables."""
    with Connection.connect(rig.main.owner, autocommit=True) as connection:
        connection.execute(TABLE)
        connection.execute("RESET ROLE")
        for schema in SCHEMAS:
            connection.execute(
                SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION forge_app").format(
                    Identifier(schema)
                )
            )


def forge(
    rig: Rig, key: str, environ: Mapping[str, str] | None = None
) -> AbstractContextManager[Target]:
    return _serve(rig, key, ("scripts.forge", "serve"), environ)


def forge_without_rate_limits(rig: Rig, key: str) -> AbstractContextManager[Target]:
    """Run a second API process beside ``forge``, without rate limits."""
    return _serve(rig, key, ("scripts.bench.peers.without_rate_limits", "api"))


@contextmanager
def _serve(
    rig: Rig, key: str, program: tuple[str, str], environ: Mapping[str, str] | None = None
) -> Iterator[Target]:
    (module, role), port = program, free_port()
    command = ("-m", module, role, "--data-dir", rig.data_dir, "--port", str(port))
    with _run_python(rig, role, port, command, environ) as (url, pid):
        yield Target(url, key, rig.directory / f"{role}.ids", pid, ("Postgres", "Valkey"))


@contextmanager
def forge_apart(rig: Rig, name: str, module: str) -> Iterator[Target]:
    """Run a whole service with servers of its own; the key is the one that its start prints."""
    port, data_dir = free_port(), rig.directory / name
    command = ("-m", module, "serve", "--data-dir", data_dir, "--port", str(port))
    with _run_python(rig, name, port, command) as (url, pid):
        key = _printed_key(rig.log(name))
        yield Target(url, key, rig.directory / f"{name}.ids", pid, ())


def _printed_key(log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while (key := KEY.search(log.read_text(errors="replace"))) is None:
        if time.monotonic() > deadline:
            raise NotServing(log.read_text(errors="replace")[-2_000:])
        time.sleep(POLL_SECONDS)
    return key[0]


@contextmanager
def peer(rig: Rig, key: str, kind: Kind, pool: int) -> Iterator[Target]:
    port, ids = free_port(), rig.directory / f"peer-{kind}.ids"
    options: dict[str, str | Path] = {
        "--conninfo": rig.main.app,
        "--data-dir": rig.data_dir,
        "--port": str(port),
        "--pool": str(pool),
    }
    if kind == "hello":
        ids.write_text("hello\n")  # it has no other document
    command = ("-m", "scripts.bench.peers", *ARGUMENTS[kind], *chain(*options.items()))
    with _run_python(rig, f"peer-{kind}", port, command) as (url, pid):
        yield Target(url, key, ids, pid, () if kind == "hello" else ("Postgres",))


@contextmanager
def _run_python(
    rig: Rig,
    name: str,
    port: int,
    command: tuple[str | Path, ...],
    environ: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, int]]:
    """Run a server in a Python process; yields its URL and process id."""
    python = (sys.executable, *command)
    environment = {**os.environ, "FORGE_RATES": WIDE_RATES, **(environ or {})}
    with run_server(python, port, rig.log(name), environment) as pid:
        yield f"http://127.0.0.1:{port}", pid
