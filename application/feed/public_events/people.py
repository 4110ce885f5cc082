"""Public events of users, members and invitations, without e-mail addresses."""

from datetime import datetime
from typing import Final

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.identity import events as identity
from domain.identity.events import LogInMethod
from domain.identity.roles import Role
from domain.identity.scopes import Scope


class MemberData(Data, frozen=True, kw_only=True):
    organisation_id: str
    user_id: str
    role: Role


class MemberRemovedData(Data, frozen=True, kw_only=True):
    organisation_id: str
    user_id: str


class MemberInvitedData(Data, frozen=True, kw_only=True):
    organisation_id: str
    invitation_id: str
    role: Role
    expires_at: datetime


class InvitationWithdrawnData(Data, frozen=True, kw_only=True):
    organisation_id: str
    invitation_id: str


class InvitationAcceptedData(Data, frozen=True, kw_only=True):
    organisation_id: str
    invitation_id: str
    user_id: str


class UserRegisteredData(Data, frozen=True, kw_only=True):
    user_id: str


class UserLoggedInData(Data, frozen=True, kw_only=True):
    """``sessionId`` names a login session; it opens none."""

    user_id: str
    session_id: str
    method: LogInMethod


class UserLoggedOutData(Data, frozen=True, kw_only=True):
    user_id: str
    session_id: str


class GitHubLinkedData(Data, frozen=True, kw_only=True):
    user_id: str
    github_id: str


class UserSwitchedData(Data, frozen=True, kw_only=True):
    user_id: str
    session_id: str
    ended: str
    organisation_id: str


def member_invited(key: str, event: identity.MemberInvited) -> MemberInvitedData:
    return MemberInvitedData(
        organisation_id=key,
        invitation_id=event.invitation_id,
        role=event.role,
        expires_at=event.expires_at,
    )


def invitation_withdrawn(key: str, event: identity.InvitationWithdrawn) -> InvitationWithdrawnData:
    return InvitationWithdrawnData(organisation_id=key, invitation_id=event.invitation_id)


def invitation_accepted(key: str, event: identity.InvitationAccepted) -> InvitationAcceptedData:
    return InvitationAcceptedData(
        organisation_id=key, invitation_id=event.invitation_id, user_id=event.user_id
    )


def member_added(key: str, event: identity.MemberAdded) -> MemberData:
    return MemberData(organisation_id=key, user_id=event.user_id, role=event.role)


def member_role_changed(key: str, event: identity.MemberRoleChanged) -> MemberData:
    return MemberData(organisation_id=key, user_id=event.user_id, role=event.role)


def member_removed(key: str, event: identity.MemberRemoved) -> MemberRemovedData:
    return MemberRemovedData(organisation_id=key, user_id=event.user_id)


def user_registered(key: str, _event: identity.UserRegistered) -> UserRegisteredData:
    return UserRegisteredData(user_id=key)


def user_logged_in(key: str, event: identity.UserLoggedIn) -> UserLoggedInData:
    return UserLoggedInData(user_id=key, session_id=event.session_id, method=event.method)


def user_logged_out(key: str, event: identity.UserLoggedOut) -> UserLoggedOutData:
    return UserLoggedOutData(user_id=key, session_id=event.session_id)


def github_linked(key: str, event: identity.GitHubLinked) -> GitHubLinkedData:
    return GitHubLinkedData(user_id=key, github_id=event.github_id)


def user_switched(key: str, event: identity.UserSwitched) -> UserSwitchedData:
    return UserSwitchedData(
        user_id=key,
        session_id=event.session_id,
        ended=event.ended,
        organisation_id=event.organisation_id,
    )


TYPES: Final[tuple[PublicType, ...]] = (
    public_type("organisation.member_invited", Scope.AUDIT, identity.MemberInvited, member_invited),
    public_type(
        "organisation.invitation_withdrawn",
        Scope.AUDIT,
        identity.InvitationWithdrawn,
        invitation_withdrawn,
    ),
    public_type(
        "organisation.invitation_accepted",
        Scope.AUDIT,
        identity.InvitationAccepted,
        invitation_accepted,
    ),
    public_type("organisation.member_added", Scope.AUDIT, identity.MemberAdded, member_added),
    public_type(
        "organisation.member_role_changed",
        Scope.AUDIT,
        identity.MemberRoleChanged,
        member_role_changed,
    ),
    public_type("organisation.member_removed", Scope.AUDIT, identity.MemberRemoved, member_removed),
    public_type("user.registered", Scope.AUDIT, identity.UserRegistered, user_registered),
    public_type("user.logged_in", Scope.AUDIT, identity.UserLoggedIn, user_logged_in),
    public_type("user.logged_out", Scope.AUDIT, identity.UserLoggedOut, user_logged_out),
    public_type("user.github_linked", Scope.AUDIT, identity.GitHubLinked, github_linked),
    public_type("user.switched_organisation", Scope.AUDIT, identity.UserSwitched, user_switched),
)
