"""Compatibility of stored events: the exact bytes of every shape of every event stay readable.

Each file of ``stored_events`` is named ``<stored name>.<schema>.json``. None is ever edited: a new
shape gets a file of its own, and its old file keeps proving that the upcasters work. What a file
means is in ``tests/support/<context>/events.py``.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from adapters.postgres.event_mapper import SCHEMAS, to_record, to_state
from application.eventstore.envelope import Origin, RecordedEvent
from domain.messages import Event
from tests.support.domain.event_table import STORED

DIRECTORY: Final = Path(__file__).parent / "stored_events"
STREAM: Final = "stream-1"
ORIGIN: Final = Origin(
    actor="key:0197", org_id="0198", correlation_id="request-1", causation_id=UUID(int=3)
)


@pytest.mark.parametrize("shape", STORED)
def test_a_stored_event_decodes_to_the_same_event(shape: str) -> None:
    name = shape.rpartition(".")[0]

    assert to_record(STREAM, 4, name, _stored(shape), 9) == _record(STORED[shape], 9)


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_the_current_shape_is_encoded_byte_for_byte(name: str, schema: int) -> None:
    """A changed shape fails here: raise ``schema`` and add a file."""
    shape = f"{name}.{schema}"

    assert to_state(_record(STORED[shape])) == _stored(shape)


def test_every_shape_ever_shipped_has_its_file() -> None:
    shipped = {f"{name}.{n}" for name, newest in SCHEMAS.items() for n in range(1, newest + 1)}

    assert {path.stem for path in DIRECTORY.iterdir()} == shipped == set(STORED)


def _stored(shape: str) -> bytes:
    return (DIRECTORY / f"{shape}.json").read_bytes()


def _record(event: Event, position: int = 0) -> RecordedEvent:
    return RecordedEvent(
        event_id=UUID("01978f2e-5a6b-7c8d-9e0f-a1b2c3d4e5f6"),
        stream=STREAM,
        version=4,
        recorded_at=datetime(2026, 1, 1, 12, 30, 0, 999_999, tzinfo=UTC),
        origin=ORIGIN,
        event=event,
        position=position,
    )
