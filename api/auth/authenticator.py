"""Authenticates requests: by API key, or by session cookie.

Unknown, expired and revoked credentials are refused alike.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeAlias

import msgspec

from api.auth import credential_cache
from api.auth.api_keys import KeyCallers
from api.auth.caller import Caller
from api.auth.sessions import SessionCallers
from domain.refusals import Unauthorized, Unavailable

Headers: TypeAlias = Mapping[bytes, bytes]


class Authenticator:
    """A request with an ``Authorization`` header is authenticated by that alone."""

    def __init__(self, keys: KeyCallers, sessions: SessionCallers) -> None:
        self.keys = keys
        self.sessions = sessions

    async def caller(self, headers: Headers) -> Caller:
        """Return the caller; raises ``Unauthorized``, which does not say why."""
        authorization = headers.get(b"authorization")
        if authorization is None:
            caller = await self.sessions.caller(headers)
        else:
            caller = await self.keys.caller(authorization)
        if caller is None:
            raise Unauthorized
        return caller

    async def wait_changed(self, headers: Headers, caller: Caller) -> None:
        """Return once a caller has lost its rights or got others: event streams end then."""
        with suppress(Unauthorized):
            while True:
                await asyncio.sleep(credential_cache.SECONDS)
                with suppress(Unavailable):
                    if _without_expiry(await self.caller(headers)) != _without_expiry(caller):
                        return


def _without_expiry(caller: Caller) -> Caller:
    """Leave out the expiry of a session, which every use extends."""
    return caller if caller.session is None else msgspec.structs.replace(caller, expires_at=None)
