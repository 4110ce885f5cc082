"""Sample events of documents, each on its own stream."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from adapters.crypto.ids import new_key, uuid7
from adapters.postgres.event_mapper import to_state
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append
from domain.content import Content
from domain.documents.events import DocumentCreated, DocumentRestored, Label
from domain.messages import Event

BY: Final = Origin(actor="key:k1", org_id="bench", correlation_id=new_key())
LABEL: Final = Label(
    name="customer-records", description="Imported customer records", tags=("crm", "import")
)


def restored_event() -> Append:
    """Return an append of one short event, some 250 bytes as stored."""
    return _append(DocumentRestored())


def created_event() -> Append:
    """Return the append of a new document, without its text."""
    content = Content(hashlib.sha256(new_key().encode()).hexdigest(), 200)
    return _append(DocumentCreated(label=LABEL, folder_id=None, content=content))


def stored_bytes(entry: Append) -> int:
    return sum(len(to_state(record)) for record in entry.records)


def _append(event: Event) -> Append:
    record = RecordedEvent(
        event_id=uuid7(),
        stream=f"document-{new_key()}",
        version=1,
        recorded_at=datetime.now(UTC),
        origin=BY,
        event=event,
    )
    return Append(records=(record,))
