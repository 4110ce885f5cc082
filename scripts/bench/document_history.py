"""Generates a realistic log: events of many documents, interleaved."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

import msgspec

from adapters.crypto.ids import new_key, uuid7
from application.eventstore.envelope import Origin, RecordedEvent
from domain.content import Content
from domain.documents.events import (
    ContentOverwritten,
    DocumentCreated,
    DocumentMoved,
    DocumentRelabelled,
    DocumentRestored,
    DocumentTrashed,
    Label,
    VersionAdded,
)
from domain.messages import Event

ACTIVE_DOCUMENTS: Final = 2_000
"""Number of recent documents that further events may change."""
ORGANISATIONS: Final = 20
CREATE_SHARE: Final = 0.4
CHANGE_WEIGHTS: Final[dict[type[Event], int]] = {
    VersionAdded: 55,
    ContentOverwritten: 8,
    DocumentRelabelled: 17,
    DocumentMoved: 8,
    DocumentTrashed: 12,
}


class Document(msgspec.Struct):
    stream: str
    org_id: str
    version: int = 0
    number: int = 1
    trashed: bool = False


class DocumentHistory:
    """Random event generator; equal seeds give equal types of events in equal order."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible test data, no secret  # nosec B311
        self._documents: deque[Document] = deque(maxlen=ACTIVE_DOCUMENTS)

    def records(self, count: int) -> Iterator[RecordedEvent]:
        return (self._next() for _ in range(count))

    def _next(self) -> RecordedEvent:
        if self._random.random() < CREATE_SHARE or not self._documents:
            org_id = f"{self._random.randrange(ORGANISATIONS):032x}"
            self._documents.append(Document(f"document-{new_key()}", org_id))
            return self._record(self._documents[-1], self._creation())
        document = self._documents[self._random.randrange(len(self._documents))]
        return self._record(document, self._change(document))

    def _creation(self) -> Event:
        folder_id = new_key() if self._random.random() < CREATE_SHARE else None
        return DocumentCreated(label=self._label(), folder_id=folder_id, content=self._content())

    def _change(self, document: Document) -> Event:
        if document.trashed:
            document.trashed = False
            return DocumentRestored()
        kind = self._random.choices([*CHANGE_WEIGHTS], [*CHANGE_WEIGHTS.values()])[0]
        document.number += kind is VersionAdded
        document.trashed = kind is DocumentTrashed
        return self._event(kind, document)

    def _event(self, kind: type[Event], document: Document) -> Event:
        if kind is VersionAdded:
            return VersionAdded(number=document.number, content=self._content())
        if kind is ContentOverwritten:
            erased, content = self._digest(), self._content()
            return ContentOverwritten(number=document.number, content=content, erased=erased)
        if kind is DocumentRelabelled:
            return DocumentRelabelled(label=self._label())
        if kind is DocumentMoved:
            return DocumentMoved(folder_id=new_key())
        return DocumentTrashed(purge_at=datetime.now(UTC) + timedelta(days=30))

    def _label(self) -> Label:
        name = f"customer-records-{self._random.randrange(1_000_000)}"
        return Label(name=name, description="Imported customer records", tags=("crm", "import"))

    def _content(self) -> Content:
        return Content(self._digest(), self._random.randrange(2, 200_000))

    def _digest(self) -> str:
        return f"{self._random.getrandbits(256):064x}"

    def _record(self, document: Document, event: Event) -> RecordedEvent:
        document.version += 1
        by = Origin(actor=f"key:{new_key()}", org_id=document.org_id, correlation_id=new_key())
        return RecordedEvent(
            event_id=uuid7(),
            stream=document.stream,
            version=document.version,
            recorded_at=datetime.now(UTC),
            origin=by,
            event=event,
        )
