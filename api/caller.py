"""Who is calling: the API key of a request, checked once and remembered for five seconds.

A key that is revoked dies within that time on every process. Unknown, expired and revoked keys
answer alike.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
from litestar import Request

from api.headers import header
from application.batcher import Batcher
from application.identity import KeyDigests
from application.recorded import Origin
from domain.identity.key_text import well_formed
from domain.identity.plans import ALLOWANCES, Allowance, plan_named
from domain.identity.scopes import Scope, allows, scopes_named
from domain.refusals import Forbidden, NotFound, Unauthorized, Unavailable
from projections.api_keys import ApiKeys, KnownKey

AnyRequest: TypeAlias = Request[Any, Any, Any]
Admission: TypeAlias = Callable[[AnyRequest], Coroutine[Any, Any, None]]

REMEMBERED_SECONDS: Final = 5.0
MOST_REMEMBERED: Final = 50_000
EXPIRED: Final = (0.0, None)
ANY_KEY: Final = "any key"
"""What a route needs that lets every key in, and shows each what its scopes allow."""


class Caller(msgspec.Struct, frozen=True):
    """A key's holder, and what the plan of its organisation allows."""

    key_id: str
    org_id: str
    scopes: frozenset[Scope]
    allowance: Allowance
    expires_at: datetime | None

    @property
    def actor(self) -> str:
        return f"key:{self.key_id}"

    def origin(self, request_id: str) -> Origin:
        return Origin(actor=self.actor, org_id=self.org_id, correlation_id=request_id)


class Authenticator:
    """Turns ``Authorization: Bearer <key>`` into a caller; ``used`` hears of each key let in."""

    def __init__(
        self,
        digests: KeyDigests,
        keys: ApiKeys,
        clock: Callable[[], datetime],
        used: Callable[[str], None],
    ) -> None:
        self._digests = digests
        self._clock = clock
        self._used = used
        self._lookups = Batcher[str, KnownKey | None](self._look_up)
        self._keys = keys
        self._remembered: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()

    async def caller(self, header: str | None) -> Caller:
        """Return who calls; raises ``Unauthorized`` with no hint at what is wrong with the key."""
        scheme, _, text = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not well_formed(text):
            raise Unauthorized
        digest = self._digests.of(text)
        until, caller = self._remembered.get(digest, EXPIRED)
        if until < time.monotonic():
            caller = self._remember(digest, await self._lookups.ask(digest))
        if caller is None or (caller.expires_at and caller.expires_at <= self._clock()):
            raise Unauthorized
        self._used(caller.key_id)
        return caller

    async def changed(self, header: str | None, known: Caller) -> None:
        """Return once a caller is no longer what it was: for answers that go on and on."""
        with suppress(Unauthorized):
            while True:
                await asyncio.sleep(REMEMBERED_SECONDS)
                with suppress(Unavailable):
                    if await self.caller(header) != known:
                        return

    def _remember(self, digest: str, key: KnownKey | None) -> Caller | None:
        caller = None if key is None or key.revoked else _caller(key)
        self._remembered[digest] = (time.monotonic() + REMEMBERED_SECONDS, caller)
        self._remembered.move_to_end(digest)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return caller

    async def _look_up(self, digests: Sequence[str]) -> Sequence[KnownKey | None]:
        known = await self._keys.known(digests)
        return [known.get(digest) for digest in digests]


def admission(authenticator: Authenticator) -> Admission:
    """Return what lets a request in whose key has the scope that its route names.

    For a router's ``before_request``; a route that names no scope lets nobody in. It is no Litestar
    guard, since for each of those the whole route handler is copied on every request; and it is a
    function, for Litestar copies what routers hold deeply, and only functions survive that.
    """

    async def let_in(request: AnyRequest) -> None:
        caller = await authenticator.caller(header(request, b"authorization"))
        state = request.scope["state"]
        state["caller"], state["caller_key_id"] = caller, caller.key_id
        state["caller_org"] = caller.org_id
        needed = request.scope["route_handler"].opt.get("needs")
        if needed is None or not (needed is ANY_KEY or allows(caller.scopes, needed)):
            raise Forbidden
        if "\0" in request.scope["path"]:
            raise NotFound

    return let_in


def caller_of(request: AnyRequest) -> Caller:
    """Return the caller that the guard has let in."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


def origin_of(request: AnyRequest) -> Origin:
    """Return what every event a request causes says of its cause."""
    state = request.scope["state"]
    caller: Caller = state["caller"]
    return caller.origin(state["request_id"])


def _caller(key: KnownKey) -> Caller:
    scopes = scopes_named(key.scopes)
    return Caller(key.id, key.org_id, scopes, ALLOWANCES[plan_named(key.plan)], key.expires_at)
