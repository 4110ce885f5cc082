"""The type of a context's field strategies, for generated events and commands."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import strategies as st


class FieldPart(NamedTuple):
    strategies: Mapping[str, st.SearchStrategy[Any]]
    """By field name; a field that two contexts share is named by one of them."""
