"""Catalogue of all utilities."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.pipelines.refusals import UtilityNotFound
from domain.pipelines.utilities import (
    analysis,
    cleanup,
    convert,
    diff,
    merge,
    query,
    schema,
    structure,
    tabular,
    transform,
)
from domain.pipelines.utilities.utility import Utility

_NAMESPACES: Final = (
    *(cleanup, schema, structure, tabular, merge, query, diff, convert, transform, analysis),
)
UTILITIES: Final[Mapping[str, Utility]] = MappingProxyType(
    {utility.id: utility for namespace in _NAMESPACES for utility in namespace.UTILITIES}
)
ALIASES: Final[Mapping[str, str]] = {"cleanup.clean-json": "schema.clean-json"}
"""Former ids."""


def utility(utility_id: str) -> Utility:
    """Return a utility by its id; raises ``UtilityNotFound``."""
    found = UTILITIES.get(ALIASES.get(utility_id, utility_id))
    if found is None:
        raise UtilityNotFound(f"There is no utility {utility_id[:100]!r}.")
    return found
