"""Recorded events as stored bytes: one msgspec JSON body, filed under the event's own tag."""

from datetime import datetime
from typing import Any, cast, get_args
from uuid import UUID

import msgspec
from eventsourcing.persistence import Mapper, Notification, StoredEvent
from typing_extensions import override

from adapters.upcasters import upcast
from application.events import AnyEvent
from application.recorded import Origin, Recorded

SCHEMAS: dict[str, int] = {event.stored_name(): event.schema for event in get_args(AnyEvent)}


class Body(msgspec.Struct, frozen=True, gc=False):
    """The stored JSON: what is not already a column of the event table.

    ``sealed`` names the data key under which the Personal texts are encrypted; none are yet.
    """

    event_id: UUID
    recorded_at: datetime
    origin: Origin
    schema: int
    event: AnyEvent
    sealed: str | None = None


class OldBody(msgspec.Struct, frozen=True):
    """The same before the event's shape is known to be today's."""

    event_id: UUID
    recorded_at: datetime
    origin: Origin
    schema: int
    event: dict[str, Any]
    sealed: str | None = None


class Schema(msgspec.Struct, frozen=True):
    schema: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Body).decode
_decode_old = msgspec.json.Decoder(OldBody).decode
_decode_schema = msgspec.json.Decoder(Schema).decode


def to_state(record: Recorded) -> bytes:
    event = cast("AnyEvent", record.event)
    return _encode(
        Body(record.event_id, record.recorded_at, record.origin, event.schema, event),
    )


def to_record(  # noqa: PLR0913, PLR0917 - a row has as many columns
    stream: str, version: int, name: str, state: bytes, position: int, chain_hash: bytes = b""
) -> Recorded:
    """Decode what the log holds.

    Raises ``msgspec.ValidationError`` for a tag or shape this release does not know.
    """
    newest = SCHEMAS.get(name, 1)
    body = _decode(state) if newest == 1 else _decode_any(name, newest, state)
    _insist(name, body.schema, newest)
    return Recorded(
        event_id=body.event_id,
        stream=stream,
        version=version,
        recorded_at=body.recorded_at,
        origin=body.origin,
        event=body.event,
        position=position,
        chain_hash=chain_hash,
    )


def _decode_any(name: str, newest: int, state: bytes) -> Body:
    if _decode_schema(state).schema == newest:
        return _decode(state)
    old = _decode_old(state)
    fields, schema = upcast(name, old.schema, old.event)
    _insist(name, schema, newest)
    event = msgspec.convert(fields | {"type": name}, AnyEvent)
    return Body(old.event_id, old.recorded_at, old.origin, schema, event, old.sealed)


def _insist(name: str, schema: int, newest: int) -> None:
    """Read no shape as another: a later release may have written it."""
    if schema != newest:
        raise msgspec.ValidationError(f"{name} of schema {schema} is not known, only {newest}")


class StructMapper(Mapper[str]):
    """Replaces the library's transcoder, and its class-path topics, for the whole application."""

    @override
    def to_stored_event(self, domain_event: object) -> StoredEvent:
        record = cast("Recorded", domain_event)
        name = record.event.stored_name()
        return StoredEvent(record.stream, record.version, name, to_state(record))

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:  # type: ignore[override]
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        return to_record(
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
            position,
        )
