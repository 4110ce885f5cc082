"""Scopes of API keys. ``*`` covers every scope but ``ops`` (safety.md, scopes)."""

from collections.abc import Collection
from enum import Enum

from domain.refusals import Invalid


class Scope(Enum):
    DOCUMENTS = "documents"
    PIPELINES = "pipelines"
    UTILITIES = "utilities"
    GENERATIONS = "generations"
    TASKS = "tasks"
    SESSIONS = "sessions"
    AUDIT = "audit"
    OPS = "ops"
    ALL = "*"


class UnknownScope(Invalid):
    code = "UNKNOWN_SCOPE"


def scopes_named(names: Collection[str]) -> frozenset[Scope]:
    """Return scopes by name; raises ``UnknownScope`` for unknown names or an empty list."""
    known = {scope.value: scope for scope in Scope}
    if strange := sorted(set(names) - set(known)):
        raise UnknownScope(f"Unknown scopes: {', '.join(strange)}. Known: {', '.join(known)}.")
    if not names:
        raise UnknownScope("A key needs at least one scope.")
    return frozenset(known[name] for name in names)


def allows(granted: Collection[Scope], needed: Scope) -> bool:
    return needed in granted or (needed is not Scope.OPS and Scope.ALL in granted)
