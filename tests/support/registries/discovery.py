"""Discovery: sums tables over all contexts from the parts in their folders of ``tests/support``.

A part is the constant ``PART`` of ``tests/support/<context>/<name>.py``. A new context adds its own
files and edits no shared table; the tests that use a table fail when a context has no part in it.
"""

import pkgutil
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar

from tests import support

Part = TypeVar("Part")
Key = TypeVar("Key")
Value = TypeVar("Value")


def parts(name: str, kind: type[Part]) -> dict[str, Part]:
    """Return the parts of one table by folder; raises ``TypeError`` for one of another kind."""
    found: dict[str, Part] = {}
    for folder in pkgutil.iter_modules(support.__path__, f"{support.__name__}."):
        module = f"{folder.name}.{name}"
        if folder.ispkg and find_spec(module) is not None:
            part = import_module(module).PART
            if not isinstance(part, kind):
                raise TypeError(f"{module}.PART is no {kind.__name__}")
            found[folder.name.rpartition(".")[2]] = part
    return found


def merged(mappings: Iterable[Mapping[Key, Value]]) -> dict[Key, Value]:
    """Join mappings into one; raises ``ValueError`` for a key that two of them have."""
    whole: dict[Key, Value] = {}
    for mapping in mappings:
        if twice := whole.keys() & mapping.keys():
            raise ValueError(f"in two parts: {twice}")
        whole |= mapping
    return whole
