"""What a stream amounted to at some position: its events folded as its own decisions fold them.

The state is what the service decides by, no more: not a read model, and no content. What a purge
erased is missing from it, whatever the position.
"""

from datetime import datetime
from functools import reduce
from typing import Any, Final

import msgspec

from application.eventstore.decider import Decider
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog

PAGE: Final = 500


class StateAsOf(msgspec.Struct, frozen=True):
    """``state`` is JSON; the others tell of the last event in it."""

    version: int
    position: int
    recorded_at: datetime
    state: msgspec.Raw


async def state_as_of(
    log: EventLog, decider: Decider[Any, Any, Any], stream: str, position: int
) -> StateAsOf | None:
    """Return the state after the last event up to a position; ``None`` when there was none yet."""
    state: Any = None
    last: RecordedEvent | None = None
    while page := await log.read(stream, after=last.version if last else 0, limit=PAGE):
        records = [record for record in page if record.position <= position]
        state = reduce(decider.evolve, (record.event for record in records), state)
        last = records[-1] if records else last
        if len(records) < PAGE:
            break
    if last is None:
        return None
    text = msgspec.Raw(msgspec.json.encode(state, order="deterministic"))
    return StateAsOf(last.version, last.position, last.recorded_at, text)
