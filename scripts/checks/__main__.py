"""``python -m scripts.checks``: runs each check of this package; fails if one of them fails.

A check is a module with a ``main`` that prints its faults and returns an exit status.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import scripts.checks


def main() -> int:
    package = scripts.checks.__name__
    names = [f"{package}.{module.name}" for module in iter_modules(scripts.checks.__path__)]
    modules = [import_module(name) for name in names if name != f"{package}.__main__"]
    statuses: list[int] = [module.main() for module in modules if hasattr(module, "main")]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
