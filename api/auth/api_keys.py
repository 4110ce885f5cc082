"""Callers by API key: ``Authorization: Bearer <key>``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from api.auth.caller import Caller
from api.auth.credential_cache import CredentialCache
from api.auth.revocations import Revocations
from application.identity.api_keys import KeyDigests
from application.telemetry.instruments import Counter
from domain.identity.key_text import LENGTH, well_formed
from domain.identity.plans import plan_named
from domain.identity.scopes import scopes_named
from projections.identity.api_keys import ApiKeyQueries, KnownKey


class ResolvedKey(NamedTuple):
    """A key that exists; it may be revoked."""

    caller: Caller
    revoked: bool


class KeyCallers:
    """``used`` is called with the id of each accepted key; ``refusals`` counts others by reason."""

    def __init__(
        self,
        digests: KeyDigests,
        keys: ApiKeyQueries,
        clock: Callable[[], datetime],
        used: Callable[[str], None],
        refusals: Counter,
    ) -> None:
        self._digests = digests
        self._keys = keys
        self._clock = clock
        self._used = used
        self._refusals = refusals
        self._cache = CredentialCache(self._look_up)
        self.revocations = Revocations()

    async def caller(self, authorization: bytes) -> Caller | None:
        """Return the key's caller; ``None`` for an invalid key."""
        caller = await self._verify(authorization)
        if isinstance(caller, str):
            self._refusals.add(caller)
            return None
        self._used(caller.id)
        return caller

    async def _verify(self, authorization: bytes) -> Caller | str:
        """Return the key's caller, or the reason why it is refused.

        Only a key whose digest is not cached has its checksum computed: a cached one was right.
        """
        scheme, _, text = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or len(text) != LENGTH:
            return "malformed"
        digest, now = self._digests.of(text), self._clock()
        known = self._cache.cached(digest)
        if known is None:
            if not well_formed(text):
                return "malformed"
            if (known := await self._cache.get(digest)) is None:
                return "unknown"
        caller = known.caller
        if known.revoked or self.revocations.includes(caller.id, now):
            return "revoked"
        expired = caller.expires_at is not None and caller.expires_at <= now
        return "expired" if expired or self.revocations.includes(digest, now) else caller

    async def _look_up(self, digests: Sequence[str]) -> Mapping[str, ResolvedKey]:
        known = await self._keys.by_digest(digests)
        return {digest: ResolvedKey(_caller(key), key.revoked) for digest, key in known.items()}


def _caller(key: KnownKey) -> Caller:
    return Caller(
        kind="key",
        id=key.id,
        org_id=key.org_id,
        plan=plan_named(key.plan),
        plan_since=key.plan_since,
        scopes=scopes_named(key.scopes),
        expires_at=key.expires_at,
    )
