"""Rows of figures: ratios round by round, targets, and CPU where it is measured."""

from scripts.bench.results import (
    TOTAL,
    Comparison,
    at_least,
    at_most,
    comparison_row,
    single_row,
)
from scripts.bench.spread import Spread

RATES = {"Forge": [150.0, 160.0], "peer": [100.0, 100.0], "other": [50.0, 40.0]}


def test_a_comparison_has_a_target_for_the_peers_it_names() -> None:
    question = Comparison("create", "requests/s", {"peer": 1.6})

    first, second = comparison_row(question, RATES, 90, "").peers

    assert (first.ratio.spread, first.ratio.met) == (Spread(1.55, 1.5, 1.6), False)
    assert (second.ratio.target, second.ratio.met) == (None, True)


def test_where_less_is_better_a_ratio_must_not_exceed_its_target() -> None:
    question = Comparison("latency", "ms", {"peer": 1.6, "other": 1.6}, better="less")

    assert [peer.ratio.met for peer in comparison_row(question, RATES, 90, "").peers] == [
        True,
        False,
    ]


def test_cpu_is_compared_by_its_total() -> None:
    question = Comparison("create", "requests/s", {}, cpu_targets={"peer": 0.85})
    cpu = {"Forge": [{TOTAL: 80.0, "API": 80.0}] * 2, "peer": [{TOTAL: 100.0, "API": 100.0}] * 2}

    row = comparison_row(question, RATES, 90, "", cpu)

    assert row.cpu["API"] == Spread(80, 80, 80)
    assert [peer.cpu_ratio and peer.cpu_ratio.spread.median for peer in row.peers] == [0.8, None]


def test_cpu_that_is_not_measured_or_zero_gives_no_ratio() -> None:
    question = Comparison("create", "requests/s", {}, cpu_targets={"peer": 0.85})
    cpu: dict[str, list[dict[str, float]]] = {
        "Forge": [{}, {}],
        "peer": [{}, {}],
        "other": [{TOTAL: 0.0}, {TOTAL: 10.0}],
    }

    row = comparison_row(question, RATES, 90, "", cpu)

    assert [peer.cpu_ratio for peer in row.peers] == [None, None]
    assert not row.cpu


def test_a_process_without_cpu_in_one_round_counts_as_zero_there() -> None:
    question = Comparison("create", "requests/s", {})
    cpu = {"Forge": [{TOTAL: 4.0, "API": 4.0}, {TOTAL: 6.0, "API": 4.0, "worker": 2.0}]}

    assert comparison_row(question, RATES, 90, "", cpu).cpu["worker"] == Spread(1, 0, 2)


def test_a_single_figure_meets_its_bound_or_misses_it() -> None:
    assert single_row(at_least("rebuild", "events/s", 50), [50, 60], 90, "").figure.met
    assert not single_row(at_most("visible", "ms", 9), [9, 10], 90, "").figure.met
