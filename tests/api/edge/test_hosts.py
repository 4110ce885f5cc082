"""Hosts and origins that are admitted."""

import pytest

from api.edge.hosts import HostPolicy

POLICY = HostPolicy.serving(["127.0.0.1", "192.0.2.7", "2001:db8::1"], ["Forge.Example:8443"])


@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"localhost:8000",
        b"LocalHost:1",
        b"127.0.0.1:65535",
        b"[::1]",
        b"[::1]:8000",
        b"192.0.2.7:8000",
        b"[2001:db8::1]:8000",
        b"forge.example:8443",
    ],
)
def test_loopback_bound_addresses_and_configured_names_are_served(host: bytes) -> None:
    assert POLICY.admits(host)


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"evil.example",
        b"evil.example:8000",
        b"localhost.evil.example",
        b"evil.example#localhost",
        b"localhost:8000@evil.example",
        b"localhost:port",
        b"localhost:",
        b"forge.example",
        b"forge.example:8000",
        b"::1",
        b"\xff",
    ],
)
def test_any_other_host_is_not(host: bytes) -> None:
    assert not POLICY.admits(host)


@pytest.mark.parametrize(
    "origin", [b"http://localhost:3000", b"https://forge.example:8443", b"http://[::1]:8000"]
)
def test_pages_of_a_served_host_may_call(origin: bytes) -> None:
    assert POLICY.admits_origin(origin)


@pytest.mark.parametrize(
    "origin",
    [
        b"null",
        b"",
        b"http://evil.example",
        b"file://localhost",
        b"http://localhost/evil",
        b"//localhost",
    ],
)
def test_pages_of_another_may_not(origin: bytes) -> None:
    assert not POLICY.admits_origin(origin)


def test_a_wildcard_address_names_no_host_of_its_own() -> None:
    assert not HostPolicy.serving(["0.0.0.0"]).admits(b"192.0.2.7")  # noqa: S104  (the point)
