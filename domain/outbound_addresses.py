"""Validation of client-supplied URLs against SSRF (safety.md, addresses from clients).

Host names are checked as text here, and by their resolved addresses when a connection is made.
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from domain.refusals import Invalid

Address: TypeAlias = IPv4Address | IPv6Address

MAX_URL: Final = 2_000
INTERNAL_LABELS: Final = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
)
"""Last labels of host names that resolve only on private networks."""
# Networks that ipaddress calls global although they are internal, multicast or translated (NAT64).
NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        (
            *("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4", "0.0.0.0/8"),
            *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "::/96"),
            *("fec0::/10", "ff00::/8", "5f00::/16"),
        ),
    )
)


class AddressRefused(Invalid):
    code = "ADDRESS_REFUSED"


class Allowed(NamedTuple):
    """Hosts that an operator allows in addition: exact names, and networks."""

    names: Collection[str] = ()
    networks: Collection[str] = ()

    @classmethod
    def parsed(cls, text: str) -> "Allowed":
        """Parse names and networks separated by spaces; an address is a network of one."""
        networks, names = list[str](), list[str]()
        for word in text.split():
            try:
                networks.append(str(ip_network(word)))
            except ValueError:
                names.append(word.lower())
        return cls(frozenset(names), tuple(networks))

    def admits(self, address: Address) -> bool:
        return any(address in ip_network(network) for network in self.networks)


def is_public(address: Address) -> bool:
    """Say whether an address is a public unicast address, without translation on the way."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if not address.is_global or address.is_multicast:
        return False
    return not any(address in network for network in NOT_PUBLIC)


def checked_url(url: str, allowed: Allowed) -> str:
    """Return a URL that requests may be sent to, or raise ``AddressRefused``.

    It must be https to a public name or address; http and other hosts need the operator's
    permission.
    """
    host, scheme = _parts(url)
    if host in allowed.names:
        return url
    literal = _literal(host)
    if literal is not None and allowed.admits(literal):
        return url
    if scheme != "https":
        raise AddressRefused("The address must begin with https://.")
    if not (_is_public_name(host) if literal is None else is_public(literal)):
        raise AddressRefused("The address must be a public one.")
    return url


def _parts(url: str) -> tuple[str, str]:
    """Return host and scheme of a URL without user, query or fragment."""
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("The address must be a URL in printable ASCII characters.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("The address is not a URL.") from error
    if parts.scheme not in ("http", "https") or not host or port == 0 or "\\" in url:
        raise AddressRefused("The address must be an http(s) URL with a host.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise AddressRefused("The address must have no user, query or fragment.")
    return host, parts.scheme


def _literal(host: str) -> Address | None:
    """Return the IP address that a host is, if any; refuses unusual spellings of addresses.

    Resolvers take ``0x7f.1`` and ``2130706433`` for addresses (URL Standard, ends-in-a-number).
    """
    try:
        return ip_address(host)
    except ValueError:
        pass
    last = host.rstrip(".").rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        raise AddressRefused("The address is not written as IP addresses are.")
    return None


def _is_public_name(host: str) -> bool:
    labels = host.rstrip(".").split(".")
    return len(labels) > 1 and labels[-1] not in INTERNAL_LABELS and all(labels)
