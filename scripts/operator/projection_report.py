"""How the read models are, as the rows that commands print."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from projections.admin.operations import Operations
from projections.admin.status import Build, Model
from projections.catalogue import PROJECTIONS
from scripts.terminal.printing import Row

T = TypeVar("T")


def operated(conninfo: str, work: Callable[[Operations], Awaitable[T]]) -> T:
    """Run one piece of an operator's work; it needs no more than the database."""

    async def run() -> T:
        return await work(Operations(conninfo, PROJECTIONS))

    return asyncio.run(run())


def report(conninfo: str) -> list[Model]:
    return operated(conninfo, Operations.report)


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


def as_row(told: Any) -> Row:
    """Return a struct as its JSON object."""
    made: Row = msgspec.to_builtins(told)
    return made


def _is_new(model: Model, build: Build) -> bool:
    """Tell what has never been shown from what has been, also while that is paused."""
    live = model.live
    return build.status == "building" or (
        build.status == "paused" and live is not None and build.number > live.number
    )
