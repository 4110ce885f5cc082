"""Request ids: taken from clients when harmless, generated otherwise."""

import re

import pytest

from api.edge.request_ids import new_request_id, request_id_from


@pytest.mark.parametrize("sent", [b"r-1", b"A.b_c-9", b"x" * 128])
def test_a_harmless_id_is_taken(sent: bytes) -> None:
    assert request_id_from(sent) == sent


@pytest.mark.parametrize("sent", [None, b"", b"x" * 129, b"a b", b"a\nb", b"\xe9", b'a"b', b"a\n"])
def test_anything_else_is_replaced(sent: bytes | None) -> None:
    assert re.fullmatch(rb"[0-9a-f]{32}", request_id_from(sent))


def test_a_made_id_is_a_version_7_uuid_in_order_of_time() -> None:
    made = [new_request_id() for _ in range(1000)]

    assert all(re.fullmatch(rb"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}", each) for each in made)
    assert len(set(made)) == 1000
    assert [each[:12] for each in made] == sorted(each[:12] for each in made)
