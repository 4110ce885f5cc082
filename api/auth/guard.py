"""Whom a route lets in: the callers that have what it names, and by default nobody."""

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
    """What a route needs other than a scope."""

    ANY_CALLER = auto()
    """Lets every caller in, and shows each what its scopes allow."""
    SESSION = auto()
    """A user in a login session, whatever the role; no key."""
    ADMIN = auto()
    """A user in a login session who is an owner or an admin of the organisation."""


def needs(need: Scope | Need, *, limited: str | None = None) -> Mapping[str, Any]:
    """Return a controller's ``opt``: what its callers must have, and the rate they count against.

    ``limited`` names a rate of ``api.auth.rate_limits``, where it is not that of the router.
    """
    return {"needs": need} if limited is None else {"needs": need, "limited": limited}


class ForeignPage(Forbidden):
    """A browser sends its cookies with whatever page asks; which page it was, Origin says."""

    message = "A request that changes something in a login session needs a same-origin Origin."


def guard(authenticator: Authenticator, limits: Limits | None = None) -> Guard:
    """Return what lets a request in whose caller has what its route needs, and not too often.

    For a router's ``before_request``; a route that names no need lets nobody in. It is no Litestar
    guard, since for each of those the whole route handler is copied on every request; and it is a
    function, for Litestar copies what routers hold deeply, and only functions survive that.
    """

    async def let_in(request: AnyRequest) -> None:
        state = request.scope["state"]
        caller = await authenticator.caller(state["headers"])
        state["caller"], state["caller_actor"] = caller, caller.actor
        state["caller_org"] = caller.org_id
        opt = request.scope["route_handler"].opt
        if limits is not None and (limited := opt.get("limited")) is not None:
            await count(request, caller, limited, limits)
        if caller.log_in is not None and request.method not in SAFE:
            _require_same_origin(state["headers"])
        if not _has(caller, opt.get("needs")):
            raise Forbidden
        if "\0" in request.scope["path"]:
            raise NotFound

    return let_in


def _has(caller: Caller, needed: Scope | Need | None) -> bool:
    match needed:
        case Scope():
            return allows(caller.scopes, needed)
        case Need.ANY_CALLER:
            return True
        case Need.SESSION:
            return caller.log_in is not None
        case Need.ADMIN:
            return caller.log_in is not None and caller.log_in.role.administers
        case None:
            return False


def _require_same_origin(headers: Mapping[bytes, bytes]) -> None:
    """Compare who asks with whom is asked; the scheme is the proxy's business (RFC 6454, 5)."""
    authority = headers.get(b"origin", b"").partition(b"://")[2]
    if not authority or authority.lower() != headers.get(b"host", b"").lower():
        raise ForeignPage
