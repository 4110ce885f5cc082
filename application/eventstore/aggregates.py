"""Aggregate states: streams folded into state, cached in memory and kept as snapshots.

A cached state may be stale. An append checks the version, so a stale state never wins; refusals and
no-ops decided on one are decided again by ``transactions.py``.
"""

from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from typing import Any, NamedTuple

import msgspec

from application.eventstore.decider import Decider
from application.eventstore.event_store import EventLog, History, LogUnavailable, Snapshot

SNAPSHOT_AFTER = 100


class Loaded(NamedTuple):
    """A stream's state; ``owner`` is the organisation of its first event, ``None`` before it."""

    version: int
    owner: str | None
    state: Any
    remembered: bool = False

    def seen_by(self, org_id: str) -> bool:
        return self.owner in (None, org_id)


class Aggregates:
    """Loads states through a bounded cache; the least recently used leave it first."""

    def __init__(self, log: EventLog, *, most: int = 10_000) -> None:
        self._log = log
        self._most = most
        self._memory: OrderedDict[str, Loaded] = OrderedDict()

    def remembered(self, stream: str) -> Loaded | None:
        """Return a state from memory; it may be stale."""
        if (loaded := self._memory.get(stream)) is None:
            return None
        self._memory.move_to_end(stream)
        return Loaded(loaded.version, loaded.owner, loaded.state, remembered=True)

    async def recall(self, decider: Decider[Any, Any, Any], stream: str) -> Loaded:
        """Return a state from memory, else from the log."""
        return self.remembered(stream) or await self.load(decider, stream)

    async def load(self, decider: Decider[Any, Any, Any], stream: str) -> Loaded:
        """Read a state from the log; a long stream gets a snapshot for the next read."""
        history = await self._log.load(stream)
        loaded = _replay(decider, history)
        if loaded.owner is not None and len(history.records) > SNAPSHOT_AFTER:
            state = msgspec.Raw(msgspec.json.encode(loaded.state))
            with suppress(LogUnavailable):  # the next long read will try again
                await self._log.keep(stream, Snapshot(loaded.version, loaded.owner, state))
        return loaded

    def remember(self, stream: str, loaded: Loaded) -> None:
        self._memory[stream] = loaded
        self._memory.move_to_end(stream)
        if len(self._memory) > self._most:
            self._memory.popitem(last=False)

    def forget(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._memory.pop(stream, None)


def _replay(decider: Decider[Any, Any, Any], history: History) -> Loaded:
    version, owner, state = 0, None, None
    if (snapshot := history.snapshot) is not None:
        version, owner = snapshot.version, snapshot.owner
        state = msgspec.json.decode(snapshot.state, type=decider.state)
    if history.records:
        version = history.records[-1].version
        owner = owner or history.records[0].origin.org_id
    return Loaded(version, owner, reduce(decider.evolve, (r.event for r in history.records), state))
