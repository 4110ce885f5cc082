"""A rebuild as the operator sees it: a new table set, and a bar until it is the one that answers.

The projector of the running service fills it and switches; here is only the order, and watching.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

import rich_click as click
from psycopg import AsyncConnection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from projections.catalogue import PROJECTIONS
from projections.projection import Projection
from projections.table_sets import open_generation
from scripts.failures import Failure
from scripts.printing import Row
from scripts.projection_report import Generation, generations

LOOK_SECONDS: Final = 0.1
IDLE_SECONDS: Final = 10.0


class RebuildFailed(Failure):
    """The message says what to do."""


def rebuild(conninfo: str, name: str) -> Row:
    began = time.monotonic()
    number = asyncio.run(_opened(conninfo, _named(name)))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        bar = progress.add_task(name)
        for state in _watched(lambda: _state(conninfo, name, number)):
            total = state.position + state.lag
            progress.update(bar, completed=state.position, total=total)
    seconds = round(time.monotonic() - began, 3)
    return {"name": name, "generation": number, "position": state.position, "seconds": seconds}


def _named(name: str) -> Projection:
    known = {projection.name: projection for projection in PROJECTIONS}
    if name not in known:
        raise click.BadParameter(f"there is no read model {name}; there are {', '.join(known)}.")
    return known[name]


async def _opened(conninfo: str, projection: Projection) -> int:
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        return await open_generation(connection, projection)


def _state(conninfo: str, name: str, number: int) -> Generation:
    for found in generations(conninfo):
        if (found.name, found.generation) == (name, number):
            return found
    raise RebuildFailed(f"Generation {number} of {name} was dropped.")


def _watched(look: Callable[[], Generation]) -> Iterator[Generation]:
    """Look until it answers; raises ``RebuildFailed`` when it will not without help."""
    position, moved = -1, time.monotonic()
    while not (state := look()).live:
        if state.error is not None:
            raise RebuildFailed(f"{state.name} stopped: {state.error}")
        if state.position != position or not state.lag:
            position, moved = state.position, time.monotonic()
        elif time.monotonic() - moved > IDLE_SECONDS:
            raise RebuildFailed(
                f"Nothing fills generation {state.generation} of {state.name}: start a projector "
                "(`forge serve` or `forge projector`), which will."
            )
        yield state
        time.sleep(LOOK_SECONDS)
    yield state
