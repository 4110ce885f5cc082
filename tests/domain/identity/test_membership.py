"""Membership: permissions to invite, change and remove; an organisation keeps an owner."""

from datetime import timedelta
from typing import Final

import pytest

from application.identity.organisations import ORGANISATION
from domain.identity.email import InvalidEmail
from domain.identity.events import (
    InvitationAccepted,
    InvitationWithdrawn,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    OrganisationCreated,
)
from domain.identity.membership import (
    INVITATION_LIFETIME,
    AcceptInvitation,
    ChangeRole,
    InvitationNotFound,
    InviteMember,
    LastOwner,
    MemberNotFound,
    RemoveMember,
    RoleForbids,
    WithdrawInvitation,
)
from domain.identity.organisations import CreateOrganisation, OrganisationNotFound
from domain.identity.plans import Plan
from domain.identity.roles import Role
from tests.support.domain.scenario import NOW, Scenario

OWNER, ADMIN, MEMBER, OTHER = "owner", "admin", "member", "other"
organisation: Final = Scenario(ORGANISATION)
created: Final = OrganisationCreated(name="acme", plan=Plan.TRIAL)
acme: Final = organisation.given(
    created,
    MemberAdded(user_id=OWNER, role=Role.OWNER),
    MemberAdded(user_id=ADMIN, role=Role.ADMIN),
    MemberAdded(user_id=MEMBER, role=Role.MEMBER),
)
BOTH_WAYS: Final = ((OWNER, True), (ADMIN, True), (MEMBER, False), ("stranger", False))


def invite(by: str | None = OWNER, role: Role = Role.MEMBER, email: str = "a@b.c") -> InviteMember:
    return InviteMember(invitation_id="i1", email=email, role=role, by=by)


def invited(role: Role = Role.MEMBER, *, expired: bool = False) -> MemberInvited:
    expires_at = NOW if expired else NOW + INVITATION_LIFETIME
    return MemberInvited(invitation_id="i1", email="a@b.c", role=role, expires_at=expires_at)


def with_invitation(role: Role = Role.MEMBER, *, expired: bool = False) -> Scenario:
    return acme.given(*acme.history, invited(role, expired=expired))


def test_the_founder_of_an_organisation_owns_it() -> None:
    found = CreateOrganisation(name="acme", plan=Plan.TRIAL, owner=OWNER)

    organisation.when(found).then(created, MemberAdded(user_id=OWNER, role=Role.OWNER))


@pytest.mark.parametrize(("by", "allowed"), BOTH_WAYS)
def test_owners_and_admins_invite_others(by: str, *, allowed: bool) -> None:
    asked = acme.when(invite(by))
    asked.then(invited()) if allowed else asked.then_refused(RoleForbids)


def test_only_owners_make_owners() -> None:
    acme.when(invite(OWNER, Role.OWNER)).then(invited(Role.OWNER))
    acme.when(invite(ADMIN, Role.OWNER)).then_refused(RoleForbids)
    promote = ChangeRole(user_id=MEMBER, role=Role.OWNER, by=ADMIN)
    acme.when(promote).then_refused(RoleForbids)


def test_the_operator_invites_the_first_member() -> None:
    organisation.given(created).when(invite(None, Role.OWNER)).then(invited(Role.OWNER))
    organisation.when(invite(None)).then_refused(OrganisationNotFound)


def test_an_address_is_normalised_and_checked() -> None:
    acme.when(invite(email=" A@B.c ")).then(invited())
    acme.when(invite(email="a@b c")).then_refused(InvalidEmail)


def test_an_invitation_makes_a_member_of_the_role_it_names_once() -> None:
    accept = AcceptInvitation(invitation_id="i1", user_id=OTHER)
    accepted = InvitationAccepted(invitation_id="i1", user_id=OTHER)

    asked = with_invitation(Role.ADMIN)
    asked.when(accept).then(accepted, MemberAdded(user_id=OTHER, role=Role.ADMIN))
    asked.given(*asked.history, accepted).when(accept).then_refused(InvitationNotFound)


