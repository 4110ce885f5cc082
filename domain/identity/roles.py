"""What members of an organisation may do there. No role covers ``ops`` (safety.md, scopes)."""

from enum import Enum
from typing import Final

from domain.identity.scopes import Scope


class Role(Enum):
    """Owners do everything, admins all but what concerns owners, members use the surfaces."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"

    @property
    def administers(self) -> bool:
        """Tell whether it covers keys, members and invitations."""
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
