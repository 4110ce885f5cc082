"""The caller of a request, and the origin of the events it causes."""

from datetime import datetime
from typing import Literal

import msgspec

from api.request import AnyRequest, request_id_of
from application.eventstore.envelope import Origin
from domain.identity.plans import ALLOWANCES, Allowance, Plan, trial_ends
from domain.identity.roles import Role
from domain.identity.scopes import Scope


class CallerSession(msgspec.Struct, frozen=True):
    """A user's login session, and the user's role in its organisation."""

    session_id: str
    role: Role


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """An API key, or a user in a login session; ``id`` is that of the key or user."""

    kind: Literal["key", "user"]
    id: str
    org_id: str
    plan: Plan
    plan_since: datetime
    scopes: frozenset[Scope]
    expires_at: datetime | None
    session: CallerSession | None = None

    @property
    def actor(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def allowance(self) -> Allowance:
        return ALLOWANCES[self.plan]

    @property
    def trial_ends(self) -> datetime | None:
        return trial_ends(self.plan, self.plan_since)

    def origin(self, request_id: str) -> Origin:
        return Origin(actor=self.actor, org_id=self.org_id, correlation_id=request_id)


def caller_of(request: AnyRequest) -> Caller:
    """Return the caller that ``api.auth.guard`` has authorised."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


def session_of(request: AnyRequest) -> CallerSession:
    """Return the session of a caller; for routes that need one."""
    session = caller_of(request).session
    assert session is not None  # noqa: S101 - the guard has checked it
    return session


def origin_of(request: AnyRequest) -> Origin:
    """Return the origin that the events of a request are recorded with."""
    return caller_of(request).origin(request_id_of(request))
