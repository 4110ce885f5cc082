"""Events of organisations, users and keys: stored shapes, published fields, read model rules."""

from typing import Final

from domain.identity.events import (
    CredentialBound,
    CredentialRemoved,
    GitHubLinked,
    InvitationAccepted,
    InvitationWithdrawn,
    KeyIssued,
    KeyRevoked,
    KeyRotated,
    LogInMethod,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    OrganisationCreated,
    PlanChanged,
    UserLoggedIn,
    UserLoggedOut,
    UserRegistered,
    UserSwitched,
)
from domain.identity.plans import Plan
from domain.identity.roles import Role
from domain.identity.scopes import Scope
from tests.support.registries.event_part import LATER, EventPart

PART: Final = EventPart(
    stored={
        "organisation.created.1": OrganisationCreated(name="acme", plan=Plan.STARTER),
        "organisation.plan_changed.1": PlanChanged(plan=Plan.TEAM),
        "organisation.member_invited.1": MemberInvited(
            invitation_id="i1", email="ada@example.com", role=Role.ADMIN, expires_at=LATER
        ),
        "organisation.invitation_withdrawn.1": InvitationWithdrawn(invitation_id="i1"),
        "organisation.invitation_accepted.1": InvitationAccepted(invitation_id="i1", user_id="u1"),
        "organisation.member_added.1": MemberAdded(user_id="u1", role=Role.OWNER),
        "organisation.member_role_changed.1": MemberRoleChanged(user_id="u1", role=Role.MEMBER),
        "organisation.member_removed.1": MemberRemoved(user_id="u1"),
        "user.registered.1": UserRegistered(email="ada@example.com"),
        "user.logged_in.1": UserLoggedIn(session_id="s1", method=LogInMethod.MAGIC_LINK),
        "user.logged_out.1": UserLoggedOut(session_id="s1"),
        "user.github_linked.1": GitHubLinked(github_id="583231"),
        "user.switched_organisation.1": UserSwitched(
            session_id="s2", ended="s1", organisation_id="o2"
        ),
        "key.issued.1": KeyIssued(
            name="ci",
            scopes=(Scope.ALL, Scope.AUDIT),
            digest="7f70bf18",
            pepper=1,
            last4="wxyz",
            expires_at=LATER,
        ),
        "key.rotated.1": KeyRotated(
            digest="9f70bf18", pepper=1, last4="abcd", ended="7f70bf18", ends_at=LATER
        ),
        "key.credential_bound.1": CredentialBound(
            credential_id="c1",
            provider="openai",
            base_url="https://api.openai.com/v1",
            model="gpt-4o",
            digest="af70bf18",
            last4="wxyz",
        ),
        "key.credential_removed.1": CredentialRemoved(credential_id="c1"),
        "key.revoked.1": KeyRevoked(),
    },
    published={
        "organisation.created": ("organisationId", "name", "plan"),
        "organisation.plan_changed": ("organisationId", "plan"),
        "key.issued": ("keyId", "name", "scopes", "last4", "expiresAt"),
        "key.rotated": ("keyId", "last4", "endsAt"),
        "key.credential_bound": ("keyId", "provider", "baseUrl", "model", "last4"),
        "key.credential_removed": ("keyId",),
        "key.revoked": ("keyId",),
        "organisation.member_invited": ("organisationId", "invitationId", "role", "expiresAt"),
        "organisation.invitation_withdrawn": ("organisationId", "invitationId"),
        "organisation.invitation_accepted": ("organisationId", "invitationId", "userId"),
        "organisation.member_added": ("organisationId", "userId", "role"),
        "organisation.member_role_changed": ("organisationId", "userId", "role"),
        "organisation.member_removed": ("organisationId", "userId"),
        "user.registered": ("userId",),
        "user.logged_in": ("userId", "sessionId", "method"),
        "user.logged_out": ("userId", "sessionId"),
        "user.github_linked": ("userId", "githubId"),
        "user.switched_organisation": ("userId", "sessionId", "ended", "organisationId"),
    },
    unprojected={
        UserLoggedOut: "Read from its own stream.",
        GitHubLinked: "Read from its own stream.",
        CredentialBound: "Read from its own stream.",
        CredentialRemoved: "Read from its own stream.",
    },
    unique={KeyIssued: lambda event, _: event.digest},
)
