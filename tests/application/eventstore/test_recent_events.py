"""Recent events in memory: a whole run of positions, or none."""

from collections.abc import Sequence

from msgspec.structs import replace

from application.eventstore.envelope import RecordedEvent
from application.eventstore.recent_events import RecentEvents
from application.eventstore.redaction import redacted
from domain.content import Content
from domain.documents.events import (
    DocumentCreated,
    DocumentPurged,
    DocumentRelabelled,
    DocumentRestored,
    Label,
)
from tests.support.domain.records import history

LOG = history("document-1", *[DocumentRestored()] * 30)


def test_what_was_offered_is_served_in_order() -> None:
    tail = _tail(LOG[:3], LOG[3:5])

    assert _positions(tail.after(0, 10)) == [1, 2, 3, 4, 5]
    assert _positions(tail.after(2, 2)) == [3, 4]
    assert _positions(tail.after(4, 10)) == [5]


def test_nothing_is_served_beyond_the_newest() -> None:
    tail = _tail(LOG[:3])

    assert tail.after(3, 10) == ()
    assert tail.after(9, 10) == ()
    assert RecentEvents().after(0, 10) == ()


def test_what_is_older_than_the_run_is_not_known_here() -> None:
    tail = _tail(LOG[5:8])

    assert tail.after(4, 10) == ()
    assert _positions(tail.after(5, 10)) == [6, 7, 8]


def test_a_gap_starts_the_run_anew() -> None:
    tail = _tail(LOG[:3], LOG[4:6])

    assert tail.after(0, 10) == ()
    assert tail.after(3, 10) == ()
    assert _positions(tail.after(4, 10)) == [5, 6]


def test_an_event_offered_twice_is_stored_once() -> None:
    tail = _tail(LOG[:4], LOG[2:6], LOG[1:3], ())

    assert _positions(tail.after(0, 10)) == [1, 2, 3, 4, 5, 6]


def test_the_oldest_make_room() -> None:
    tail = RecentEvents(longest=4)
    for start in range(0, 10, 2):
        tail.offer(LOG[start : start + 2])

    assert tail.after(5, 10) == ()
    assert _positions(tail.after(6, 10)) == [7, 8, 9, 10]


def test_more_than_fits_keeps_the_newest() -> None:
    tail = RecentEvents(longest=4)

    tail.offer(LOG[:10])

    assert _positions(tail.after(6, 10)) == [7, 8, 9, 10]


def test_cleared_it_knows_nothing_and_starts_anew_even_lower() -> None:
    tail = _tail(LOG[5:8])

    tail.clear()
    assert tail.after(5, 10) == ()

    tail.offer(LOG[:2])
    assert _positions(tail.after(0, 10)) == [1, 2]


def test_what_is_erased_is_erased_here_too() -> None:
    label = Label(name="Ada", tags=("secret",))
    past = [DocumentCreated(label=label, folder_id="f1", content=Content("d1", 3))]
    log = history("document-1", *past, DocumentRelabelled(label=label), DocumentPurged())
    others = [replace(record, position=4) for record in history("document-2", *past)]
    tail = _tail(log[:2], [log[2], *others])

    kept = [record.event for record in tail.after(0, 10)]

    assert kept == [*map(redacted, [past[0], log[1].event]), DocumentPurged(), past[0]]


def _tail(*offers: Sequence[RecordedEvent]) -> RecentEvents:
    tail = RecentEvents()
    for records in offers:
        tail.offer(records)
    return tail


def _positions(records: Sequence[RecordedEvent]) -> list[int]:
    return [record.position for record in records]
