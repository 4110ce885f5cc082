"""Client addresses for rate limits: an IPv6 network counts as one client."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from api.request import AnyRequest

CUSTOMER_PREFIX_BITS: Final = 64
"""Bits of the prefix that a provider assigns to one customer."""
UNKNOWN: Final = "unknown"
"""Stands for every client without a valid address: together they count as one."""


def client_of(request: AnyRequest) -> str:
    """Return the key under which limits by address count a request."""
    client = request.scope.get("client")
    return customer_network(client[0]) if client else UNKNOWN


def customer_network(host: str) -> str:
    """Return an IPv4 address as it is, and the /64 network of an IPv6 address."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, CUSTOMER_PREFIX_BITS), strict=False))
