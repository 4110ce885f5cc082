"""Tests that compile what is generated need gcc; without it they are named, and the rest runs."""

from tests.support.codegen import has_gcc

COMPILING = ["test_programs_run.py", "test_programs_fail.py", "test_compilers.py"]

collect_ignore = [] if has_gcc() else COMPILING


def pytest_report_header() -> str:
    if has_gcc():
        return "gcc: compiles and runs generated programs"
    return f"gcc: not on PATH, so nothing runs of {', '.join(COMPILING)}"
