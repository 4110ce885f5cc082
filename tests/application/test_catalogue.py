"""The catalogue of deciders: every event belongs to one of them."""

from typing import get_args

from application.catalogue import KINDS
from domain.catalogue import AnyEvent


def test_every_event_belongs_to_a_kind_of_stream_that_can_be_audited() -> None:
    categories = {event.stored_name().partition(".")[0] for event in get_args(AnyEvent)}

    assert categories == {decider.category for decider in KINDS.values()}
