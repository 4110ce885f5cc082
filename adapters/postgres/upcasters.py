"""Old shapes of events become today's when they are read; what is stored never changes.

To change an event's shape: raise its class's ``schema``, list here the step from the shape before,
and keep a stored event of the old shape among the fixtures
(``tests/adapters/postgres/stored_events``).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Fields: TypeAlias = dict[str, Any]
Step: TypeAlias = Callable[[Fields], Fields]

UPCASTERS: Final[Mapping[tuple[str, int], Step]] = {}
"""From (stored name, schema) to the step that makes the fields those of ``schema + 1``."""


def upcast(
    name: str, schema: int, fields: Fields, steps: Mapping[tuple[str, int], Step] = UPCASTERS
) -> tuple[Fields, int]:
    """Take the fields of an event as far as steps lead; return them and the schema reached."""
    while step := steps.get((name, schema)):
        fields, schema = step(fields), schema + 1
    return fields, schema
