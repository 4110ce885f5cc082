"""Roles of members, and the scopes of each. No role has ``ops`` (safety.md, scopes)."""

from enum import Enum
from typing import Final

from domain.identity.scopes import Scope


class Role(Enum):
    """Owners may do everything, admins all but change owners, members use the APIs."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"

    @property
    def administers(self) -> bool:
        """Say whether the role may manage keys, members and invitations."""
        return self is not Role.MEMBER

    @property
    def scopes(self) -> frozenset[Scope]:
        return ADMIN_SCOPES if self.administers else MEMBER_SCOPES


ADMIN_SCOPES: Final = frozenset({Scope.ALL})
MEMBER_SCOPES: Final = frozenset(
    {
        Scope.DOCUMENTS,
        Scope.PIPELINES,
        Scope.UTILITIES,
        Scope.GENERATIONS,
        Scope.TASKS,
        Scope.SESSIONS,
    }
)
