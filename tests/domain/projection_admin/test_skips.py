"""Skips: one projection passes over one event, once, with a reason."""

import pytest

from application.projection_admin.skips import SKIPS
from domain.projection_admin.events import EventSkipped
from domain.projection_admin.skips import InvalidSkip, SkipEvent
from domain.refusals import Invalid
from tests.support.domain.scenario import Scenario

skips = Scenario(SKIPS)
skipped = EventSkipped(projection="folders", position=7, reason="made by a test")


def skip(position: int = 7, reason: str = "made by a test") -> SkipEvent:
    return SkipEvent(projection="folders", position=position, reason=reason)


def test_a_skip_records_which_event_of_which_model_and_why() -> None:
    skips.when(skip()).then(skipped)


def test_skipping_again_changes_nothing_be_the_reason_another() -> None:
    skips.given(skipped).when(skip(reason="as was said")).then()


def test_another_event_is_another_skip() -> None:
    another = EventSkipped(projection="folders", position=8, reason="this too")

    skips.given(skipped).when(skip(8, "this too")).then(another)


@pytest.mark.parametrize("reason", ["", "  \n", "because\0", "r" * 501, "\ud800"])
def test_a_reason_says_something_that_can_be_stored(reason: str) -> None:
    skips.when(skip(reason=reason)).then_refused(Invalid)


@pytest.mark.parametrize("position", [0, -1])
def test_there_is_no_event_before_the_first(position: int) -> None:
    skips.when(skip(position)).then_refused(InvalidSkip)
