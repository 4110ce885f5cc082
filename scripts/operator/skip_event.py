"""Poison events: show the one a read model stopped at, skip it, or check the log for others."""

from application.projection_admin.skips import skipped
from domain.identity.organisations import LOCAL
from projections.admin.dry_run import DryRun, dry_run
from scripts.composition.backend import Backend
from scripts.operator.backend_session import by_operator
from scripts.operator.projection_report import as_row
from scripts.terminal.printing import Row


async def failure(backend: Backend, name: str) -> Row:
    return as_row(await backend.contexts.operate.poison.of(name))


async def skip(backend: Backend, name: str, position: int | None, reason: str) -> Row:
    skipped_position = await backend.contexts.operate.poison.skip(
        name, position, reason, by_operator(LOCAL)
    )
    return {"name": name, "skipped": skipped_position}


async def check(backend: Backend, name: str, after: int, until: int | None) -> DryRun:
    """Dry run of a projection over the log, by default all of it; nothing is written."""
    projection = backend.contexts.operate.operations.projection(name)
    head = await backend.kernel.log.stored_head()
    skips = await skipped(backend.kernel.log, name)
    end = head if until is None else min(until, head)
    return await dry_run(projection, backend.kernel.log, skips, after=after, until=end)
