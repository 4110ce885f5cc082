"""``/events``: what happens in an organisation, by the page or as it happens (wire.md, operate)."""

from functools import partial
from typing import Final

from litestar import Controller, Router, get
from litestar.types import ASGIApp

from api.auth.authenticator import Authenticator
from api.auth.caller import caller_of
from api.auth.guard import Need, guard, needs
from api.http.feed_stream import frames, wait_ended
from api.http.inject import with_dependencies
from api.http.paging import page_size
from api.http.response import VARY_ACCEPT, Response, json_response
from api.http.shared_services import SharedServices
from api.http.sse import EVENT_STREAM, EventStream, EventStreams
from api.openapi.documented import BEARER, COMMON_ERRORS, MIN_POSITION, documented
from api.operate.events.query import (
    ACCEPT,
    LAST_EVENT_ID,
    FeedQuery,
    InvalidPaging,
    least_position,
    reader_of,
    start_position,
    stream_start,
    wants_stream,
)
from api.operate.events.types import EventTypesController
from api.request import AnyRequest, headers_of
from application.feed.feed import Feed
from application.feed.history import FeedPage

ERRORS: Final = (400, 409, *COMMON_ERRORS)


class EventsController(Controller):
    path = "/"
    tags = ("Events",)
    opt = needs(Need.ANY_CALLER)

    feed: Feed
    streams: EventStreams
    authenticator: Authenticator

    @get(
        "/",
        operation_id="listEvents",
        **documented(
            query=FeedQuery,
            headers=(ACCEPT, LAST_EVENT_ID, MIN_POSITION),
            answer=FeedPage,
            stream_media_type=EVENT_STREAM,
            errors=ERRORS,
            codes={
                400: ("INVALID_PAGING", "INVALID_PLACE", "INVALID_POSITION", "UNKNOWN_EVENT_TYPE"),
                409: ("POSITION_RESET",),
            },
        ),
    )
    async def events(self, request: AnyRequest) -> ASGIApp:
        """List events, oldest first, or follow them as an event stream.

        A page may be short, or empty, while there are more: continue at `next` until it stays the
        same. In an event stream each event has its position as `id`; a client that reconnects with
        it as `Last-Event-ID` misses nothing. A stream that cannot continue ends with `lagged`
        (reconnect) or `reset` (the position is not in the log: read from the beginning).
        """
        if wants_stream(request):
            return await self._stream(request)
        return await self._page(request)

    async def _page(self, request: AnyRequest) -> Response:
        reader, limit = reader_of(request), page_size(request, InvalidPaging)
        after, least = start_position(request), least_position(request)
        if after is None or least > after:
            head = await self.feed.head(least)
            after = head if after is None else after
        return json_response(await self.feed.page(reader, after, limit), VARY_ACCEPT)

    async def _stream(self, request: AnyRequest) -> EventStream:
        """Start at the end of the log as it is before the response starts, to miss nothing."""
        headers = headers_of(request)
        reader, after = reader_of(request), stream_start(request)
        subscription = self.feed.follow(reader, await self.feed.head() if after is None else after)
        return self.streams.stream(
            frames(self.feed, subscription),
            partial(wait_ended, subscription),
            partial(self.authenticator.wait_changed, headers, caller_of(request)),
        )


def events_router(shared: SharedServices) -> Router:
    controller = with_dependencies(
        EventsController,
        feed=shared.feed,
        streams=shared.event_streams,
        authenticator=shared.authenticator,
    )
    admit = guard(shared.authenticator)
    return Router(
        "/events",
        route_handlers=[controller, EventTypesController],
        before_request=admit,
        security=BEARER,
    )
