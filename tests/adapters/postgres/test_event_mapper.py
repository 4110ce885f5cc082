"""Event serialisation: every event survives a round trip; an unknown one stops the reader."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import Notification
from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres import event_mapper, upcasters
from adapters.postgres.event_mapper import StructMapper, to_record, to_state
from application.eventstore.envelope import Origin, RecordedEvent
from domain.documents.events import DocumentMoved, DocumentRestored
from domain.messages import Event
from tests.support.domain.records import ACME
from tests.support.domain.scenario import NOW
from tests.support.domain.strategies import MAX_INT, TEXTS, TIMES, events

origins = st.builds(
    Origin,
    actor=TEXTS,
    org_id=TEXTS,
    correlation_id=TEXTS,
    causation_id=st.none() | st.uuids(),
)
records = st.builds(
    RecordedEvent,
    event_id=st.uuids(),
    stream=TEXTS,
    version=st.integers(1, MAX_INT),
    recorded_at=TIMES,
    origin=origins,
    event=events(),
    position=st.integers(1, 2**62),
)


@given(records)
def test_what_is_stored_is_read_back_as_it_was(record: RecordedEvent) -> None:
    name, state = record.event.stored_name(), to_state(record)

    assert to_record(record.stream, record.version, name, state, record.position) == record


@given(records)
def test_the_library_stores_and_reads_the_same(record: RecordedEvent) -> None:
    mapper = StructMapper.__new__(StructMapper)
    stored = mapper.to_stored_event(record)

    assert stored.topic == record.event.stored_name()
    assert stored.state == to_state(record)
    notification = Notification(
        stored.originator_id,
        stored.originator_version,
        stored.topic,
        stored.state,
        id=record.position,
    )
    assert mapper.to_domain_event(notification) == record


def test_an_unknown_tag_raises() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"document\.shredded"):
        to_record("document-1", 1, "document.shredded", _stored(type="document.shredded"), 1)


def test_a_shape_without_a_field_it_needs_raises() -> None:
    with pytest.raises(msgspec.ValidationError, match="purge_at"):
        to_record("document-1", 1, "document.trashed", _stored(type="document.trashed"), 1)


def test_a_shape_newer_than_this_release_raises() -> None:
    state = _stored(2, type="document.restored")

    with pytest.raises(msgspec.ValidationError, match="schema 2"):
        to_record("document-1", 1, "document.restored", state, 1)


@pytest.mark.parametrize("schema", [1, 2])
def test_an_old_shape_is_read_as_todays(schema: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a move once told a path (1), then an id that the root had too (2), and now this."""
    _pretend(monkeypatch, newest=3)
    fields: dict[int, dict[str, Any]] = {1: {"path": "imports/2026"}, 2: {"folder": "2026"}}

    record = _read(_stored(schema, type="document.moved", **fields[schema]))

    assert record.event == DocumentMoved(folder_id="2026")
    assert record.event_id == UUID(int=7)
    assert (record.recorded_at, record.origin) == (NOW, ACME)


def test_todays_shape_takes_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, newest=3)

    record = _read(_stored(3, type="document.moved", folder_id="2026"))

    assert record.event == DocumentMoved(folder_id="2026")


@pytest.mark.parametrize("schema", [0, 4])
def test_a_shape_no_step_leads_from_raises(schema: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, newest=3)

    with pytest.raises(msgspec.ValidationError, match=f"schema {schema}"):
        _read(_stored(schema, type="document.moved", folder_id="2026"))


def _read(state: bytes) -> RecordedEvent:
    return to_record("document-1", 1, "document.moved", state, 1)


def _pretend(monkeypatch: pytest.MonkeyPatch, *, newest: int) -> None:
    """Put an event's shape some steps beyond the first."""
    monkeypatch.setitem(event_mapper.SCHEMAS, "document.moved", newest)
    steps = {
        ("document.moved", 1): lambda fields: {"folder": fields["path"].rpartition("/")[2]},
        ("document.moved", 2): lambda fields: {"folder_id": fields["folder"]},
    }
    for place, step in steps.items():
        monkeypatch.setitem(upcasters.UPCASTERS, place, step)


def _stored(schema: int = 1, **event: object) -> bytes:
    restored: Event = DocumentRestored()
    record = RecordedEvent(
        event_id=UUID(int=7),
        stream="document-1",
        version=1,
        recorded_at=NOW,
        origin=ACME,
        event=restored,
    )
    body = msgspec.json.decode(to_state(record)) | {"schema": schema, "event": event}
    return msgspec.json.encode(body)
