"""The wheel that pip builds of this tree has every file of the packages, data files too."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from scripts.checks.layout import SHARED
from scripts.checks.tracked_files import tracked

pytestmark = pytest.mark.foreign
ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ("pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation")


def test_the_wheel_has_every_tracked_file_of_the_packages(tmp_path: Path) -> None:
    paths = tracked(ROOT)
    for path in paths:  # building in place would leave its files in the tree
        copied = tmp_path / "tree" / path
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copied)

    arguments = [sys.executable, "-m", *BUILD, "-w", str(tmp_path), str(tmp_path / "tree")]
    built = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603 - pip

    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    contents = {Path(name) for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert contents == {path for path in paths if path.parts[0] in SHARED}
