"""Turns what a request shows, an API key or the cookie of a login session, into a caller.

Unknown, expired and revoked credentials answer alike.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeAlias

import msgspec

from api.auth import credential_cache as remembered
from api.auth.api_keys import KeyCallers
from api.auth.caller import Caller
from api.auth.sessions import SessionCallers
from domain.refusals import Unauthorized, Unavailable

Headers: TypeAlias = Mapping[bytes, bytes]


class Authenticator:
    """A request that shows a key is judged by it alone."""

    def __init__(self, keys: KeyCallers, sessions: SessionCallers) -> None:
        self.keys = keys
        self.sessions = sessions

    async def caller(self, headers: Headers) -> Caller:
        """Return who calls; raises ``Unauthorized`` with no hint at what is wrong."""
        authorization = headers.get(b"authorization")
        if authorization is None:
            caller = await self.sessions.caller(headers)
        else:
            caller = await self.keys.caller(authorization)
        if caller is None:
            raise Unauthorized
        return caller

    async def changed(self, headers: Headers, known: Caller) -> None:
        """Return once a caller is no longer what it was: for answers that go on and on."""
        with suppress(Unauthorized):
            while True:
                await asyncio.sleep(remembered.SECONDS)
                with suppress(Unavailable):
                    if _lasting(await self.caller(headers)) != _lasting(known):
                        return


def _lasting(caller: Caller) -> Caller:
    """Leave out what every use of a session moves."""
    return caller if caller.log_in is None else msgspec.structs.replace(caller, expires_at=None)
