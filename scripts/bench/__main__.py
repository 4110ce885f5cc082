"""``python -m scripts.bench``: measures Forge and its peers in one run, and prints a table."""

import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec
import rich_click as click
from rich.console import Console

from scripts.bench import (
    append_row,
    chain_row,
    feed_rows,
    generation_rows,
    http_rows,
    limiter_row,
    rebuild,
    start_rows,
    utility_rows,
    verify_row,
    visible_rows,
)
from scripts.bench.load import LoadFailed, LoadMissing
from scripts.bench.pgbench import PgbenchFailed
from scripts.bench.processes import NotServing
from scripts.bench.results import Row, Run
from scripts.bench.rig import Rig, RunPlan, open_rig
from scripts.bench.table import as_table

WIDTH: Final = 160
ROWS: Final[dict[str, Callable[[Rig], Row]]] = {
    "create": http_rows.create,
    "get": http_rows.get,
    "limiter": limiter_row.limiter,
    "append": append_row.append,
    "chain": chain_row.chain,
    "visible": visible_rows.visible,
    "visible_apart": visible_rows.visible_across_processes,
    "feed": feed_rows.deliveries,
    "feed_latency": feed_rows.latency,
    "generate": generation_rows.with_gcc,
    "generate_bare": generation_rows.without_gcc,
    "reads_meanwhile": generation_rows.reads_during_generation,
    "utilities": utility_rows.utilities,
    "pipeline": utility_rows.pipeline,
    "rebuild": rebuild.rebuild,
    "verify": verify_row.verify,
    "start_cold": start_rows.cold,
    "start_warm": start_rows.warm,
}


class RunTimedOut(Exception):
    """The run took longer than ``--at-most`` seconds."""


def _row_names(_: click.Context, __: click.Parameter, only: str | None) -> Sequence[str]:
    names = list(ROWS) if only is None else [name.strip() for name in only.split(",")]
    if unknown := [name for name in names if name not in ROWS]:
        raise click.BadParameter(f"unknown rows: {', '.join(unknown)}; known are {', '.join(ROWS)}")
    return names


@click.command()
@click.option("--only", callback=_row_names, help=f"Rows to measure: {', '.join(ROWS)}.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 20))
@click.option(
    "--seconds",
    default=3.0,
    show_default=True,
    type=click.FloatRange(1, 30),
    help="Length of a round.",
)
@click.option(
    "--at-most",
    default=360,
    show_default=True,
    type=click.IntRange(10, 3_600),
    help="Time limit of the whole run, in seconds.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(only: Sequence[str], rounds: int, seconds: float, at_most: int, *, as_json: bool) -> None:
    """Measure Forge against its peers on this machine, in turns, on loopback alone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unwinds, so that blocks clean up
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(at_most)
    run = _run(only, RunPlan(rounds, seconds))
    if as_json:
        sys.stdout.write(msgspec.json.encode(run).decode() + "\n")
    else:
        Console(width=None if sys.stdout.isatty() else WIDTH).print(as_table(run))


def _give_up(*_: object) -> None:
    raise RunTimedOut("The run took longer than --at-most seconds.")


def _run(names: Sequence[str], plan: RunPlan) -> Run:
    try:
        with _progress() as say, open_rig(plan, say) as rig:
            return Run(_machine(rig), [ROWS[name](rig) for name in names])
    except (LoadMissing, LoadFailed, NotServing, PgbenchFailed, RunTimedOut) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows progress: a status line on a terminal, else one line each."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield console.print
        return
    with console.status("starting the servers") as status:
        yield status.update


def _machine(rig: Rig) -> Mapping[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "load": f"on core {rig.load_core}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
