"""The size and address checks fail on offending files and name them."""

from pathlib import Path

import pytest

from scripts.checks import index_addresses as check_addresses
from scripts.checks import sizes as check_sizes

SHORT = "def short():\n    return 1\n"


def function_of(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


def written(directory: Path, *texts: str, suffix: str = ".py") -> list[Path]:
    paths = [directory / f"file{number}{suffix}" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths


def test_a_file_and_a_function_at_their_caps_pass_and_one_line_more_is_named(
    tmp_path: Path,
) -> None:
    fits, breaks = function_of(40) + "\n" * 210, function_of(41) + "\n" * 210
    paths = written(tmp_path, fits, breaks)

    assert list(check_sizes.over_caps(paths)) == [
        f"{paths[1]}: 251 lines, the cap is 250",
        f"{paths[1]}:1 long: 41 lines, the cap is 40",
    ]


def test_methods_and_nested_functions_are_measured_and_decorators_are_not(tmp_path: Path) -> None:
    text = "class A:\n    @b\n    @c\n    async def d(self):\n        def e():\n            pass\n"

    sizes = check_sizes.functions(written(tmp_path, text))

    assert sorted(check_sizes.lines(sizes)) == [2, 3]


def test_long_medians_and_percentiles_are_named_with_their_targets(tmp_path: Path) -> None:
    text = function_of(9) + function_of(30) + "\n" * 100
    short = written(tmp_path, SHORT, SHORT, SHORT, "")

    assert list(check_sizes.over_targets(short)) == []
    assert list(check_sizes.over_targets(written(tmp_path, text, text))) == [
        "the median file has 139 lines, the target is 100",
        "the median function has 19.5 lines, the target is 8",
        "the 90th percentile of functions has 30 lines, the target is 25",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "https://files.python" + "hosted.org/packages/x.whl",
        "pip install --extra-" + "index-url https://mirror.example/x",
        "see https:/" + "/mirror.example/simple/forge",
        "PIP_" + "INDEX_URL=x",
    ],
)
def test_a_package_index_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    (path,) = written(tmp_path, f"first\n{line}\n", suffix=".md")

    assert check_addresses.faults(path) == [f"{path}:2: names a package index"]


@pytest.mark.parametrize("line", ['"/' + 'root/.cache"', "cd /" + "work/main", "=/" + "root/x"])
def test_a_path_of_one_machine_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    (path,) = written(tmp_path, line)

    assert check_addresses.faults(path) == [f"{path}:1: names a path of one machine"]


def test_only_lock_files_may_name_no_address_at_all(tmp_path: Path) -> None:
    line = "x @ https://example.org/x.whl"
    (lock,) = written(tmp_path, line, suffix=".lock")
    (text,) = written(tmp_path, line, suffix=".md")

    assert check_addresses.faults(lock) == [f"{lock}:1: names an address in a lock file"]
    assert check_addresses.faults(text) == []


def test_harmless_lines_pass(tmp_path: Path) -> None:
    harmless = (
        "docs/work/x\n--no-emit-index-url --no-emit-find-links\nhttps://a.b/simple-x\n./root/\n"
    )

    assert check_addresses.faults(written(tmp_path, harmless)[0]) == []
