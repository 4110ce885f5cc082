"""Callers by session cookie."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from api.auth.caller import Caller, CallerSession
from api.auth.cookies import SESSION, Cookies
from api.auth.credential_cache import CredentialCache
from api.auth.revocations import Revocations
from application.identity.secret_tokens import SecretTokens
from application.identity.sessions import IDLE, KnownSession, SessionStore

MAX_TOKEN: Final = 200
"""Characters of a token: ours have 43."""


class SessionCallers:
    """``used`` is called with the id of each session that is accepted."""

    def __init__(
        self,
        cookies: Cookies,
        tokens: SecretTokens,
        store: SessionStore,
        clock: Callable[[], datetime],
        used: Callable[[str], None],
    ) -> None:
        self._cookies = cookies
        self._tokens = tokens
        self._store = store
        self._clock = clock
        self._used = used
        self._cache = CredentialCache(self._look_up)
        self.revocations = Revocations()

    async def caller(self, headers: Mapping[bytes, bytes]) -> Caller | None:
        """Return the session's caller; ``None`` without a valid session."""
        token = self._cookies.read(headers, SESSION)
        if not token or len(token) > MAX_TOKEN:
            return None
        caller, now = await self._cache.get(self._tokens.digest(token)), self._clock()
        if caller is None or caller.session is None or caller.expires_at is None:
            return None
        if caller.expires_at <= now or self.revocations.includes(caller.session.session_id, now):
            return None
        self._used(caller.session.session_id)
        return caller

    async def _look_up(self, digests: Sequence[str]) -> Mapping[str, Caller]:
        known = await self._store.find(digests)
        return {digest: _caller(session) for digest, session in known.items()}


def _caller(session: KnownSession) -> Caller:
    return Caller(
        kind="user",
        id=session.user_id,
        org_id=session.org_id,
        plan=session.plan,
        plan_since=session.plan_since,
        scopes=session.role.scopes,
        expires_at=session.seen_at + IDLE,
        session=CallerSession(session.id, session.role),
    )
