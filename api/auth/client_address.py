"""Whose a network address is, as far as limits go: one customer's, not one of his devices'."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from api.request import AnyRequest

CUSTOMER: Final = 64
"""Bits of an IPv6 address that a provider gives out as one."""
UNKNOWN: Final = "unknown"
"""All whose address cannot be told count as one, so that hiding it gains nothing."""


def client_of(request: AnyRequest) -> str:
    """Return the subject that limits by address count."""
    client = request.scope.get("client")
    return customer(client[0]) if client else UNKNOWN


def customer(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, CUSTOMER), strict=False))
