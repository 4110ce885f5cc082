"""Generation history: reads a generation, or waits for its end, from its own stream."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from application.eventstore.contents import Contents
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from application.generations.results import GenerationRecord, decode_product
from application.generations.runner import GENERATION
from domain.content import Content
from domain.generations.events import (
    GenerationCompleted,
    GenerationFailed,
    GenerationRequested,
)
from domain.generations.generation import GenerationNotFound
from domain.refusals import Unavailable

PATIENCE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 1.0


class StillRunning(Unavailable):
    code = "STILL_RUNNING"
    message = "The generation is still running. Try again shortly."


class GenerationHistory:
    def __init__(self, log: EventLog, contents: Contents) -> None:
        self._log = log
        self._contents = contents

    async def records(self, org_id: str, generation_id: str) -> Sequence[RecordedEvent]:
        """Return its events; raises ``GenerationNotFound``, also for another organisation's."""
        records = await self._log.read(GENERATION.stream(generation_id))
        if not records or records[0].origin.org_id != org_id:
            raise GenerationNotFound
        return records

    async def wait_for_end(self, org_id: str, generation_id: str) -> GenerationRecord:
        """Wait for the end of a generation; raises ``StillRunning`` after a minute."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (end := end_of(records := await self.records(org_id, generation_id))) is None:
                    with suppress(TimeoutError):
                        head = self._log.head
                        await head.reach(head.position + 1, within=LOOK_SECONDS)
        except TimeoutError as error:
            raise StillRunning from error
        return await self.record_of(org_id, generation_id, records[0], end)

    async def record_of(
        self,
        org_id: str,
        generation_id: str,
        first: RecordedEvent,
        end: GenerationCompleted | GenerationFailed | None,
    ) -> GenerationRecord:
        """Return the record of a generation, from its first and last event and its stored text."""
        requested = first.event
        assert isinstance(requested, GenerationRequested)  # noqa: S101 - it begins the stream
        product = None
        if isinstance(end, GenerationCompleted):
            product = decode_product(await self.text(org_id, generation_id, end.content))
        failed = end if isinstance(end, GenerationFailed) else None
        return GenerationRecord(generation_id, requested, first.recorded_at, product or failed)

    async def text(self, org_id: str, generation_id: str, content: Content) -> bytes:
        text = await self._contents.get(org_id, GENERATION.stream(generation_id), content.digest)
        if text is None:
            raise GenerationNotFound
        return text


def end_of(records: Sequence[RecordedEvent]) -> GenerationCompleted | GenerationFailed | None:
    """Return the event that ended a generation, if it has ended."""
    events = (record.event for record in records)
    ends = (each for each in events if isinstance(each, GenerationCompleted | GenerationFailed))
    return next(ends, None)
