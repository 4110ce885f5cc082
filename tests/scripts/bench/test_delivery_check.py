"""Acknowledged, stored, projected and delivered documents must be the same ones."""

import pytest

from scripts.bench.delivery_check import Tally, faults

STORED = (1, 2, 4)
EXACT = Tally(acknowledged=3, in_flight=0, stored=STORED, projected=STORED, delivered=STORED)


def test_equal_sets_have_no_fault() -> None:
    assert faults(EXACT) == []
    assert faults(Tally(0, 0, (), (), ())) == []


def test_requests_that_the_load_left_behind_may_be_stored() -> None:
    assert faults(EXACT._replace(acknowledged=1, in_flight=2)) == []


@pytest.mark.parametrize(
    ("acknowledged", "in_flight"), [(4, 64), (1, 1)], ids=["lost", "stored twice"]
)
def test_more_or_fewer_stored_documents_are_a_fault(acknowledged: int, in_flight: int) -> None:
    [fault] = faults(EXACT._replace(acknowledged=acknowledged, in_flight=in_flight))

    assert fault.startswith("3 documents are stored")


@pytest.mark.parametrize("found", [(1, 2), (1, 2, 3), (1, 2, 2, 4), (1, 2, 4, 5), ()])
def test_each_stored_document_must_be_projected_and_delivered_once(found: tuple[int, ...]) -> None:
    assert len(faults(EXACT._replace(projected=found))) == 1
    assert len(faults(EXACT._replace(delivered=found))) == 1
    assert len(faults(EXACT._replace(projected=found, delivered=found))) == 2
