"""Rebuilds and switches as the operator sees them: a bar each, until the new tables answer.

The projector of the running service fills them and switches; here is only the order, and watching.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from projections.admin.operations import Operations
from projections.admin.status import Build
from scripts.operator.projection_report import operated
from scripts.terminal.failures import Failure
from scripts.terminal.printing import Row

LOOK_SECONDS: Final = 0.1
IDLE_SECONDS: Final = 10.0


class RebuildFailed(Failure):
    """The message says what to do."""


class RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(
            f"{task.speed:,.0f} events/s" if task.speed else "", style="progress.data.speed"
        )


def rebuild(conninfo: str, names: Sequence[str], *, held: bool) -> list[Row]:
    """Build read models anew, all at once; return what has become of each."""
    began = time.monotonic()

    async def order(operations: Operations) -> Mapping[str, int]:
        every = names or [*operations.projections]
        for name in every:
            operations.projection(name)
        return {name: await operations.rebuild(name, held=held) for name in every}

    done = follow(conninfo, operated(conninfo, order))
    seconds = round(time.monotonic() - began, 3)
    return [{**row, "seconds": seconds} for row in done]


def follow(conninfo: str, wanted: Mapping[str, int]) -> list[Row]:
    """Show how builds come to be those that answer or, if held, could be."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        bars = {name: progress.add_task(name, total=None) for name in wanted}
        for found in _watched(conninfo, wanted):
            for name, state in found.items():
                total = state.position + state.lag
                progress.update(bars[name], completed=state.position, total=total)
    return [
        {"name": name, "generation": state.number, "position": state.position}
        for name, state in found.items()
    ]


def _watched(conninfo: str, wanted: Mapping[str, int]) -> Iterator[Mapping[str, Build]]:
    """Look until all are there; raises ``RebuildFailed`` when one will not be without help."""
    before: Mapping[str, Build] = {}
    moved = time.monotonic()
    while True:
        found = _found(conninfo, wanted)
        yield found
        if all(map(_is_done, found.values())):
            return
        if any(_moves(before.get(name), state) for name, state in found.items()):
            before, moved = found, time.monotonic()
        elif time.monotonic() - moved > IDLE_SECONDS:
            raise RebuildFailed(
                f"Nothing fills {', '.join(found)}: start a projector (`forge serve` or "
                "`forge projector`), which will."
            )
        time.sleep(LOOK_SECONDS)


def _found(conninfo: str, wanted: Mapping[str, int]) -> Mapping[str, Build]:
    found = {
        model.name: each
        for model in operated(conninfo, Operations.report)
        for each in model.builds
        if wanted.get(model.name) == each.number
    }
    for name, number in wanted.items():
        if name not in found:
            raise RebuildFailed(f"Build {number} of {name} was dropped.")
        if found[name].error is not None and not found[name].live:
            raise RebuildFailed(f"{name} stopped: {found[name].error}")
    return found


def _is_done(state: Build) -> bool:
    return state.live or (state.held and not state.lag)


def _moves(before: Build | None, now: Build) -> bool:
    return before is None or now.position != before.position or not now.lag
