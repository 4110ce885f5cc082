"""Outbound addresses: the ones a service connects to, and the ones it refuses."""

from ipaddress import ip_address
from typing import Final

import pytest

from domain.outbound_addresses import AddressRefused, Allowed, checked_url, is_public

NONE_ALLOWED: Final = Allowed()
INWARDS: Final = (
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1"),  # noqa: S104 - no place to bind to
    *("172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.8"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1"),
    *("239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:db8::1"),
    *("2001:10::1", "2001:20::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1"),
    *("ff02::1", "ff0e::1", "100::1", "5f00::1"),
)
OUTWARDS: Final = ("1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8")


@pytest.mark.parametrize("address", INWARDS)
def test_what_leads_inwards_or_nowhere_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTWARDS)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://8.8.8.8/v1",
        "https://[2606:4700:4700::1111]/v1",
        "https://llm.example.co.uk",
    ],
)
def test_a_public_address_is_taken_as_it_is(url: str) -> None:
    assert checked_url(url, NONE_ALLOWED) == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "/v1", "api.openai.com", "ftp://example.com", "file:///etc/passwd", "https://"),
        *("http://api.openai.com/v1", "https://user@example.com", "https://u:p@example.com"),
        *("https://example.com?x=1", "https://example.com#x", "https://example.com:0"),
        *("https://example.com:99999", "https://exa mple.com", "https://example.com\\@evil.com"),
        *("https://example.com\n", "https://exämple.com", "https://[::1", "https://" + "a" * 2_000),
        *("https://localhost", "https://router", "https://printer.local", "https://db.internal"),
        *("https://a.localhost.", "https://metadata.google.internal", "https://x..com"),
        *("https://127.0.0.1", "https://127.1", "https://0x7f.1", "https://2130706433"),
        *("https://017700000001", "https://127.0.0.1.", "https://1.2.3.0x4", "https://[::1]"),
        *("https://169.254.169.254/latest", "https://[::ffff:169.254.169.254]", "https://10.0.0.1"),
    ],
    ids=ascii,
)
def test_all_else_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url, NONE_ALLOWED)


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("http://llm.internal:8000/v1", True),
        ("https://LLM.internal/v1", True),
        ("http://10.1.2.3:8000/v1", True),
        ("http://127.0.0.1:1234", True),
        ("http://127.0.0.2:1234", False),
        ("http://other.internal", False),
        ("http://user@llm.internal", False),
    ],
)
def test_an_operator_allows_what_is_on_their_own_network(url: str, *, taken: bool) -> None:
    allowed = Allowed.parsed("llm.internal 10.0.0.0/8  127.0.0.1")
    if taken:
        assert checked_url(url, allowed) == url
    else:
        with pytest.raises(AddressRefused):
            checked_url(url, allowed)
