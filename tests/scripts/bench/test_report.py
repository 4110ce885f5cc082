"""The report: figures between markers, the prose around them untouched; the baseline file."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from scripts.bench.cpu import NOT_MEASURED
from scripts.bench.output.changes import MIN_ROUNDS
from scripts.bench.output.markdown import as_markdown
from scripts.bench.output.report import BEGIN, DOCUMENT, END, MarkersMissing, insert
from scripts.bench.output.result_file import BASELINE, as_json, read_run
from scripts.bench.results import Comparison, Run, at_least, comparison_row, single_row

RUN = Run(
    {"cores": "2"},
    2,
    [
        comparison_row(
            Comparison("create document", "requests/s", {"peer": 1.35}),
            {"Forge": [120, 130], "peer": [100, 100]},
            90,
            "wrk",
        ),
        single_row(at_least("rebuild", "events/s", 55_000), [57_000, 58_000], 90, "200,000 events"),
    ],
)


def test_figures_replace_those_between_the_markers() -> None:
    document = f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n"

    once = insert(document, "new")

    assert once == f"Before.\n{BEGIN}\n\nnew\n\n{END}\nAfter.\n"
    assert insert(once, "new") == once


@pytest.mark.parametrize("document", ["", BEGIN, f"{END}\n{BEGIN}"])
def test_a_document_without_both_markers_is_refused(document: str) -> None:
    with pytest.raises(MarkersMissing):
        insert(document, "new")


def test_the_document_in_the_tree_has_both_markers() -> None:
    assert "figures of the test" in insert(DOCUMENT.read_text(), "figures of the test")


def test_a_markdown_table_names_ratio_target_and_verdict() -> None:
    written = as_markdown(RUN)

    assert "| peer | 100 (100 to 100) | 1.25 x (1.20 to 1.30) | ≥ 1.35 x: missed |" in written
    assert "≥ 55,000 events/s: met" in written


def test_columns_without_figures_are_left_out_and_the_reason_is_given() -> None:
    written = as_markdown(RUN)

    assert "CPU µs/request" not in written
    assert NOT_MEASURED in written
    assert NOT_MEASURED not in as_markdown(replace(RUN, machine={"system": "Linux x86_64"}))


def test_results_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(as_json(RUN))

    assert read_run(file) == RUN


def test_the_baseline_in_the_tree_can_be_compared_with() -> None:
    baseline = read_run(BASELINE)

    assert baseline.rounds >= MIN_ROUNDS
    assert any(peer.cpu_ratio for row in baseline.rows for peer in row.peers)
