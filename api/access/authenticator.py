"""Turns what a request shows, an API key, into a caller.

Unknown, expired and revoked credentials answer alike.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias

from api.access import remembered
from api.access.caller import Caller
from api.access.remembered import Remembered
from application.identity import KeyDigests
from domain.identity.key_text import well_formed
from domain.identity.plans import plan_named
from domain.identity.scopes import scopes_named
from domain.refusals import Unauthorized, Unavailable
from projections.api_keys import ApiKeys, KnownKey

Headers: TypeAlias = Mapping[bytes, bytes]


class Authenticator:
    """``used`` hears of each key let in."""

    def __init__(
        self,
        digests: KeyDigests,
        keys: ApiKeys,
        clock: Callable[[], datetime],
        used: Callable[[str], None],
    ) -> None:
        self._digests = digests
        self._keys = keys
        self._clock = clock
        self._used = used
        self._remembered = Remembered(self._look_up)

    async def caller(self, headers: Headers) -> Caller:
        """Return who calls; raises ``Unauthorized`` with no hint at what is wrong."""
        stated = headers.get(b"authorization", b"").decode("latin-1")
        scheme, _, text = stated.partition(" ")
        if scheme.lower() != "bearer" or not well_formed(text):
            raise Unauthorized
        caller = await self._remembered.caller(self._digests.of(text))
        if caller is None or (caller.expires_at and caller.expires_at <= self._clock()):
            raise Unauthorized
        self._used(caller.id)
        return caller

    async def changed(self, headers: Headers, known: Caller) -> None:
        """Return once a caller is no longer what it was: for answers that go on and on."""
        with suppress(Unauthorized):
            while True:
                await asyncio.sleep(remembered.SECONDS)
                with suppress(Unavailable):
                    if await self.caller(headers) != known:
                        return

    async def _look_up(self, digests: Sequence[str]) -> Mapping[str, Caller]:
        known = await self._keys.known(digests)
        return {digest: _caller(key) for digest, key in known.items() if not key.revoked}


def _caller(key: KnownKey) -> Caller:
    return Caller(
        kind="key",
        id=key.id,
        org_id=key.org_id,
        plan=plan_named(key.plan),
        scopes=scopes_named(key.scopes),
        expires_at=key.expires_at,
    )
