"""``forge projections rebuild``: orders a rebuild and shows progress until readers have switched.

The projector of the running service does the work; interrupting this command does not stop it.
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
from scripts.operator.projection_report import run_operation
from scripts.terminal.command_lines import command_line
from scripts.terminal.failures import Failure
from scripts.terminal.printing import Row

POLL_SECONDS: Final = 0.1
IDLE_SECONDS: Final = 10.0


class RebuildFailed(Failure):
    """A rebuild cannot complete; the message says why and how to fix it."""


class RateColumn(ProgressColumn):
    """Progress column: events applied per second."""

    def render(self, task: Task) -> Text:
        return Text(
            f"{task.speed:,.0f} events/s" if task.speed else "", style="progress.data.speed"
        )


def rebuild(conninfo: str, names: Sequence[str], *, held: bool) -> list[Row]:
    """Rebuild read models in parallel, by default all; return one row for each."""
    began = time.monotonic()

    async def order(operations: Operations) -> Mapping[str, int]:
        every = names or [*operations.projections]
        for name in every:
            operations.projection(name)
        return {name: await operations.rebuild(name, held=held) for name in every}

    done = watch_builds(conninfo, run_operation(conninfo, order))
    seconds = round(time.monotonic() - began, 3)
    return [{**row, "seconds": seconds} for row in done]


def watch_builds(conninfo: str, wanted: Mapping[str, int]) -> list[Row]:
    """Show progress of builds (name to number) until they are live or, if held, caught up."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        bars = {name: progress.add_task(name, total=None) for name in wanted}
        for states in _poll(conninfo, wanted):
            for name, state in states.items():
                total = state.position + state.lag
                progress.update(bars[name], completed=state.position, total=total)
    return [
        {"name": name, "generation": state.number, "position": state.position}
        for name, state in states.items()
    ]


def _poll(conninfo: str, wanted: Mapping[str, int]) -> Iterator[Mapping[str, Build]]:
    """Yield states until all are done; raises ``RebuildFailed`` after 10 s without progress."""
    before: Mapping[str, Build] = {}
    moved = time.monotonic()
    while True:
        states = _read_states(conninfo, wanted)
        yield states
        if all(map(_is_done, states.values())):
            return
        if any(_has_progressed(before.get(name), state) for name, state in states.items()):
            before, moved = states, time.monotonic()
        elif time.monotonic() - moved > IDLE_SECONDS:
            raise RebuildFailed(
                f"No projector builds {', '.join(states)}: start `{command_line('serve')}` or "
                f"`{command_line('projector')}`."
            )
        time.sleep(POLL_SECONDS)


def _read_states(conninfo: str, wanted: Mapping[str, int]) -> Mapping[str, Build]:
    states = {
        model.name: each
        for model in run_operation(conninfo, Operations.report)
        for each in model.builds
        if wanted.get(model.name) == each.number
    }
    for name, number in wanted.items():
        if name not in states:
            raise RebuildFailed(f"Build {number} of {name} was dropped.")
        if states[name].error is not None and not states[name].live:
            raise RebuildFailed(f"{name} stopped: {states[name].error}")
    return states


def _is_done(state: Build) -> bool:
    return state.live or (state.held and not state.lag)


def _has_progressed(before: Build | None, now: Build) -> bool:
    return before is None or now.position != before.position or not now.lag
