"""Query parameters and headers of the feed."""

from typing import Annotated, Final, Literal

import msgspec

from api.auth.caller import caller_of
from api.http.paging import MAX_PAGE_SIZE
from api.http.query_params import (
    MIN_POSITION,
    InvalidPosition,
    query_param,
    whole_number,
)
from api.http.sse import EVENT_STREAM
from api.openapi.documented import TEXT, RequestHeader
from api.request import AnyRequest, header
from application.feed.reader import Reader, readable_events
from domain.refusals import Invalid

LATEST: Final = "latest"
LAST_EVENT_ID: Final = RequestHeader(
    "Last-Event-ID",
    "For event streams: resume after this event. Takes precedence over `after`.",
    {"type": "integer", "minimum": 0},
)
ACCEPT: Final = RequestHeader("Accept", f"`{EVENT_STREAM}` asks for an event stream.", TEXT)


class InvalidStart(Invalid):
    code = "INVALID_PLACE"
    message = f"after and Last-Event-ID take a log position, after also {LATEST}."


class InvalidPaging(Invalid):
    code = "INVALID_PAGING"
    message = f"limit takes a whole number from 1 to {MAX_PAGE_SIZE}."


class FeedQuery(msgspec.Struct):
    after: Annotated[
        Annotated[int, msgspec.Meta(ge=0)] | Literal["latest"],
        msgspec.Meta(description="Only events after this log position; `latest`: only new events."),
    ] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE_SIZE, description="Events per page.")] = 50
    types: (
        Annotated[str, msgspec.Meta(description="Such as `document.created,key.*`; absent: all.")]
        | None
    ) = None
    stream: Annotated[str, msgspec.Meta(description="Such as `document-ID`.")] | None = None


def wants_stream(request: AnyRequest) -> bool:
    """Tell whether the client accepts an event stream."""
    accepted = header(request, b"accept") or ""
    return EVENT_STREAM in {each.partition(";")[0].strip().lower() for each in accepted.split(",")}


def reader_of(request: AnyRequest) -> Reader:
    """Read the filter of events, among those that the caller may read."""
    caller = caller_of(request)
    types = query_param(request, "types")
    patterns = ["*"] if types is None else [each.strip() for each in types.split(",")]
    return Reader(
        caller.org_id, readable_events(caller.scopes, patterns), query_param(request, "stream")
    )


def start_position(request: AnyRequest) -> int | None:
    """Read the position of a page to start after; ``None`` is the end of the log."""
    after = query_param(request, "after")
    if after == LATEST:
        return None
    return whole_number("0" if after is None else after, InvalidStart)


def stream_start(request: AnyRequest) -> int | None:
    """Read the position of a stream to start after: ``Last-Event-ID``, else as of a page."""
    last = header(request, b"last-event-id")
    return whole_number(last, InvalidStart) if last else start_position(request)


def least_position(request: AnyRequest) -> int:
    """Read the least position that the response must reflect."""
    return whole_number(header(request, MIN_POSITION) or "0", InvalidPosition)
