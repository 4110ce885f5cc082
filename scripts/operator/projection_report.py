"""Status of the read models, and the rows of ``forge projections list``."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from projections.admin.operations import Operations
from projections.admin.status import Build, Model
from projections.catalogue import PROJECTIONS
from scripts.terminal.printing import Row

T = TypeVar("T")


def run_operation(conninfo: str, work: Callable[[Operations], Awaitable[T]]) -> T:
    """Run an operation on read models; needs only the database."""

    async def run() -> T:
        return await work(Operations(conninfo, PROJECTIONS))

    return asyncio.run(run())


def report(conninfo: str) -> list[Model]:
    return run_operation(conninfo, Operations.report)


def row(model: Model) -> Row:
    building = [each for each in model.builds if not each.live and _is_new(model, each)]
    kept = [each for each in model.builds if not (each.live or _is_new(model, each))]
    return {
        "name": model.name,
        "status": model.status,
        "position": model.position,
        "lag": model.lag,
        "lagSeconds": model.lag_seconds,
        "error": model.error,
        "incomplete": model.incomplete,
        "building": [each.position for each in building],
        "kept": [each.position for each in kept],
    }


def as_row(value: Any) -> Row:
    """Convert a struct to a JSON object."""
    row: Row = msgspec.to_builtins(value)
    return row


def _is_new(model: Model, build: Build) -> bool:
    """Return whether readers have never used a build; a paused one may be of either kind."""
    live = model.live
    return build.status == "building" or (
        build.status == "paused" and live is not None and build.number > live.number
    )
