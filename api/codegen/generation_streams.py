"""Generations as server-sent events: with the request, or for any other client.

Both come from the generation's own event stream, by the event hub, under the seed's event names.
"""

from functools import partial
from typing import Final

from litestar import Controller, get, post
from litestar.params import FromPath

from api.auth.authenticator import Authenticator
from api.auth.caller import Caller, caller_of
from api.auth.guard import needs
from api.auth.rate_limits import GENERATIONS as LIMITED
from api.codegen.bodies import GenerationBody, InvalidRequest
from api.codegen.generation_frames import GenerationFrames
from api.codegen.generation_requests import (
    GenerationRequests,
    RepeatedRequest,
    generation_request,
    model_of,
)
from api.http.feed_stream import wait_ended
from api.http.query_params import whole_number
from api.http.sse import EVENT_STREAM, EventStream, EventStreams
from api.openapi.documented import COMMON_ERRORS, IDEMPOTENCY_KEY, TEXT, RequestHeader, documented
from api.request import AnyRequest, header, headers_of
from application.feed.feed import Feed
from application.feed.reader import Reader
from application.generations.plan_models import PlanModels
from application.generations.runner import GENERATION
from domain.generations.events import (
    GenerationCompleted,
    GenerationFailed,
    StageReached,
)
from domain.identity.scopes import Scope
from domain.messages import Event
from domain.refusals import Invalid

STREAMED_EVENTS: Final = frozenset[type[Event]](
    {StageReached, GenerationCompleted, GenerationFailed}
)
LAST_EVENT_ID: Final = RequestHeader("Last-Event-ID", "Resume after this event.", TEXT)
ERRORS: Final = (409, *COMMON_ERRORS)


class InvalidLastEventId(Invalid):
    code = "VALIDATION_ERROR"
    message = "Last-Event-ID takes the id of an event."


class GenerationStreamsController(Controller):
    path = "/generations"
    tags = ("Generation",)
    opt = needs(Scope.GENERATIONS, limited=LIMITED)

    generating: GenerationRequests
    models: PlanModels
    feed: Feed
    streams: EventStreams
    authenticator: Authenticator

    @post(
        "/stream",
        operation_id="generateStream",
        **documented(
            request=GenerationBody,
            media_type=EVENT_STREAM,
            answer=str,
            headers=(IDEMPOTENCY_KEY,),
            errors=(400, 413, 422, *ERRORS),
            codes={
                400: ("VALIDATION_ERROR",),
                403: ("QUOTA_EXCEEDED", "TRIAL_EXPIRED", "FORBIDDEN"),
                409: ("IDEMPOTENCY_CONFLICT",),
            },
        ),
    )
    async def generate(self, request: AnyRequest) -> EventStream:
        """Generate a program, with events: ``stage``, ``result``, ``usage``, or ``error``.

        An invalid request is answered with an error status instead of a stream. After a
        disconnect, `/v1/generations/{id}/events` resumes the stream.
        """
        raw, body = await GenerationBody.read(request)
        if body.options.dry_run:
            raise InvalidRequest(Invalid("A dry run has no stream: ask POST /v1/generations."))
        generation = generation_request(request, body, await model_of(request, self.models))
        try:
            begun = await self.generating.begin(request, raw, generation)
        except RepeatedRequest as repeated:
            return await self._follow(request, repeated.generation_id, 0)
        return self._stream(request, begun.id, begun.recorded.position)

    @get(
        "/{generation_id:str}/events",
        operation_id="generationEvents",
        **documented(
            media_type=EVENT_STREAM,
            answer=str,
            headers=(LAST_EVENT_ID,),
            errors=(400, 404, *ERRORS),
        ),
    )
    async def events(self, request: AnyRequest, generation_id: FromPath[str]) -> EventStream:
        """Follow a generation to its end, from its beginning or from ``Last-Event-ID``."""
        last = header(request, b"last-event-id")
        after = whole_number(last, InvalidLastEventId) if last else 0
        return await self._follow(request, generation_id, after)

    async def _follow(self, request: AnyRequest, generation_id: str, after: int) -> EventStream:
        org_id = caller_of(request).org_id
        records = await self.generating.history.records(org_id, generation_id)
        return self._stream(request, generation_id, max(after, records[0].position))

    def _stream(self, request: AnyRequest, generation_id: str, after: int) -> EventStream:
        caller: Caller = caller_of(request)
        reader = Reader(caller.org_id, STREAMED_EVENTS, GENERATION.stream(generation_id))
        subscription = self.feed.events(reader, after)
        frames = GenerationFrames(self.generating, self.feed, caller)
        headers = headers_of(request)
        return self.streams.stream(
            frames.of(subscription, generation_id, after),
            partial(wait_ended, subscription),
            partial(self.authenticator.wait_changed, headers, caller),
        )
