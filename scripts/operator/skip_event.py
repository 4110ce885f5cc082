"""Poison events in the operator's hands: shown, passed over, looked for before they come."""

from application.projection_admin.skips import skipped
from domain.identity.organisations import LOCAL
from projections.admin.dry_run import DryRun, dry_run
from scripts.composition.backend import Backend
from scripts.operator.backend_session import by_operator
from scripts.operator.projection_report import as_row
from scripts.terminal.printing import Row


async def failure(backend: Backend, name: str) -> Row:
    return as_row(await backend.poison.of(name))


async def skip(backend: Backend, name: str, position: int | None, reason: str) -> Row:
    passed_over = await backend.poison.skip(name, position, reason, by_operator(LOCAL))
    return {"name": name, "skipped": passed_over}


async def check(backend: Backend, name: str, after: int, until: int | None) -> DryRun:
    """Try a part of the log on a projection; all of it unless told."""
    projection = backend.operations.projection(name)
    head = await backend.log.stored_head()
    passed_over = await skipped(backend.log, name)
    end = head if until is None else min(until, head)
    return await dry_run(projection, backend.log, passed_over, after=after, until=end)
