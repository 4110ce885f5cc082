"""Callers by API key: ``Authorization: Bearer <key>``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from api.access.caller import Caller
from api.access.remembered import Remembered
from application.identity import KeyDigests
from domain.identity.key_text import well_formed
from domain.identity.plans import plan_named
from domain.identity.scopes import scopes_named
from projections.api_keys import ApiKeys, KnownKey


class KeyCallers:
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

    async def caller(self, authorization: bytes) -> Caller | None:
        """Return who calls; ``None`` without a key that works."""
        scheme, _, text = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not well_formed(text):
            return None
        caller = await self._remembered.caller(self._digests.of(text))
        if caller is None or (caller.expires_at and caller.expires_at <= self._clock()):
            return None
        self._used(caller.id)
        return caller

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
