"""Membership of an organisation: members, roles and invitations; part of its aggregate.

An organisation always keeps an owner.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from domain.identity.email import canonical_email
from domain.identity.events import (
    InvitationAccepted,
    InvitationWithdrawn,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    MembershipEvent,
)
from domain.identity.roles import Role
from domain.messages import Command
from domain.refusals import Conflict, Forbidden, NotFound

INVITATION_LIFETIME: Final = timedelta(days=7)


class InviteMember(Command, frozen=True):
    """Invite an address; ``by`` is the inviting user's id, ``None`` for an operator."""

    invitation_id: str
    email: str
    role: Role
    by: str | None


class WithdrawInvitation(Command, frozen=True):
    invitation_id: str
    by: str | None


class AcceptInvitation(Command, frozen=True):
    """Accept an invitation; ``user_id`` has the invited address, verified."""

    invitation_id: str
    user_id: str


class ChangeRole(Command, frozen=True):
    user_id: str
    role: Role
    by: str | None


class RemoveMember(Command, frozen=True):
    """Remove a member; members leave by removing themselves."""

    user_id: str
    by: str | None


MembershipCommand: TypeAlias = (
    InviteMember | WithdrawInvitation | AcceptInvitation | ChangeRole | RemoveMember
)


class Invitation(msgspec.Struct, frozen=True):
    role: Role
    expires_at: datetime


class Membership(msgspec.Struct, frozen=True):
    """State: roles by user id, and open invitations by id."""

    roles: Mapping[str, Role] = {}
    invitations: Mapping[str, Invitation] = {}


class RoleForbids(Forbidden):
    code = "ROLE_FORBIDS"
    message = "Your role in this organisation does not allow that."


class LastOwner(Conflict):
    code = "LAST_OWNER"
    message = "An organisation keeps at least one owner: make another member an owner first."


class MemberNotFound(NotFound):
    code = "MEMBER_NOT_FOUND"
    message = "There is no such member."


class InvitationNotFound(NotFound):
    """The invitation does not exist, or was withdrawn, answered or has expired."""

    code = "INVITATION_NOT_FOUND"
    message = "There is no such invitation."


def decide(
    membership: Membership, command: MembershipCommand, now: datetime
) -> Sequence[MembershipEvent]:
    match command:
        case InviteMember():
            return [_invited(membership, command, now)]
        case WithdrawInvitation(invitation_id=invitation_id, by=by):
            _require_role(membership, by, _open_invitation(membership, invitation_id, now).role)
            return [InvitationWithdrawn(invitation_id=invitation_id)]
        case AcceptInvitation():
            return _accepted(membership, command, now)
        case ChangeRole(user_id=user_id, role=role, by=by):
            return _role_changed(membership, user_id, role, by)
        case RemoveMember(user_id=user_id, by=by):
            return [_removed(membership, user_id, by)]
        case _:
            assert_never(command)


def evolve(membership: Membership, event: MembershipEvent) -> Membership:
    roles, invitations = dict(membership.roles), dict(membership.invitations)
    match event:
        case MemberInvited(invitation_id=invitation_id):
            invitations[invitation_id] = Invitation(event.role, event.expires_at)
        case (
            InvitationWithdrawn(invitation_id=answered) | InvitationAccepted(invitation_id=answered)
        ):
            invitations.pop(answered, None)
        case (
            MemberAdded(user_id=user_id, role=role) | MemberRoleChanged(user_id=user_id, role=role)
        ):
            roles[user_id] = role
        case MemberRemoved(user_id=user_id):
            roles.pop(user_id, None)
        case _:
            assert_never(event)
    return replace(membership, roles=roles, invitations=invitations)


def _invited(membership: Membership, command: InviteMember, now: datetime) -> MemberInvited:
    _require_role(membership, command.by, command.role)
    return MemberInvited(
        invitation_id=command.invitation_id,
        email=canonical_email(command.email),
        role=command.role,
        expires_at=now + INVITATION_LIFETIME,
    )


def _accepted(
    membership: Membership, command: AcceptInvitation, now: datetime
) -> Sequence[MembershipEvent]:
    """Add the user as a member; an existing member only uses the invitation up."""
    invitation = _open_invitation(membership, command.invitation_id, now)
    accepted = InvitationAccepted(invitation_id=command.invitation_id, user_id=command.user_id)
    if command.user_id in membership.roles:
        return [accepted]
    return [accepted, MemberAdded(user_id=command.user_id, role=invitation.role)]


def _role_changed(
    membership: Membership, user_id: str, role: Role, by: str | None
) -> Sequence[MembershipEvent]:
    present = _role(membership, user_id)
    _require_role(membership, by, present, role)
    if role is present:
        return []
    _require_another_owner(membership, user_id)
    return [MemberRoleChanged(user_id=user_id, role=role)]


def _removed(membership: Membership, user_id: str, by: str | None) -> MemberRemoved:
    present = _role(membership, user_id)
    if by != user_id:
        _require_role(membership, by, present)
    _require_another_owner(membership, user_id)
    return MemberRemoved(user_id=user_id)


def _require_role(membership: Membership, by: str | None, *touched: Role) -> None:
    """Require a role that may change the given roles: owners all, admins all but owners."""
    if by is None:
        return
    acting = membership.roles.get(by)
    if acting is None or not acting.administers:
        raise RoleForbids
    if Role.OWNER in touched and acting is not Role.OWNER:
        raise RoleForbids


def _require_another_owner(membership: Membership, leaving: str) -> None:
    owners = {user for user, role in membership.roles.items() if role is Role.OWNER}
    if owners == {leaving}:
        raise LastOwner


def _role(membership: Membership, user_id: str) -> Role:
    if (role := membership.roles.get(user_id)) is None:
        raise MemberNotFound
    return role


def _open_invitation(membership: Membership, invitation_id: str, now: datetime) -> Invitation:
    invitation = membership.invitations.get(invitation_id)
    if invitation is None or invitation.expires_at <= now:
        raise InvitationNotFound
    return invitation
