"""The size and address checks fail on offending files and name them."""

from pathlib import Path

from scripts.checks import sizes
from tests.scripts.checks.files import written

SHORT = "def short():\n    return 1\n"


def function_of(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


def test_a_file_and_a_function_at_their_caps_pass_and_one_line_more_is_named(
    tmp_path: Path,
) -> None:
    fits, breaks = function_of(40) + "\n" * 210, function_of(41) + "\n" * 210
    paths = written(tmp_path, fits, breaks)

    assert list(sizes.over_caps(paths)) == [
        f"{paths[1]}: 251 lines, the cap is 250",
        f"{paths[1]}:1 long: 41 lines, the cap is 40",
    ]


def test_methods_and_nested_functions_are_measured_and_decorators_are_not(tmp_path: Path) -> None:
    text = "class A:\n    @b\n    @c\n    async def d(self):\n        def e():\n            pass\n"

    measured = sizes.functions(written(tmp_path, text))

    assert sorted(sizes.lines(measured)) == [2, 3]


def test_long_medians_and_percentiles_are_named_with_their_targets(tmp_path: Path) -> None:
    text = function_of(9) + function_of(30) + "\n" * 100
    short = written(tmp_path, SHORT, SHORT, SHORT, "")

    assert list(sizes.over_targets(short)) == []
    assert list(sizes.over_targets(written(tmp_path, text, text))) == [
        "the median file has 139 lines, the target is 100",
        "the median function has 19.5 lines, the target is 8",
        "the 90th percentile of functions has 30 lines, the target is 25",
    ]
