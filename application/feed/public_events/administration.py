"""Public events of organisations, keys, erasures and read models."""

from datetime import datetime
from typing import Final

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.erasure.events import ErasureCertified
from domain.identity import events as identity
from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from domain.projection_admin.events import EventSkipped


class OrganisationCreatedData(Data, frozen=True, kw_only=True):
    organisation_id: str
    name: str
    plan: Plan


class PlanChangedData(Data, frozen=True, kw_only=True):
    organisation_id: str
    plan: Plan


class KeyIssuedData(Data, frozen=True, kw_only=True):
    """``last4`` is for people to tell keys apart; an ``expiresAt`` of null is never."""

    key_id: str
    name: str
    scopes: tuple[Scope, ...]
    last4: str
    expires_at: datetime | None


class KeyRotatedData(Data, frozen=True, kw_only=True):
    """The text before works until ``endsAt``."""

    key_id: str
    last4: str
    ends_at: datetime


class CredentialBoundData(Data, frozen=True, kw_only=True):
    key_id: str
    provider: str
    base_url: str
    model: str
    last4: str


class CredentialRemovedData(Data, frozen=True, kw_only=True):
    key_id: str


class KeyRevokedData(Data, frozen=True, kw_only=True):
    key_id: str


class ErasureCertifiedData(Data, frozen=True, kw_only=True):
    """Of the stream ``subject``, up to ``version``; ``size`` counts the bytes of its texts."""

    subject: str
    version: int
    texts: int
    size: int


class EventSkippedData(Data, frozen=True, kw_only=True):
    """``position`` is that of the event which the read model passes over from now on."""

    projection: str
    position: int
    reason: str


def organisation_created(key: str, event: identity.OrganisationCreated) -> OrganisationCreatedData:
    return OrganisationCreatedData(organisation_id=key, name=event.name, plan=event.plan)


def plan_changed(key: str, event: identity.PlanChanged) -> PlanChangedData:
    return PlanChangedData(organisation_id=key, plan=event.plan)


def key_issued(key: str, event: identity.KeyIssued) -> KeyIssuedData:
    return KeyIssuedData(
        key_id=key,
        name=event.name,
        scopes=event.scopes,
        last4=event.last4,
        expires_at=event.expires_at,
    )


def key_rotated(key: str, event: identity.KeyRotated) -> KeyRotatedData:
    return KeyRotatedData(key_id=key, last4=event.last4, ends_at=event.ends_at)


def credential_bound(key: str, event: identity.CredentialBound) -> CredentialBoundData:
    return CredentialBoundData(
        key_id=key,
        provider=event.provider,
        base_url=event.base_url,
        model=event.model,
        last4=event.last4,
    )


def credential_removed(key: str, _event: identity.CredentialRemoved) -> CredentialRemovedData:
    return CredentialRemovedData(key_id=key)


def key_revoked(key: str, _event: identity.KeyRevoked) -> KeyRevokedData:
    return KeyRevokedData(key_id=key)


def erasure_certified(_key: str, event: ErasureCertified) -> ErasureCertifiedData:
    return ErasureCertifiedData(
        subject=event.subject, version=event.version, texts=event.texts, size=event.size
    )


def event_skipped(_key: str, event: EventSkipped) -> EventSkippedData:
    return EventSkippedData(
        projection=event.projection, position=event.position, reason=event.reason
    )


TYPES: Final[tuple[PublicType, ...]] = (
    public_type(
        "organisation.created", Scope.AUDIT, identity.OrganisationCreated, organisation_created
    ),
    public_type("organisation.plan_changed", Scope.AUDIT, identity.PlanChanged, plan_changed),
    public_type("key.issued", Scope.AUDIT, identity.KeyIssued, key_issued),
    public_type("key.rotated", Scope.AUDIT, identity.KeyRotated, key_rotated),
    public_type("key.credential_bound", Scope.AUDIT, identity.CredentialBound, credential_bound),
    public_type(
        "key.credential_removed", Scope.AUDIT, identity.CredentialRemoved, credential_removed
    ),
    public_type("key.revoked", Scope.AUDIT, identity.KeyRevoked, key_revoked),
    public_type("erasure.certified", Scope.AUDIT, ErasureCertified, erasure_certified),
    public_type("projection.event_skipped", Scope.OPS, EventSkipped, event_skipped),
)
