"""What can happen to organisations and their keys. Stored forever: never rename a tag."""

from datetime import datetime
from typing import TypeAlias

from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from domain.messages import Event
from domain.text import Personal, Public


class OrganisationCreated(Event, frozen=True, tag="organisation.created"):
    name: Personal
    plan: Plan


class PlanChanged(Event, frozen=True, tag="organisation.plan_changed"):
    plan: Plan


class KeyIssued(Event, frozen=True, tag="key.issued"):
    """A key by the HMAC of its text under a versioned pepper; the text itself is nowhere.

    ``digest`` is hex, ``pepper`` names the pepper's version, ``last4`` is for people to tell keys
    apart, ``expires_at`` of ``None`` is never.
    """

    name: Personal
    scopes: tuple[Scope, ...]
    digest: Public
    pepper: int
    last4: Public
    expires_at: datetime | None = None


class KeyRevoked(Event, frozen=True, tag="key.revoked"):
    pass


OrganisationEvent: TypeAlias = OrganisationCreated | PlanChanged
KeyEvent: TypeAlias = KeyIssued | KeyRevoked
IdentityEvent: TypeAlias = OrganisationEvent | KeyEvent
