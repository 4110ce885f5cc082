"""Cookies: their names and attributes.

In remote mode names have the prefix ``__Host-``, which browsers accept over TLS only, for this
host alone and all its paths (RFC 6265bis, 4.1.3.2). In local mode there is no TLS.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from api.request import Header

SESSION: Final = "forge_session"
BROWSER: Final = "forge_browser"
"""Binds a magic link to the browser that requested it."""
HOST_PREFIX: Final = "__Host-"
EXPIRED: Final = timedelta(0)


class Cookies:
    """Reads and sets cookies; ``secure`` in remote mode."""

    def __init__(self, *, secure: bool) -> None:
        self._prefix = HOST_PREFIX if secure else ""
        self._flags = "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    def read(self, headers: Mapping[bytes, bytes], name: str) -> str | None:
        """Return a cookie's value; of one that is repeated, the first."""
        if (cookies := headers.get(b"cookie")) is None:
            return None
        full_name = self._prefix + name
        for pair in cookies.decode("latin-1").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == full_name:
                return value
        return None

    def set(self, name: str, value: str, max_age: timedelta) -> Header:
        """Return the ``Set-Cookie`` header."""
        seconds = int(max_age.total_seconds())
        cookie = f"{self._prefix}{name}={value}; {self._flags}; Max-Age={seconds}"
        return (b"set-cookie", cookie.encode())

    def clear(self, name: str) -> Header:
        return self.set(name, "", EXPIRED)
