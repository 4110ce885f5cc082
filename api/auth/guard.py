"""Authorisation: a route names what its callers need; one that names nothing refuses all."""

from collections.abc import Callable, Coroutine, Mapping
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from api.auth.authenticator import Authenticator
from api.auth.caller import Caller
from api.auth.rate_limits import count
from api.request import AnyRequest
from application.limits.rate_limits import Limits
from domain.identity.scopes import Scope, allows
from domain.refusals import Forbidden, NotFound

Guard: TypeAlias = Callable[[AnyRequest], Coroutine[Any, Any, None]]

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Need(Enum):
    """What a route can need of its callers, other than a scope."""

    ANY_CALLER = auto()
    """Any caller; what the response contains depends on its scopes."""
    SESSION = auto()
    """A user in a login session, of any role; no API key."""
    ADMIN = auto()
    """A user in a login session who is an owner or an admin of the organisation."""


def needs(need: Scope | Need, *, limited: str | None = None) -> Mapping[str, Any]:
    """Return a controller's ``opt``: what its callers must have, and the rate they count against.

    ``limited`` names a rate of ``api.auth.rate_limits``, where it is not that of the router.
    """
    return {"needs": need} if limited is None else {"needs": need, "limited": limited}


class CrossOriginRequest(Forbidden):
    """CSRF protection: browsers send cookies with requests of any page; Origin names the page."""

    message = "In a login session, unsafe methods need a same-origin Origin header."


def guard(authenticator: Authenticator, limits: Limits | None = None) -> Guard:
    """Return a ``before_request`` hook: authenticates, counts rates, checks what the route needs.

    No Litestar guard, because those have the whole route handler copied on every request. A
    function, because Litestar copies deeply what routers hold, and functions survive that.
    """

    async def authorize(request: AnyRequest) -> None:
        state = request.scope["state"]
        caller = await authenticator.caller(state["headers"])
        state["caller"], state["caller_actor"] = caller, caller.actor
        state["caller_org"] = caller.org_id
        opt = request.scope["route_handler"].opt
        if limits is not None and (limited := opt.get("limited")) is not None:
            await count(request, caller, limited, limits)
        if caller.session is not None and request.method not in SAFE:
            _require_same_origin(state["headers"])
        if not _meets(caller, opt.get("needs")):
            raise Forbidden
        if "\0" in request.scope["path"]:
            raise NotFound

    return authorize


def _meets(caller: Caller, needed: Scope | Need | None) -> bool:
    match needed:
        case Scope():
            return allows(caller.scopes, needed)
        case Need.ANY_CALLER:
            return True
        case Need.SESSION:
            return caller.session is not None
        case Need.ADMIN:
            return caller.session is not None and caller.session.role.administers
        case None:
            return False


def _require_same_origin(headers: Mapping[bytes, bytes]) -> None:
    """Compare the Origin's authority with Host; a proxy may change the scheme (RFC 6454, 5)."""
    authority = headers.get(b"origin", b"").partition(b"://")[2]
    if not authority or authority.lower() != headers.get(b"host", b"").lower():
        raise CrossOriginRequest
