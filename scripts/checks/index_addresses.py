"""Keep package index addresses and one machine's paths out of what is committed.

A lock file pins by hash and leaves the index to whoever installs; a path works on one machine only.
"""

import re
from pathlib import Path
from typing import Final

INDEX: Final = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|pypi\.python\.org|registry\.npmjs\.org|proxy\.golang\.org)\b"
    r"|https?://[^\s\"'<>]*/simple(?:[/\s]|$)"
    r"|--(?:extra-)?index-url[= ]|--find-links[= ]|--trusted-host[= ]|PIP_INDEX[_]URL"
)
MACHINE: Final = re.compile(r"(?<![\w.~$})-])/(?:root|work)/")
ADDRESS: Final = re.compile(r"\w+://")


def faults(path: Path) -> list[str]:
    """Name the lines of a text file that hold what should not be shared."""
    kinds = {"a package index": INDEX, "a path of one machine": MACHINE}
    if path.suffix == ".lock":
        kinds["an address in a lock file"] = ADDRESS
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"{path}:{number}: names {kind}"
        for number, line in enumerate(lines, start=1)
        for kind, pattern in kinds.items()
        if pattern.search(line)
    ]
