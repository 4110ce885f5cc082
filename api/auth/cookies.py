"""The cookies a browser holds: what each is called, and what browsers are told of it.

In remote mode they bear the prefix ``__Host-``, which browsers take over TLS only, for the whole
site and for no domain beside it (RFC 6265bis, 4.1.3.2); on one's own machine there is no TLS.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from api.request import Header

SESSION: Final = "forge_session"
BROWSER: Final = "forge_browser"
"""Binds what a browser asks for before it is logged in to that browser."""
HOST: Final = "__Host-"
OVER: Final = timedelta(0)


class Cookies:
    """``secure`` in remote mode."""

    def __init__(self, *, secure: bool) -> None:
        self._prefix = HOST if secure else ""
        self._flags = "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    def read(self, headers: Mapping[bytes, bytes], name: str) -> str | None:
        """Return a cookie's value; of one that is sent twice, the first."""
        if (sent := headers.get(b"cookie")) is None:
            return None
        wanted = self._prefix + name
        for pair in sent.decode("latin-1").split(";"):
            called, _, value = pair.strip().partition("=")
            if called == wanted:
                return value
        return None

    def set(self, name: str, value: str, lasting: timedelta) -> Header:
        """Return the header that has a browser keep a cookie for so long."""
        age = int(lasting.total_seconds())
        cookie = f"{self._prefix}{name}={value}; {self._flags}; Max-Age={age}"
        return (b"set-cookie", cookie.encode())

    def clear(self, name: str) -> Header:
        return self.set(name, "", OVER)
