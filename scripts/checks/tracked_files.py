"""Tracked files: what the checks of this package look at."""

import shutil
import subprocess
from pathlib import Path


def tracked(root: Path) -> list[Path]:
    """List what git tracks below the root and the work tree still has, relative to the root."""
    git = shutil.which("git") or "git"
    names = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [git, "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return [Path(name) for name in names if name and (root / name).is_file()]
