"""Who is calling, and what every event that a request causes says of them."""

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
from litestar import Request

from application.recorded import Origin
from domain.identity.plans import ALLOWANCES, Allowance, Plan
from domain.identity.scopes import Scope

AnyRequest: TypeAlias = Request[Any, Any, Any]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The holder of a key, or a user in a login session; ``id`` is the key's or the user's."""

    kind: Literal["key", "user"]
    id: str
    org_id: str
    plan: Plan
    scopes: frozenset[Scope]
    expires_at: datetime | None

    @property
    def actor(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def allowance(self) -> Allowance:
        return ALLOWANCES[self.plan]

    def origin(self, request_id: str) -> Origin:
        return Origin(actor=self.actor, org_id=self.org_id, correlation_id=request_id)


def caller_of(request: AnyRequest) -> Caller:
    """Return the caller that has been let in."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


def origin_of(request: AnyRequest) -> Origin:
    """Return what every event a request causes says of its cause."""
    state = request.scope["state"]
    caller: Caller = state["caller"]
    return caller.origin(state["request_id"])
