"""httpx transport for addresses that clients configure: no requests to private networks.

A name is resolved once and refused if any of its addresses is not public. The connection is made to
the address that was checked, so a name cannot resolve to another in between (safety.md, addresses).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Final, TypeAlias

import httpx

from domain.outbound_addresses import Address, AddressRefused, Allowed, is_public

RESOLVE_SECONDS: Final = 5.0


Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[Address]]]


async def resolve_host(host: str, port: int) -> list[Address]:
    """Return the addresses of a name; raises ``httpx.ConnectError`` when it has none."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError) as error:
        raise httpx.ConnectError(f"{host} cannot be resolved") from error
    addresses = [ip_address(each[4][0]) for each in found if isinstance(each[4][0], str)]
    return list(dict.fromkeys(addresses))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to public addresses only, and to the names and networks in ``allowed``."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolve_host) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._transport = httpx.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raises ``AddressRefused``. Certificates are checked by name."""
        host = request.url.host
        address = await self._resolve_allowed(host, request.url.port or 443)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._transport.handle_async_request(pinned)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _resolve_allowed(self, host: str, port: int) -> Address:
        addresses = await self._resolve(host, port)
        named = host.lower() in self._allowed.names
        if not named and not all(map(self._is_allowed, addresses)):
            raise AddressRefused("The address does not lead to a public one.")
        return addresses[0]

    def _is_allowed(self, address: Address) -> bool:
        return is_public(address) or self._allowed.admits(address)
