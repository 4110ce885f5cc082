"""One command runs every check, also one that was added as a file and nowhere else."""

import sys
from pathlib import Path

import pytest

import scripts.checks
from scripts.checks.__main__ import main


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace the checks by those of a directory."""
    monkeypatch.setattr(scripts.checks, "__path__", [str(tmp_path)])
    for name in [each for each in sys.modules if each.startswith("scripts.checks.added")]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "__main__.py").write_text("raise AssertionError")
    (tmp_path / "added_helper.py").write_text("")
    return tmp_path


@pytest.mark.parametrize(("statuses", "status"), [([0, 0], 0), ([0, 1], 1), ([1, 0], 1)])
def test_every_check_runs_and_one_that_fails_fails_them_all(
    checks: Path, capsys: pytest.CaptureFixture[str], statuses: list[int], status: int
) -> None:
    for number, each in enumerate(statuses):
        text = f"def main():\n    print('ran {number}')\n    return {each}\n"
        (checks / f"added{status}{statuses[0]}{number}.py").write_text(text)

    assert main() == status
    assert capsys.readouterr().out == "ran 0\nran 1\n"


def test_the_checks_of_this_tree_are_among_them() -> None:
    names = {path.stem for path in Path(scripts.checks.__path__[0]).glob("*.py")}
    assert {"index_addresses", "layout", "sizes"} <= names
