"""The envelope round every event: what an auditor needs, from the first event on."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.messages import Event


class Origin(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """On whose behalf, from which request, and because of which earlier event.

    ``actor`` is a kind and an id: ``key:<id>``, ``user:<id>`` or ``system:<what>``. Names of people
    live in erasable read models, never here. ``correlation_id`` is the request's id.
    """

    actor: str
    org_id: str
    correlation_id: str
    causation_id: UUID | None = None


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event with its place in history.

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
        """When, in milliseconds since the epoch, as json_api shows times."""
        return int(self.recorded_at.timestamp() * 1000)
