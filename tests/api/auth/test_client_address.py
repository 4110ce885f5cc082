"""Client addresses that rate limits count as one."""

import pytest

from api.auth.client_address import UNKNOWN, customer_network


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
        ("evil", UNKNOWN),
        ("192.0.2.1, 10.0.0.1", UNKNOWN),
        ("192.0.2.1:80", UNKNOWN),
        ("0x7f.1", UNKNOWN),
        ("٣.1.1.1", UNKNOWN),
    ],
)
def test_a_customer_counts_as_one(host: str, counted: str) -> None:
    assert customer_network(host) == counted
