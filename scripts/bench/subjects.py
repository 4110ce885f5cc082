"""Servers of the HTTP rows: Forge and its peers, one process each."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Literal

from psycopg import Connection

from application.eventstore.envelope import Origin
from application.identity.api_keys import KeyRequest
from domain.identity.organisations import OrganisationExists
from domain.identity.plans import Plan
from domain.identity.scopes import scopes_named
from scripts.bench.load import Target
from scripts.bench.peers.crud import TABLE
from scripts.bench.processes import free_port, run_server
from scripts.bench.rig import Rig
from scripts.composition.backend import Backend

ORGANISATION: Final = "bench"
BY: Final = "system:bench"
EXISTING: Final = 1_000
WIDE_RATES: Final = "json_api.team=999999999/60 generations.team=999999999/60"
"""Requests are counted, but never refused."""

Kind = Literal["bare", "keyed", "autocommit"]
"""A plain peer, one with Forge's key check, and a plain one in autocommit."""


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


def make_peer_table(rig: Rig) -> None:
    with Connection.connect(rig.main.owner, autocommit=True) as connection:
        connection.execute(TABLE)


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
    with _run_python(rig, role, port, command, environ) as url:
        yield Target(url, key, rig.directory / f"{role}.ids")


@contextmanager
def peer(rig: Rig, key: str, kind: Kind, pool: int) -> Iterator[Target]:
    port = free_port()
    options = ("--conninfo", rig.main.app, "--port", str(port), "--pool", str(pool))
    place = ("--check", "keyed" if kind == "keyed" else "bare", "--data-dir", rig.data_dir)
    commit = ("--autocommit",) if kind == "autocommit" else ()
    command = ("-m", "scripts.bench.peers", *options, *place, *commit)
    with _run_python(rig, f"peer-{kind}", port, command) as url:
        yield Target(url, key, rig.directory / f"peer-{kind}.ids")


@contextmanager
def _run_python(
    rig: Rig,
    name: str,
    port: int,
    command: tuple[str | Path, ...],
    environ: Mapping[str, str] | None = None,
) -> Iterator[str]:
    python = (sys.executable, *command)
    environment = {**os.environ, "FORGE_RATES": WIDE_RATES, **(environ or {})}
    with run_server(python, port, rig.log(name), environment):
        yield f"http://127.0.0.1:{port}"
