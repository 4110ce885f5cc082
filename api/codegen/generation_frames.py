"""The frames of a generation's stream, under the seed's names; each resumes by its position."""

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
from application.feed.queue import Lagged
from application.feed.subscription import Subscription
from domain.generations.events import GenerationCompleted, GenerationFailed
from domain.generations.stages import Stage

ENDED: Final = (GenerationCompleted, GenerationFailed)
ENDS: Final = frozenset({"generation.completed", "generation.failed"})


class StageTold(msgspec.Struct, frozen=True, rename="camel"):
    stage: Stage
    generation_id: str


class Told(msgspec.Struct, frozen=True):
    """The one terminal event of a generation that fails."""

    code: str
    message: str
    details: object

    @classmethod
    def of(cls, problem: Problem) -> "Told":
        return cls(problem.code, problem.message, problem.details)


class GenerationFrames:
    def __init__(self, generating: GenerationRequests, feed: Feed, caller: Caller) -> None:
        self._generating = generating
        self._feed = feed
        self._caller = caller

    async def of(
        self, following: Subscription[PublicEvent], generation_id: str, after: int
    ) -> Frames:
        """Yield frames until the generation is over; nothing, when its end has been told."""
        records = await self._generating.history.records(self._caller.org_id, generation_id)
        if any(isinstance(each.event, ENDED) and each.position <= after for each in records):
            return
        try:
            async with aclosing(self._events(following)) as events:
                async for event in events:
                    yield await self._frame(event, generation_id)
                    if event.type in ENDS:
                        return
        except Lagged as lagged:
            yield frame("lagged", {"after": lagged.after})
        except PositionReset:
            yield frame("reset", {"position": await self._feed.head()})

    async def _events(
        self, following: Subscription[PublicEvent]
    ) -> AsyncGenerator[PublicEvent, None]:
        async with aclosing(following.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def _frame(self, event: PublicEvent, generation_id: str) -> bytes:
        if isinstance(event.data, StageReachedData):
            told = StageTold(event.data.stage, generation_id)
            return frame("stage", told, event.position)
        return await self._end(event, generation_id)

    async def _end(self, event: PublicEvent, generation_id: str) -> bytes:
        """Tell of the end; only the last frame of it has the id, so that none is ever missed."""
        org_id = self._caller.org_id
        record = await self._generating.history.ended(org_id, generation_id)
        if isinstance(record.end, GenerationFailed):
            problem = problem_of(GenerationFailure(record.id, record.end))
            return frame("error", Told.of(problem), event.position)
        usage = await self._generating.usage(self._caller)
        result = GenerationAnswer.of(record, usage)
        return frame("result", result) + frame("usage", usage, event.position)
