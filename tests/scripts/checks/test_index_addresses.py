"""The check of addresses names lines that hold a package index or a path of one machine."""

from pathlib import Path

import pytest

from scripts.checks.index_addresses import faults
from tests.scripts.checks.files import written


@pytest.mark.parametrize(
    "line",
    [
        "pip install --extra-" + "index-url https://mirror.example/x",
        "pip install --find-" + "links=wheels",
        "pip install --trusted-" + "host mirror.example",
        "npm ci --regis" + "try=https://mirror.example/npm",
        "see https:/" + "/mirror.example/simple/forge",
        "PIP_" + "INDEX_URL=x",
        "PIP_EXTRA_" + "INDEX_URL=x",
        "PIP_FIND_" + "LINKS=x",
    ],
)
def test_a_package_index_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    (path,) = written(tmp_path, f"first\n{line}\n", suffix=".md")

    assert faults(path) == [f"{path}:2: names a package index"]


@pytest.mark.parametrize("line", ['"/' + 'root/.cache"', "cd /" + "work/main", "=/" + "root/x"])
def test_a_path_of_one_machine_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    (path,) = written(tmp_path, line)

    assert faults(path) == [f"{path}:1: names a path of one machine"]


@pytest.mark.parametrize(
    "line",
    [
        "x @ https://example.org/x.whl",
        "    # from https://files.mirror.example/packages/x.whl",
        '"resolved": "http://10.0.0.7:4873/x.tgz",',
        "x @ git+ssh://git@example.org/x",
        "x @ file:///wheels/x.whl",
    ],
)
@pytest.mark.parametrize("name", ["requirements-dev.lock", "uv.lock", "package-lock.json"])
def test_a_lock_file_may_name_no_address_whatever_its_host(
    tmp_path: Path, name: str, line: str
) -> None:
    lock, text = tmp_path / name, tmp_path / "text.md"
    for path in (lock, text):
        path.write_text(f"x==1\n{line}\n")

    assert faults(lock) == [f"{lock}:2: names an address in a lock file"]
    assert faults(text) == []


def test_harmless_lines_pass(tmp_path: Path) -> None:
    harmless = (
        "docs/work/x\n--no-emit-index-url --no-emit-find-links\nhttps://a.b/simple-x\n./root/\n"
    )

    assert faults(written(tmp_path, harmless)[0]) == []
