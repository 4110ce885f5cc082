"""A stream's events as they were recorded, for auditors: one path for every kind of stream."""

from collections.abc import Sequence
from typing import Final

from application.event_log import EventLog
from application.recorded import Recorded
from domain.refusals import NotFound

CATEGORIES: Final = {"documents": "document", "keys": "key", "organisations": "organisation"}
"""From the kind in a URL to the category of the streams."""


class NothingRecorded(NotFound):
    message = "Nothing is recorded under that id."


class Audit:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def history(
        self, org_id: str, kind: str, key: str, *, after: int, limit: int
    ) -> Sequence[Recorded]:
        """Return events after a version, oldest first; a stream belongs to its first event's owner.

        Raises ``NothingRecorded`` for an unknown kind or id, and for another organisation's.
        """
        if (category := CATEGORIES.get(kind)) is None:
            raise NothingRecorded
        stream = f"{category}-{key}"
        first = await self._log.read(stream, limit=1)
        if not first or first[0].origin.org_id != org_id:
            raise NothingRecorded
        return await self._log.read(stream, after=after, limit=limit)
