"""What was ended on this process, and is not to wait until lookups know of it everywhere."""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final

ALREADY: Final = datetime.min.replace(tzinfo=UTC)
MAX_ENTRIES: Final = 10_000
"""Each lives on for five seconds elsewhere, and then lookups tell."""


class Revocations:
    def __init__(self) -> None:
        self._ends: OrderedDict[str, datetime] = OrderedDict()

    def end(self, name: str, at: datetime = ALREADY) -> None:
        """Have a session, a key, or one text of a key be over, at once or from a moment on."""
        self._ends[name] = at
        if len(self._ends) > MAX_ENTRIES:
            self._ends.popitem(last=False)

    def includes(self, name: str, now: datetime) -> bool:
        ends_at = self._ends.get(name)
        return ends_at is not None and ends_at <= now
