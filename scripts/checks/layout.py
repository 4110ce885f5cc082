"""``python -m scripts.checks.layout``: packages that hold folders only do not fill with modules.

A module belongs in the folder of its context (ARCHITECTURE.md). What all contexts share is listed.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from scripts.checks.tracked_files import tracked

SHARED: Final[Mapping[str, frozenset[str]]] = {
    "adapters": frozenset(),
    "api": frozenset({"app.py", "request.py"}),
    "application": frozenset({"catalogue.py"}),
    "domain": frozenset(
        {
            *("catalogue.py", "content.py", "json_diff.py", "json_text.py", "messages.py"),
            *("outbound_addresses.py", "refusals.py", "text.py"),
        }
    ),
    "projections": frozenset({"catalogue.py"}),
    "scripts": frozenset({"forge.py", "lean_imports.py"}),
}


def main() -> int:
    found = faults(tracked(Path.cwd()))
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


def faults(paths: Iterable[Path]) -> list[str]:
    """Name the modules that lie directly in a package of folders; paths are from the root."""
    return [
        f"{path}: move it into the folder of its context; {path.parent}/ holds folders"
        for path in paths
        if path.suffix == ".py"
        and path.name != "__init__.py"
        and path.name not in SHARED.get(str(path.parent), {path.name})
    ]


if __name__ == "__main__":
    sys.exit(main())
