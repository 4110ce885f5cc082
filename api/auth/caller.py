"""Who is calling, and what every event that a request causes says of them."""

from datetime import datetime
from typing import Literal

import msgspec

from api.request import AnyRequest, request_id_of
from application.eventstore.envelope import Origin
from domain.identity.plans import ALLOWANCES, Allowance, Plan, trial_ends
from domain.identity.roles import Role
from domain.identity.scopes import Scope


class LogIn(msgspec.Struct, frozen=True):
    """What a user is beyond a caller: in which login session, and which role there."""

    session_id: str
    role: Role


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The holder of a key, or a user in a login session; ``id`` is the key's or the user's."""

    kind: Literal["key", "user"]
    id: str
    org_id: str
    plan: Plan
    plan_since: datetime
    scopes: frozenset[Scope]
    expires_at: datetime | None
    log_in: LogIn | None = None

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
    """Return the caller that has been let in."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


def log_in_of(request: AnyRequest) -> LogIn:
    """Return the session of a caller whose route asks for one."""
    log_in = caller_of(request).log_in
    assert log_in is not None  # noqa: S101 - the admission has seen to it
    return log_in


def origin_of(request: AnyRequest) -> Origin:
    """Return what every event a request causes says of its cause."""
    return caller_of(request).origin(request_id_of(request))
