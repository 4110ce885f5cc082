"""Places of traces: a correlation id names the trace of its request."""

import pytest

from application.telemetry.tracing import Place, place_of, request_id_at


def test_a_request_named_by_its_span_is_traced_there() -> None:
    place = Place(0x1234, 0x56)

    assert place_of(request_id_at(place)) == place


@pytest.mark.parametrize("request_id", ["order-7", "", "0" * 32 + "-" + "0" * 16, "f" * 49])
def test_any_other_name_stands_for_one_trace_everywhere(request_id: str) -> None:
    place = place_of(request_id)

    assert place == place_of(request_id)
    assert 0 < place.trace < 1 << 128
    assert 0 < place.span < 1 << 64
    assert place.trace != place_of(f"{request_id}x").trace
