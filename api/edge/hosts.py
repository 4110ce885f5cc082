"""Checks Host and Origin (safety.md, browsers on the same machine).

A web page can send requests to loopback (CSRF), or have its own name resolve to it (DNS
rebinding). Both show in these two headers, which a page cannot forge.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Final, Self

from api.http.envelopes.problem import Problem

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
MISDIRECTED: Final = Problem(
    HTTPStatus.MISDIRECTED_REQUEST,
    "MISDIRECTED_REQUEST",
    "This service does not answer for the host named in the Host header.",
)
FOREIGN_ORIGIN: Final = Problem(
    HTTPStatus.FORBIDDEN, "FORBIDDEN", "Requests from pages of another origin are not accepted."
)
_PORT = re.compile(r":\d{1,5}")
_ORIGIN = re.compile(rb"https?://(.+)")
CACHE_SIZE: Final = 1024


class HostPolicy:
    """``allowed`` has names (any port) and ``name:port``, in lower case, IPv6 in brackets."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.admits = lru_cache(CACHE_SIZE)(self._admits)
        self.admits_origin = lru_cache(CACHE_SIZE)(self._admits_origin)

    @classmethod
    def serving(cls, addresses: Iterable[str], names: Iterable[str] = ()) -> Self:
        """Allow loopback, the addresses we listen on, and the configured public names.

        A wildcard address (``0.0.0.0``) is no host name: its public name must be configured.
        """
        bound = (_as_host(address) for address in addresses)
        return cls(frozenset({*LOOPBACK, *bound, *(name.lower() for name in names)}))

    def check(self, headers: Mapping[bytes, bytes]) -> Problem | None:
        """Return the problem of a request with these headers, if it is refused."""
        if not self.admits(headers.get(b"host", b"")):
            return MISDIRECTED
        origin = headers.get(b"origin")
        if origin is not None and not self.admits_origin(origin):
            return FOREIGN_ORIGIN
        return None

    def _admits(self, host: bytes) -> bool:
        authority = host.decode("latin-1").lower()
        name, colon, port = authority.rpartition(":")
        if colon and _PORT.fullmatch(colon + port) and name in self.allowed:
            return True
        return authority in self.allowed

    def _admits_origin(self, origin: bytes) -> bool:
        match = _ORIGIN.fullmatch(origin)
        return match is not None and self._admits(match[1])


def _as_host(address: str) -> str:
    """Return an address as a Host header has it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address.lower()
    return f"[{parsed}]" if isinstance(parsed, IPv6Address) else str(parsed)
