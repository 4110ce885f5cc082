"""Frames of a generation's event stream; ids are log positions, names are the seed's."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import msgspec

from api.auth.caller import Caller
from api.codegen.generation_requests import GenerationFailure, GenerationRequests
from api.codegen.responses import GenerationAnswer
from api.http.envelopes.problem import Problem
from api.http.errors import problem_of
from api.http.sse import Frames
from api.http.sse_frames import frame
from application.eventstore.read_your_writes import PositionReset
from application.feed.feed import Feed
from application.feed.public_events.catalogue import PublicEvent
from application.feed.public_events.generations import StageReachedData
from application.feed.queue import ReaderLagged
from application.feed.subscription import Subscription
from domain.generations.events import GenerationCompleted, GenerationFailed
from domain.generations.stages import Stage

END_EVENTS: Final = (GenerationCompleted, GenerationFailed)
END_TYPES: Final = frozenset({"generation.completed", "generation.failed"})


class StageFrame(msgspec.Struct, frozen=True, rename="camel"):
    stage: Stage
    generation_id: str


class ErrorFrame(msgspec.Struct, frozen=True):
    """The last event of a failed generation."""

    code: str
    message: str
    details: object

    @classmethod
    def of(cls, problem: Problem) -> "ErrorFrame":
        return cls(problem.code, problem.message, problem.details)


class GenerationFrames:
    """Renders the frames of one caller's generations."""

    def __init__(self, generating: GenerationRequests, feed: Feed, caller: Caller) -> None:
        self._generating = generating
        self._feed = feed
        self._caller = caller

    async def of(
        self, subscription: Subscription[PublicEvent], generation_id: str, after: int
    ) -> Frames:
        """Yield frames until the generation ends; none if its end is at ``after`` or before."""
        records = await self._generating.history.records(self._caller.org_id, generation_id)
        if any(isinstance(each.event, END_EVENTS) and each.position <= after for each in records):
            return
        try:
            async with aclosing(self._events(subscription)) as events:
                async for event in events:
                    yield await self._frame(event, generation_id)
                    if event.type in END_TYPES:
                        return
        except ReaderLagged as lagged:
            yield frame("lagged", {"after": lagged.after})
        except PositionReset:
            yield frame("reset", {"position": await self._feed.head()})

    async def _events(
        self, subscription: Subscription[PublicEvent]
    ) -> AsyncGenerator[PublicEvent, None]:
        async with aclosing(subscription.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def _frame(self, event: PublicEvent, generation_id: str) -> bytes:
        if isinstance(event.data, StageReachedData):
            stage = StageFrame(event.data.stage, generation_id)
            return frame("stage", stage, event.position)
        return await self._end(event, generation_id)

    async def _end(self, event: PublicEvent, generation_id: str) -> bytes:
        """Render the end; only its last frame has an id, so that a client that resumes gets all."""
        org_id = self._caller.org_id
        record = await self._generating.history.wait_for_end(org_id, generation_id)
        if isinstance(record.end, GenerationFailed):
            problem = problem_of(GenerationFailure(record.id, record.end))
            return frame("error", ErrorFrame.of(problem), event.position)
        usage = await self._generating.usage(self._caller)
        result = GenerationAnswer.of(record, usage)
        return frame("result", result) + frame("usage", usage, event.position)
