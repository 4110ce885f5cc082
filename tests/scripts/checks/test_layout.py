"""The check of the layout names modules that lie directly in a package of folders."""

from pathlib import Path

import pytest

from scripts.checks.layout import SHARED, faults


@pytest.mark.parametrize("package", SHARED)
def test_a_loose_module_is_named(package: str) -> None:
    assert faults([Path(package, "billing.py")]) == [
        f"{package}/billing.py: move it into the folder of its context; {package}/ holds folders"
    ]


def test_shared_modules_folders_and_files_of_other_places_pass() -> None:
    shared = [Path(package, name) for package, names in SHARED.items() for name in names]
    others = ["domain/__init__.py", "domain/billing/plan.py", "tests/conftest.py", "api/notes.md"]

    assert faults([*shared, *map(Path, others)]) == []
