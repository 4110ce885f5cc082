"""Runs one command on a backend: checks the schema, opens the backend, closes it at the end."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar
from uuid import uuid4

import click

from adapters.postgres.migrator import pending
from application.eventstore.envelope import Origin
from scripts.composition.backend import Backend
from scripts.config.connections import connections_in_use
from scripts.config.process_options import Options
from scripts.config.secrets import load_secrets
from scripts.config.settings import Settings
from scripts.processes.logging_setup import configure_logging
from scripts.processes.process import open_backend
from scripts.terminal.command_lines import command_line
from scripts.terminal.failures import Failure

T = TypeVar("T")
ACTOR: Final = "system:command-line"
PATIENCE_SECONDS: Final = 5.0


class NotMigrated(Failure):
    """The database lacks migrations of this release."""


def with_backend(settings: Settings, work: Callable[[Backend], Awaitable[T]]) -> T:
    """Run a function on the service's database; the service need not be running."""
    configure_logging("error", sys.stderr)
    return asyncio.run(_run(settings, work))


def by_operator(org_id: str) -> Origin:
    return Origin(actor=ACTOR, org_id=org_id, correlation_id=new_request_id())


def new_request_id() -> str:
    return f"cli-{uuid4().hex}"


async def wait_visible(backend: Backend, position: int, models: Iterable[str]) -> None:
    """Wait until read models have applied ``position``; after 5 s, warn on standard error."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for model in models:
                await backend.kernel.models[model].reach(position)
    except TimeoutError:
        click.echo(
            "forge: recorded, but not visible until a projector runs: start "
            f"`{command_line('serve')}` or `{command_line('projector')}`.",
            err=True,
        )


async def _run(settings: Settings, work: Callable[[Backend], Awaitable[T]]) -> T:
    connections = connections_in_use(settings)
    if missing := await asyncio.to_thread(pending, connections.app):
        raise NotMigrated(
            f"{len(missing)} migrations are pending: run `{command_line('migrate')}`."
        )
    secrets = load_secrets(settings)
    async with open_backend(connections, secrets, Options(ledger=settings.ledger)) as backend:
        return await work(backend)
