"""``python -m scripts.bench``: measures Forge and its peers in one run, in turns."""

import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import rich_click as click
from rich.console import Console

from scripts.bench.delivery_check import Mismatch
from scripts.bench.load import LoadFailed, LoadMissing
from scripts.bench.output.changes import MIN_ROUNDS
from scripts.bench.output.comparison import compare
from scripts.bench.output.report import write_report
from scripts.bench.output.result_file import print_json, read_run, save_baseline
from scripts.bench.output.table import show
from scripts.bench.pgbench import PgbenchFailed
from scripts.bench.processes import NotServing
from scripts.bench.results import Run
from scripts.bench.rig import Rig, RunPlan, open_rig
from scripts.bench.rows import ROWS

OUTPUTS: Final[Mapping[str, Callable[[Run], int]]] = {
    "table": show,
    "json": print_json,
    "report": write_report,
    "baseline": save_baseline,
    "compare": compare,
}
"""What becomes of the results; each returns an exit status."""


PACKAGES: Final = ("asyncpg", "fastapi", "matplotlib", "orjson", "sqlalchemy")
"""Of peers and plots; their lock file is ``requirements-bench.lock``."""


class RunTimedOut(Exception):
    """The run took longer than ``--at-most`` seconds."""


FAILURES: Final = (LoadMissing, LoadFailed, Mismatch, NotServing, PgbenchFailed, RunTimedOut)


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
    default=1_200,
    show_default=True,
    type=click.IntRange(10, 7_200),
    help="Time limit of the whole run, in seconds.",
)
@click.option(
    "--result",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Results of an earlier run, as `--output json` prints them: measures nothing.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    default=["table"],
    show_default=True,
    type=click.Choice([*OUTPUTS]),
    help="Print the table or JSON, write docs/performance.md or the baseline, compare with it.",
)
def main(  # noqa: PLR0913 - an argument for each option
    *,
    only: Sequence[str],
    rounds: int,
    seconds: float,
    at_most: int,
    result: Path | None,
    outputs: Sequence[str],
) -> None:
    """Measure Forge against its peers on this machine, in turns, on loopback alone.

    The exit status is 1 when Forge did not store, project and deliver exactly what it acknowledged,
    and when `--output compare` finds a ratio worse than the baseline.
    """
    if "compare" in outputs and not result and rounds < MIN_ROUNDS:
        raise click.BadParameter(f"--output compare needs at least {MIN_ROUNDS} rounds.")
    _require_packages({*([] if result else only), *outputs})
    run = read_run(result) if result else _measure(only, RunPlan(rounds, seconds), at_most)
    sys.exit(max(OUTPUTS[output](run) for output in outputs))


def _require_packages(wanted: set[str]) -> None:
    """Refuse at once what would fail minutes later; other rows run without these packages."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing and wanted & {"create", "get", "report"}:
        names = ", ".join(missing)
        raise click.ClickException(f"{names} not installed: `make bench` installs its lock file.")


def _measure(names: Sequence[str], plan: RunPlan, at_most: int) -> Run:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unwinds, so that blocks clean up
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(at_most)
    run = _run(names, plan)
    signal.alarm(0)
    return run


def _give_up(*_: object) -> None:
    raise RunTimedOut("The run took longer than --at-most seconds.")


def _run(names: Sequence[str], plan: RunPlan) -> Run:
    try:
        with _progress() as say, open_rig(plan, say) as rig:
            rows = [row for name in names for row in ROWS[name](rig)]
            return Run(_machine(rig), plan.rounds, rows)
    except FAILURES as error:
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
