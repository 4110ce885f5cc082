"""Which changes between two runs count: beyond the noise, of ratios, in both runs."""

import pytest
from msgspec.structs import replace

from scripts.bench.output.changes import Change, Verdict, changes, judge
from scripts.bench.output.comparison import TooFewRounds, compare_with, percentage
from scripts.bench.results import Better, Figure, Peer, Row, Run
from scripts.bench.spread import Spread

ROUNDS = 3


def figure(least: float, median: float, most: float, better: Better = "more") -> Figure:
    return Figure(Spread(median, least, most), better)


def run_of(*rows: Row, rounds: int = ROUNDS) -> Run:
    return Run({"cores": "2"}, rounds, rows)


def row(name: str = "create", ratio: Figure | None = None, cpu: Figure | None = None) -> Row:
    peer = Peer(
        name="peer",
        figure=Spread(1_000, 900, 1_100),
        ratio=ratio or figure(1.4, 1.5, 1.6),
        cpu_ratio=cpu,
    )
    return Row(
        name=name, unit="requests/s", figure=figure(1_000, 1_500, 1_700), fsync_us=90, peers=(peer,)
    )


def verdicts(found: list[Change]) -> dict[str, Verdict]:
    return {change.what: change.verdict for change in found}


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (figure(1.45, 1.5, 1.55), figure(1.15, 1.2, 1.25), "worse"),
        (figure(1.15, 1.2, 1.25), figure(1.45, 1.5, 1.55), "better"),
        (figure(1.3, 1.5, 1.7), figure(1.1, 1.2, 1.3), "within noise"),
        (figure(1.5, 1.5, 1.5), figure(1.475, 1.475, 1.475), "within noise"),
        (figure(1.5, 1.5, 1.5), figure(1.4, 1.4, 1.4), "worse"),
        (figure(0.8, 0.8, 0.8, "less"), figure(0.9, 0.9, 0.9, "less"), "worse"),
        (figure(0.8, 0.8, 0.8, "less"), figure(0.7, 0.7, 0.7, "less"), "better"),
        (figure(0, 0, 0), figure(0, 0, 0), "within noise"),
        (figure(0, 0, 0, "less"), figure(0.1, 0.1, 0.1, "less"), "worse"),
        (figure(0.5, 0.5, 0.5), figure(0, 0, 0), "worse"),
    ],
)
def test_a_change_counts_beyond_both_ranges_and_two_percent(
    old: Figure, new: Figure, verdict: Verdict
) -> None:
    assert judge(old, new) == verdict


def test_ratios_are_judged_and_absolute_figures_are_only_shown() -> None:
    slower = replace(row(), figure=figure(100, 150, 170))

    assert verdicts(changes(run_of(row()), run_of(slower))) == {
        "Forge, requests/s": "not judged",
        "to peer": "within noise",
    }


def test_cpu_ratios_are_judged_beside_ratios() -> None:
    before = row(cpu=figure(0.8, 0.8, 0.8, "less"))
    now = row(cpu=figure(0.9, 0.9, 0.9, "less"))

    assert verdicts(changes(run_of(before), run_of(now)))["CPU to peer"] == "worse"


def test_a_row_that_one_run_lacks_is_named_and_not_judged() -> None:
    found = changes(run_of(row("create"), row("get")), run_of(row("create"), row("rebuild")))

    assert {change.row: change.verdict for change in found if change.what == "to peer"} == {
        "create": "within noise",
        "rebuild": "new",
        "get": "not measured",
    }


def test_a_figure_that_is_measured_no_more_is_named() -> None:
    before = row(cpu=figure(0.8, 0.8, 0.8, "less"))

    assert verdicts(changes(run_of(before), run_of(row())))["CPU to peer"] == "not measured"


def test_the_exit_status_is_1_only_when_something_is_worse(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = run_of(row(ratio=figure(1.5, 1.5, 1.5)))

    assert compare_with(before, before) == 0
    assert compare_with(before, run_of(row(ratio=figure(1.7, 1.7, 1.7)))) == 0
    assert "worse beyond the noise: 0" in capsys.readouterr().out
    assert compare_with(before, run_of(row(ratio=figure(1.3, 1.3, 1.3)))) == 1
    assert "worse beyond the noise: 1" in capsys.readouterr().out


@pytest.mark.parametrize(("before", "now"), [(1, 3), (3, 2)])
def test_runs_of_too_few_rounds_are_refused(before: int, now: int) -> None:
    with pytest.raises(TooFewRounds):
        compare_with(run_of(row(), rounds=before), run_of(row(), rounds=now))


def test_a_change_from_zero_has_no_percentage() -> None:
    zero, one = Spread(0, 0, 0), Spread(1, 1, 1)

    assert percentage(Change("row", "to peer", zero, one, "better")) == ""
    assert percentage(Change("row", "to peer", one, zero, "worse")) == "-100.0%"
    assert percentage(Change("row", "to peer", None, one, "new")) == ""
