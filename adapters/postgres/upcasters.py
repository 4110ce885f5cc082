"""Upcasters: convert old schemas of events on reading; stored events never change.

To change the shape of an event: raise ``schema`` of its class, add the step from the former schema
here, and keep a stored event of it among the fixtures (``tests/adapters/postgres/stored_events``).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Fields: TypeAlias = dict[str, Any]
Step: TypeAlias = Callable[[Fields], Fields]

UPCASTERS: Final[Mapping[tuple[str, int], Step]] = {}
"""Steps by (stored name, schema); each converts the fields to ``schema + 1``."""


def upcast(
    name: str, schema: int, fields: Fields, steps: Mapping[tuple[str, int], Step] = UPCASTERS
) -> tuple[Fields, int]:
    """Apply all steps to the fields of an event; return them and their schema."""
    while step := steps.get((name, schema)):
        fields, schema = step(fields), schema + 1
    return fields, schema
