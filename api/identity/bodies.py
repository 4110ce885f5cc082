"""Request bodies and responses of log-ins and organisations: camelCase, ISO-8601 with Z."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.identity.logins import LoginResult
from application.identity.sessions import IDLE, LoginSession
from domain.identity.events import MemberInvited
from domain.identity.roles import Role
from projections.identity.members import (
    Belonging,
    InvitationReceived,
    InvitationSent,
    MemberSummary,
)


class LinkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: str


class Accepted(msgspec.Struct, frozen=True):
    """The same for known and unknown addresses."""

    status: str = "accepted"
    message: str = "If this address may log in, a link is on its way to it."


class TokenQuery(msgspec.Struct, frozen=True):
    token: str


class LoggedInAnswer(msgspec.Struct, frozen=True, rename="camel"):
    user_id: str
    organisation_id: str
    session_id: str

    @classmethod
    def of(cls, logged_in: LoginResult) -> Self:
        return cls(logged_in.user_id, logged_in.org_id, logged_in.session.session_id)


class SessionsEnded(msgspec.Struct, frozen=True):
    status: str = "logged out"


class SessionSummary(msgspec.Struct, frozen=True, rename="camel"):
    """A session; ``current`` marks that of the request, ``userAgent`` is as the browser sent it."""

    id: str
    organisation_id: str
    user_agent: str
    opened_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, session: LoginSession, current: str) -> Self:
        seen_at = session.seen_at.astimezone(UTC)
        return cls(
            id=session.id,
            organisation_id=session.org_id,
            user_agent=session.agent,
            opened_at=session.opened_at.astimezone(UTC),
            last_seen_at=seen_at,
            expires_at=seen_at + IDLE,
            current=session.id == current,
        )


class SessionsAnswer(msgspec.Struct, frozen=True):
    sessions: Sequence[SessionSummary]


class SwitchRequest(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    organisation_id: str


class UserAnswer(msgspec.Struct, frozen=True):
    id: str
    email: str | None


class OrganisationAnswer(msgspec.Struct, frozen=True):
    """An organisation; ``role`` is the user's, and null for a key."""

    id: str
    name: str
    plan: str
    role: Role | None


class KeyAnswer(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    scopes: Sequence[str]
    expires_at: datetime | None


class MeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The caller: a ``user`` in a login session, or a ``key``; the other is null."""

    user: UserAnswer | None
    key: KeyAnswer | None
    organisation: OrganisationAnswer
    organisations: Sequence[Belonging]
    invitations: Sequence[InvitationReceived]


class MembersAnswer(msgspec.Struct, frozen=True):
    members: Sequence[MemberSummary]


class RoleRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: Role


class InvitationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: str
    role: Role = Role.MEMBER


class InvitationsAnswer(msgspec.Struct, frozen=True):
    invitations: Sequence[InvitationSent]


class InvitationAnswer(msgspec.Struct, frozen=True):
    invitation: InvitationSent

    @classmethod
    def of(cls, recorded: RecordedEvent) -> Self:
        """Return an invitation from its event, without waiting for the read model."""
        event = recorded.event
        assert isinstance(event, MemberInvited)  # noqa: S101 - the event of an invitation
        return cls(
            InvitationSent(
                id=event.invitation_id,
                email=event.email,
                role=event.role,
                invited_at=recorded.recorded_at,
                expires_at=event.expires_at,
            )
        )


class JoinedAnswer(msgspec.Struct, frozen=True, rename="camel"):
    organisation_id: str
