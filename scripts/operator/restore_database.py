"""A log brought back from a file: made whole beside the database in use, then put in its place.

Before that it is brought to this release and verified, and what has been erased since is erased
again: nobody is ever served from less, and what ends half-way has changed nothing.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from adapters.backup.erasure_ledger_file import LedgerFile
from adapters.backup.master_key_check import require_master_key
from adapters.backup.staging_database import staging_database
from adapters.crypto.secret_files import Secrets
from adapters.postgres import migrations as postgres_migrations
from application.audit.verification import Report
from scripts.composition.backend import Backend
from scripts.config.connections import Connections
from scripts.operator.backend_session import new_request_id
from scripts.operator.verify import verified
from scripts.processes.process import report
from scripts.terminal.failures import Failure
from scripts.terminal.printing import Row


class NotVerified(Failure):
    """The message says from which position on, and why."""


class Place(NamedTuple):
    """Where it is brought back to, and what is kept outside the database for it."""

    connections: Connections
    secrets: Secrets
    ledger: Path


def restore_database(place: Place, fill: Callable[[str], None]) -> Row:
    """Replace the database by one that ``fill`` has filled; it is given the owner's address."""
    with staging_database(place.connections.owner) as made:
        beside = place.connections.to_database(made.staging_name)
        fill(beside.owner)
        postgres_migrations.migrate(beside.owner)
        require_master_key(beside.owner, place.secrets)
        found = verified(beside.owner, place.secrets, None)
        _require_verified(found)
        erased, position = asyncio.run(_erased_again(beside.app, place))
        made.swap_in()
    return {
        "position": position,
        "erasedAgain": erased,
        "verified": found.verified,
        "checkpoints": found.checkpoints,
        "covered": found.covered,
    }


def _require_verified(found: Report) -> None:
    if not found.verified:
        first = found.faults[0]
        raise NotVerified(
            f"What is in it is not verified from position {found.first_bad_position} on: "
            f"{first.kind}, {first.detail}. Nothing was changed."
        )


async def _erased_again(conninfo: str, place: Place) -> tuple[int, int]:
    """Return how many streams were erased again, and where the log ends now."""
    backend = Backend(conninfo, place.secrets, report)
    async with backend.running():
        erased = 0
        if place.ledger.exists():
            entries = LedgerFile(place.ledger).entries()
            erased = await backend.reapply_erasures.erase(entries, new_request_id())
        else:
            click.echo(
                f"forge: there is no ledger of erasures at {place.ledger}: what has been erased "
                "since this was written is back.",
                err=True,
            )
        return erased, await backend.log.stored_head()
