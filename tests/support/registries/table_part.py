"""The type of a context's SQL tables: how a purge reaches each of them."""

from collections.abc import Mapping
from typing import NamedTuple


class TablePart(NamedTuple):
    sealed: Mapping[str, str] = {}
    """Tables with personal data, by name, and how a purge makes it unreadable."""
    untouched: Mapping[str, str] = {}
    """Tables without personal data that would outlive a purge, and what is in them."""
