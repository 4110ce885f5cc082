"""Event mapper: recorded events to and from stored bytes, a JSON body under the event's tag.

An event with personal text is stored twice: redacted in the clear and, after a NUL byte, which JSON
never holds, in full and encrypted under its stream's key. Without the key the former is read.
"""

from datetime import datetime
from typing import Any, Final, cast, get_args
from uuid import UUID

import msgspec
from eventsourcing.persistence import Mapper, Notification, StoredEvent
from msgspec.structs import replace
from typing_extensions import override

from adapters.crypto.data_keys import DataKey, KeyWrapping
from adapters.postgres.upcasters import upcast
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.redaction import redacted
from domain.catalogue import AnyEvent
from domain.messages import Event

SEAL: Final = b"\0"
SCHEMAS: dict[str, int] = {event.stored_name(): event.schema for event in get_args(AnyEvent)}


class Body(msgspec.Struct, frozen=True, gc=False):
    """The stored JSON: what is not already a column of the event table."""

    event_id: UUID
    recorded_at: datetime
    origin: Origin
    schema: int
    event: AnyEvent


class OldBody(msgspec.Struct, frozen=True):
    """The stored JSON of an event whose schema may be an old one."""

    event_id: UUID
    recorded_at: datetime
    origin: Origin
    schema: int
    event: dict[str, Any]


class Schema(msgspec.Struct, frozen=True):
    schema: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Body).decode
_decode_event = msgspec.json.Decoder(AnyEvent).decode
_decode_fields = msgspec.json.Decoder(dict[str, Any]).decode
_decode_old = msgspec.json.Decoder(OldBody).decode
_decode_schema = msgspec.json.Decoder(Schema).decode


def to_state(record: RecordedEvent, key: DataKey | None = None) -> bytes:
    """Encode a record; with a key, personal data is encrypted."""
    event = cast("AnyEvent", record.event)
    clear = event if key is None else redacted(event)
    state = _encode(
        Body(record.event_id, record.recorded_at, record.origin, event.schema, clear),
    )
    return state if key is None else state + SEAL + key.seal(_encode(event))


def to_record(  # noqa: PLR0913, PLR0917 - a row has as many columns
    stream: str,
    version: int,
    name: str,
    state: bytes,
    position: int,
    chain_hash: bytes = b"",
    key: DataKey | None = None,
) -> RecordedEvent:
    """Decode a stored event.

    Raises ``msgspec.ValidationError`` for a tag or shape this release does not know.
    """
    newest = SCHEMAS.get(name, 1)
    clear, _, sealed = state.partition(SEAL)
    full = key.open(sealed) if sealed and key is not None else None
    body = _decode_new(clear, full) if newest == 1 else _decode_any(name, newest, clear, full)
    _require_known_schema(name, body.schema, newest)
    return RecordedEvent(
        event_id=body.event_id,
        stream=stream,
        version=version,
        recorded_at=body.recorded_at,
        origin=body.origin,
        event=body.event,
        position=position,
        chain_hash=chain_hash,
    )


def decrypt_event(  # noqa: PLR0913, PLR0917 - a row has as many columns
    wrapping: KeyWrapping, stream: str, version: int, name: str, state: bytes, wrapped: bytes
) -> Event:
    """Decrypt and decode a stored event, without its envelope; ``wrapped`` is its stream's key."""
    key = wrapping.unwrap(stream, wrapped)
    if SCHEMAS.get(name) == 1 and is_sealed(state):
        event: Event = _decode_event(key.open(state.partition(SEAL)[2]))
        return event
    return to_record(stream, version, name, state, 0, key=key).event


def is_sealed(state: bytes) -> bool:
    return SEAL in state


def _decode_new(clear: bytes, full: bytes | None) -> Body:
    body = _decode(clear)
    return body if full is None else replace(body, event=_decode_event(full))


def _decode_any(name: str, newest: int, clear: bytes, full: bytes | None) -> Body:
    if _decode_schema(clear).schema == newest:
        return _decode_new(clear, full)
    old = _decode_old(clear)
    fields = old.event if full is None else _decode_fields(full)
    fields, schema = upcast(name, old.schema, fields)
    _require_known_schema(name, schema, newest)
    event = msgspec.convert(fields | {"type": name}, AnyEvent)
    return Body(old.event_id, old.recorded_at, old.origin, schema, event)


def _require_known_schema(name: str, schema: int, newest: int) -> None:
    """Refuse an unknown schema, which a later release may have written."""
    if schema != newest:
        raise msgspec.ValidationError(f"{name} of schema {schema} is not known, only {newest}")


class StructMapper(Mapper[str]):
    """Mapper of the eventsourcing library, instead of its transcoder and class-path topics."""

    @override
    def to_stored_event(self, domain_event: object) -> StoredEvent:
        record = cast("RecordedEvent", domain_event)
        name = record.event.stored_name()
        return StoredEvent(record.stream, record.version, name, to_state(record))

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> RecordedEvent:  # type: ignore[override]
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        return to_record(
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
            position,
        )
