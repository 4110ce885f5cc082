"""What readers of the feed can ask for, and how their queries are read."""

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
from application.feed.reader import Reader, readable
from domain.refusals import Invalid

LATEST: Final = "latest"
LAST_EVENT_ID: Final = RequestHeader(
    "Last-Event-ID",
    "As an event stream: go on after this event. Stands above `after`.",
    {"type": "integer", "minimum": 0},
)
ACCEPT: Final = RequestHeader("Accept", f"`{EVENT_STREAM}` asks for an event stream.", TEXT)


class InvalidPlace(Invalid):
    code = "INVALID_PLACE"
    message = f"after and Last-Event-ID take a log position, after also {LATEST}."


class InvalidPaging(Invalid):
    code = "INVALID_PAGING"
    message = f"limit takes a whole number from 1 to {MAX_PAGE_SIZE}."


class FeedQuery(msgspec.Struct):
    after: Annotated[
        Annotated[int, msgspec.Meta(ge=0)] | Literal["latest"],
        msgspec.Meta(description="Only what follows this log position; `latest`: what is to come."),
    ] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE_SIZE, description="Events per page.")] = 50
    types: (
        Annotated[str, msgspec.Meta(description="Such as `document.created,key.*`; absent: all.")]
        | None
    ) = None
    stream: Annotated[str, msgspec.Meta(description="Such as `document-ID`.")] | None = None


def wants_stream(request: AnyRequest) -> bool:
    accepted = header(request, b"accept") or ""
    return EVENT_STREAM in {each.partition(";")[0].strip().lower() for each in accepted.split(",")}


def reader_of(request: AnyRequest) -> Reader:
    """Read which events are asked for, of those that the caller may see."""
    caller = caller_of(request)
    types = query_param(request, "types")
    wanted = ["*"] if types is None else [each.strip() for each in types.split(",")]
    return Reader(caller.org_id, readable(caller.scopes, wanted), query_param(request, "stream"))


def place(request: AnyRequest) -> int | None:
    """Read the position to start after; ``None`` is the end of the log."""
    given = query_param(request, "after")
    if given == LATEST:
        return None
    return whole_number("0" if given is None else given, InvalidPlace)


def resumed(request: AnyRequest) -> int | None:
    """Read the same for a stream: who comes back says so in a header."""
    last = header(request, b"last-event-id")
    return whole_number(last, InvalidPlace) if last else place(request)


def least_position(request: AnyRequest) -> int:
    """Read the position that the answer has to know of."""
    return whole_number(header(request, MIN_POSITION) or "0", InvalidPosition)
