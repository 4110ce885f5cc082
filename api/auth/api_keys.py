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
        """Return the key's caller; ``None`` for an invalid key.

        Only a key whose digest is not cached has its checksum computed: a cached one was right.
        """
        text = _bearer(authorization)
        digest = self._digests.of(text)
        known = self._cache.cached(digest)
        if known is None and well_formed(text):
            known = await self._cache.get(digest)
        if refusal := self._refusal(text, digest, known):
            self._refusals.add(refusal)
        if known is None or refusal:
            return None
        self._used(known.caller.id)
        return known.caller

    def _refusal(self, text: str, digest: str, known: ResolvedKey | None) -> str | None:
        """Return why a key is refused, if it is."""
        if known is None:
            return "unknown" if well_formed(text) else "malformed"
        now, caller = self._clock(), known.caller
        if known.revoked or self.revocations.includes(caller.id, now):
            return "revoked"
        expired = caller.expires_at is not None and caller.expires_at <= now
        return "expired" if expired or self.revocations.includes(digest, now) else None

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


def _bearer(authorization: bytes) -> str:
    """Return a text as long as a key is; empty for what can be none."""
    scheme, _, text = authorization.decode("latin-1").partition(" ")
    return text if scheme.lower() == "bearer" and len(text) == LENGTH else ""
