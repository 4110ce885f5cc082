"""Revocations made in this process: effective at once, before cached lookups expire."""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)
MAX_ENTRIES: Final = 10_000
"""The oldest are dropped: after five seconds lookups know of a revocation."""


class Revocations:
    """Names are ids of sessions and keys, and digests of key texts."""

    def __init__(self) -> None:
        self._ends: OrderedDict[str, datetime] = OrderedDict()

    def end(self, name: str, at: datetime = AT_ONCE) -> None:
        """Revoke a session, a key, or one text of a key: at once, or from a time on."""
        self._ends[name] = at
        if len(self._ends) > MAX_ENTRIES:
            self._ends.popitem(last=False)

    def includes(self, name: str, now: datetime) -> bool:
        """Tell whether a name is revoked by now."""
        ends_at = self._ends.get(name)
        return ends_at is not None and ends_at <= now
