"""Replaces the database: fills a staging database, migrates and verifies it, then swaps names.

Erasures recorded since in the ledger are repeated before the swap. A failure at any point leaves
the database in use unchanged.
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
from adapters.postgres import migrator
from application.audit.verification import Report
from scripts.composition.backend import Backend
from scripts.config.connections import Connections
from scripts.operator.backend_session import new_request_id
from scripts.operator.verify import verify_database
from scripts.processes.process import report
from scripts.terminal.failures import Failure
from scripts.terminal.printing import Row


class NotVerified(Failure):
    """The restored log failed verification; the message names the first position and the fault."""


class RestoreTarget(NamedTuple):
    """The database to replace, the secrets, and the ledger of erasures."""

    connections: Connections
    secrets: Secrets
    ledger: Path


def restore_database(target: RestoreTarget, fill: Callable[[str], None]) -> Row:
    """Replace the database by one that ``fill`` has filled.

    ``fill`` receives the connection URL of the staging database, as its owner. Raises
    ``NotVerified``, ``DatabaseInUse`` or an error of the master key.
    """
    with staging_database(target.connections.owner) as staged:
        staging = target.connections.to_database(staged.staging_name)
        fill(staging.owner)
        migrator.migrate(staging.owner)
        require_master_key(staging.owner, target.secrets)
        report = verify_database(staging.owner, target.secrets, None)
        _require_verified(report)
        erased, position = asyncio.run(_reapply_erasures(staging.app, target))
        staged.swap_in()
    return {
        "position": position,
        "erasedAgain": erased,
        "verified": report.verified,
        "checkpoints": report.checkpoints,
        "covered": report.covered,
    }


def _require_verified(report: Report) -> None:
    if not report.verified:
        first = report.faults[0]
        raise NotVerified(
            f"The restored log is not verified from position {report.first_bad_position} on: "
            f"{first.kind}, {first.detail}. Nothing was changed."
        )


async def _reapply_erasures(conninfo: str, target: RestoreTarget) -> tuple[int, int]:
    """Repeat the erasures of the ledger; return how many streams and the new end of the log."""
    backend = Backend(conninfo, target.secrets, report)
    async with backend.running():
        erased = 0
        if target.ledger.exists():
            entries = LedgerFile(target.ledger).entries()
            erased = await backend.reapply_erasures().erase(entries, new_request_id())
        else:
            click.echo(
                f"forge: there is no ledger of erasures at {target.ledger}: data that was erased "
                "after this file was written is back.",
                err=True,
            )
        return erased, await backend.kernel.log.stored_head()
