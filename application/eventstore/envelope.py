"""Envelope of an event: stream, version, time, origin, position and chain hash."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.messages import Event


class Origin(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Origin of an event: actor, organisation, request and the event that caused it.

    ``actor`` is a kind and an id: ``key:<id>``, ``user:<id>`` or ``system:<what>``. Names of people
    live in erasable read models, never here. ``correlation_id`` is the request's id.
    """

    actor: str
    org_id: str
    correlation_id: str
    causation_id: UUID | None = None


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event in its envelope.

    ``position`` is 0 until the log has stored it, ``chain_hash`` empty (``hash_chain.py``).
    """

    event_id: UUID
    stream: str
    version: int
    recorded_at: datetime
    origin: Origin
    event: Event
    position: int = 0
    chain_hash: bytes = b""

    @property
    def key(self) -> str:
        """The aggregate's own id: the stream name without its category."""
        return self.stream.partition("-")[2]

    @property
    def recorded_ms(self) -> int:
        """Time of recording in milliseconds since the epoch, as json_api shows times."""
        return int(self.recorded_at.timestamp() * 1000)
