"""``python -m scripts.checks.index_addresses``: no package index, no machine's path.

A lock file pins by hash and names no address at all: the configuration of the installing machine
says where packages come from. A path such as a home directory works on one machine only.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scripts.checks.tracked_files import tracked

ADDRESS: Final = re.compile(r"\w+://")
INDEX: Final = re.compile(
    r"https?://[^\s\"'<>]*/simple(?:[/\s]|$)"
    r"|--(?:extra-)?index-url[= ]|--find-links[= ]|--trusted-host[= ]|--registry[= ]"
    r"|PIP_(?:EXTRA_)?INDEX[_]URL|PIP_FIND[_]LINKS|PIP_TRUSTED[_]HOST"
)
MACHINE: Final = re.compile(r"(?<![\w.~$})-])/(?:root|work)/")
KINDS: Final[Mapping[str, re.Pattern[str]]] = {
    "a package index": INDEX,
    "a path of one machine": MACHINE,
}
LOCK_SUFFIX: Final = ".lock"
LOCK_NAMES: Final = {"go.sum", "npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml"}


def main() -> int:
    found = [fault for path in tracked(Path.cwd()) for fault in faults(path)]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


def faults(path: Path) -> list[str]:
    """Name the lines of a text file that hold an address or a path that must not be shared."""
    kinds = dict(KINDS)
    if path.suffix == LOCK_SUFFIX or path.name in LOCK_NAMES:
        kinds["an address in a lock file"] = ADDRESS
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"{path}:{number}: names {kind}"
        for number, line in enumerate(lines, start=1)
        for kind, pattern in kinds.items()
        if pattern.search(line)
    ]


if __name__ == "__main__":
    sys.exit(main())