def test_an_invitation_changes_nothing_for_who_is_a_member() -> None:
    accept = AcceptInvitation(invitation_id="i1", user_id=MEMBER)

    with_invitation(Role.OWNER).when(accept).then(
        InvitationAccepted(invitation_id="i1", user_id=MEMBER)
    )


@pytest.mark.parametrize("expired", [True, False])
def test_an_invitation_that_is_over_or_never_was_is_missing(*, expired: bool) -> None:
    history = with_invitation(expired=True) if expired else acme
    for command in (
        AcceptInvitation(invitation_id="i1", user_id=OTHER),
        WithdrawInvitation(invitation_id="i1", by=OWNER),
    ):
        history.when(command).then_refused(InvitationNotFound)


def test_an_invitation_is_withdrawn_by_who_could_have_sent_it() -> None:
    withdrawn = InvitationWithdrawn(invitation_id="i1")

    with_invitation().when(WithdrawInvitation(invitation_id="i1", by=ADMIN)).then(withdrawn)
    asked = with_invitation(Role.OWNER)
    asked.when(WithdrawInvitation(invitation_id="i1", by=ADMIN)).then_refused(RoleForbids)
    asked.when(WithdrawInvitation(invitation_id="i1", by=OWNER)).then(withdrawn)


def test_admins_change_admins_and_members_but_no_owner() -> None:
    change = ChangeRole(user_id=MEMBER, role=Role.ADMIN, by=ADMIN)
    acme.when(change).then(MemberRoleChanged(user_id=MEMBER, role=Role.ADMIN))
    demote = ChangeRole(user_id=OWNER, role=Role.MEMBER, by=ADMIN)
    acme.when(demote).then_refused(RoleForbids)
    acme.when(ChangeRole(user_id=MEMBER, role=Role.ADMIN, by=MEMBER)).then_refused(RoleForbids)


def test_the_same_role_again_records_nothing() -> None:
    acme.when(ChangeRole(user_id=OWNER, role=Role.OWNER, by=OWNER)).then()


def test_only_a_member_can_be_changed_or_removed() -> None:
    acme.when(ChangeRole(user_id=OTHER, role=Role.ADMIN, by=OWNER)).then_refused(MemberNotFound)
    acme.when(RemoveMember(user_id=OTHER, by=OWNER)).then_refused(MemberNotFound)


def test_members_are_removed_by_who_administers_and_leave_by_themselves() -> None:
    gone = MemberRemoved(user_id=MEMBER)
    acme.when(RemoveMember(user_id=MEMBER, by=ADMIN)).then(gone)
    acme.when(RemoveMember(user_id=MEMBER, by=MEMBER)).then(gone)
    acme.when(RemoveMember(user_id=ADMIN, by=MEMBER)).then_refused(RoleForbids)
    acme.when(RemoveMember(user_id=OWNER, by=ADMIN)).then_refused(RoleForbids)


def test_the_last_owner_neither_leaves_nor_steps_down() -> None:
    for command in (
        RemoveMember(user_id=OWNER, by=OWNER),
        RemoveMember(user_id=OWNER, by=None),
        ChangeRole(user_id=OWNER, role=Role.MEMBER, by=OWNER),
    ):
        acme.when(command).then_refused(LastOwner)
        second = acme.given(*acme.history, MemberAdded(user_id=OTHER, role=Role.OWNER))
        assert len(list(ORGANISATION.decide(second.state, command, NOW))) == 1


def test_a_member_that_was_removed_may_be_invited_again() -> None:
    left = acme.given(*acme.history, MemberRemoved(user_id=MEMBER), invited())

    left.when(AcceptInvitation(invitation_id="i1", user_id=MEMBER)).then(
        InvitationAccepted(invitation_id="i1", user_id=MEMBER),
        MemberAdded(user_id=MEMBER, role=Role.MEMBER),
    )


def test_an_invitation_holds_for_a_week() -> None:
    assert timedelta(days=7) == INVITATION_LIFETIME
