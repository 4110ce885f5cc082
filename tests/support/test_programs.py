"""The summary of a test run names what did not run, and which program it wanted."""

import pytest

from tests.support.programs import not_run, path_of


def skipped(name: str, reason: str) -> pytest.TestReport:
    return pytest.TestReport(
        f"tests/foreign/test_x.py::{name}",
        location=("tests/foreign/test_x.py", 1, name),
        keywords={},
        outcome="skipped",
        longrepr=("tests/support/programs.py", 1, f"Skipped: {reason}"),
        when="call",
    )


def test_each_missing_program_has_a_line_with_the_tests_that_wanted_it() -> None:
    reports = [
        skipped("test_b", "node is not on PATH"),
        skipped("test_a", "node is not on PATH"),
        skipped("test_c", "unzip is not on PATH"),
        skipped("test_d", "of another reason"),
    ]

    assert list(not_run(reports)) == [
        "node is not on PATH: test_a, test_b did not run",
        "unzip is not on PATH: test_c did not run",
    ]


def test_a_missing_program_skips_the_test_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(pytest.skip.Exception, match="unzip is not on PATH"):
        path_of("unzip")
