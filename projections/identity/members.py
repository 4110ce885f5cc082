"""Read model ``members``: members of organisations with their roles, and open invitations."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, TypeAlias

import msgspec

from application.eventstore.envelope import RecordedEvent
from domain.identity.events import (
    InvitationAccepted,
    InvitationWithdrawn,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
)
from domain.identity.roles import Role
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

KEEP: Final[LiteralString] = """
    INSERT INTO {members} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[])
    ON CONFLICT (org_id, user_id) DO UPDATE SET
        role = excluded.role, joined_at = coalesce(excluded.joined_at, old.joined_at)
"""
REMOVE: Final[LiteralString] = """
    DELETE FROM {members} USING unnest(%b::text[], %b::text[]) AS gone (org_id, user_id)
    WHERE {members}.org_id = gone.org_id AND {members}.user_id = gone.user_id
"""
INVITE: Final[LiteralString] = """
    INSERT INTO {invitations}
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[],
                         %b::timestamptz[])
    ON CONFLICT (org_id, id) DO NOTHING
"""
ANSWERED: Final[LiteralString] = """
    DELETE FROM {invitations} USING unnest(%b::text[], %b::text[]) AS gone (org_id, id)
    WHERE {invitations}.org_id = gone.org_id AND {invitations}.id = gone.id
"""
OF_ORGANISATION: Final[LiteralString] = """
    SELECT m.user_id, u.email, m.role, m.joined_at
    FROM models.members m JOIN models.users u ON u.id = m.user_id
    WHERE m.org_id = %b ORDER BY m.joined_at, m.user_id
"""
OF_USER: Final[LiteralString] = """
    SELECT o.id, o.name, o.plan, m.role
    FROM models.members m JOIN models.organisations o ON o.id = m.org_id
    WHERE m.user_id = %b ORDER BY m.joined_at, o.id
"""
SENT: Final[LiteralString] = """
    SELECT id, email, role, invited_at, expires_at FROM models.invitations
    WHERE org_id = %b AND expires_at > %b ORDER BY invited_at, id
"""
RECEIVED: Final[LiteralString] = """
    SELECT i.id, o.id, o.name, i.role, i.expires_at
    FROM models.invitations i JOIN models.organisations o ON o.id = i.org_id
    WHERE i.email = %b AND i.expires_at > %b ORDER BY i.invited_at, i.id
"""
Key: TypeAlias = tuple[str, str]


class MemberSummary(msgspec.Struct, frozen=True, rename="camel"):
    user_id: str
    email: str
    role: Role
    joined_at: datetime


class Belonging(msgspec.Struct, frozen=True, rename="camel"):
    """A membership of a user: the organisation and the user's role there."""

    id: str
    name: str
    plan: str
    role: Role


class InvitationSent(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    email: str
    role: Role
    invited_at: datetime
    expires_at: datetime


class InvitationReceived(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    organisation_id: str
    organisation: str
    role: Role
    expires_at: datetime


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    """Keep the last event about each member and invitation, which holds its whole state."""
    members: dict[Key, list[Any] | None] = {}
    invitations: dict[Key, list[Any] | None] = {}
    for record in records:
        match record.event:
            case MemberAdded(user_id=user_id, role=role):
                members[record.key, user_id] = [role.value, record.recorded_at]
            case MemberRoleChanged(user_id=user_id, role=role):
                _, joined = members.get((record.key, user_id)) or (None, None)
                members[record.key, user_id] = [role.value, joined]
            case MemberRemoved(user_id=user_id):
                members[record.key, user_id] = None
            case MemberInvited(invitation_id=invitation_id) as invited:
                row = [invited.email, invited.role.value, record.recorded_at, invited.expires_at]
                invitations[record.key, invitation_id] = row
            case (
                InvitationAccepted(invitation_id=answered)
                | InvitationWithdrawn(invitation_id=answered)
            ):
                invitations[record.key, answered] = None
    return [*_writes(KEEP, REMOVE, members), *_writes(INVITE, ANSWERED, invitations)]


def _writes(
    keep: LiteralString, remove: LiteralString, rows: dict[Key, list[Any] | None]
) -> Sequence[Write]:
    kept = [(*key, *row) for key, row in rows.items() if row is not None]
    gone = [key for key, row in rows.items() if row is None]
    writes = [Write(keep, columns_of(kept))] if kept else []
    return [*writes, *([Write(remove, columns_of(gone))] if gone else [])]


MEMBERS: Final = Projection(
    name="members",
    shape=1,
    tables=("members", "invitations"),
    ddl="""
        CREATE TABLE {members} (
            org_id text, user_id text, role text NOT NULL, joined_at timestamptz,
            PRIMARY KEY (org_id, user_id));
        CREATE TABLE {invitations} (
            org_id text, id text, email text NOT NULL, role text NOT NULL,
            invited_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
            PRIMARY KEY (org_id, id));
    """,
    indexes="""
        CREATE INDEX ON {members} (user_id);
        CREATE INDEX ON {invitations} (email);
    """,
    takes=frozenset(
        {
            MemberAdded,
            MemberRoleChanged,
            MemberRemoved,
            MemberInvited,
            InvitationAccepted,
            InvitationWithdrawn,
        }
    ),
    fold=fold,
)


class MemberQueries:
    """Queries of members, and of invitations that have not expired."""

    def __init__(self, select: Select, clock: Callable[[], datetime]) -> None:
        self._select = select
        self._clock = clock

    async def of_organisation(self, org_id: str) -> list[MemberSummary]:
        rows = await self._select(OF_ORGANISATION, (org_id,))
        return [MemberSummary(who, email, Role(role), at) for who, email, role, at in rows]

    async def of_user(self, user_id: str) -> list[Belonging]:
        """Return the organisations of a user, in the order of joining."""
        rows = await self._select(OF_USER, (user_id,))
        return [Belonging(key, name, plan, Role(role)) for key, name, plan, role in rows]

    async def invited(self, org_id: str) -> list[InvitationSent]:
        rows = await self._select(SENT, (org_id, self._clock()))
        return [InvitationSent(key, email, Role(role), *times) for key, email, role, *times in rows]

    async def invitations_to(self, email: str) -> list[InvitationReceived]:
        """Return open invitations to an e-mail address, the oldest first."""
        rows = await self._select(RECEIVED, (email, self._clock()))
        return [
            InvitationReceived(key, org_id, name, Role(role), until)
            for key, org_id, name, role, until in rows
        ]
