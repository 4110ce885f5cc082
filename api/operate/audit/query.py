"""Query parameters of audit."""

from typing import Annotated, Final

import msgspec

from api.http.paging import MAX_PAGE_SIZE, page_size
from api.http.query_params import (
    InvalidAsOf,
    position_of,
    query_param,
    whole_number,
)
from api.request import AnyRequest
from application.audit.audit import MAX_POSITION, Audit, EventFilter
from domain.refusals import Invalid

MOMENT: Final = "a time (2026-01-31T12:00:00Z) or a position (@1234)"


class InvalidPaging(Invalid):
    code = "INVALID_PAGING"
    message = f"after takes a version, limit a whole number from 1 to {MAX_PAGE_SIZE}."


class InvalidMoment(Invalid):
    code = "INVALID_MOMENT"
    message = f"from, until and to take {MOMENT}."


class AuditQuery(msgspec.Struct, rename={"request_id": "requestId", "from_": "from"}):
    after: Annotated[int, msgspec.Meta(ge=0, description="Only later versions.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE_SIZE)] = 50
    actor: Annotated[str, msgspec.Meta(description="Who acted, such as `key:ID`.")] | None = None
    request_id: Annotated[str, msgspec.Meta(description="Caused by this request.")] | None = None
    type: (
        Annotated[str, msgspec.Meta(description="Of this type, such as `document.purged`.")] | None
    ) = None
    from_: Annotated[str, msgspec.Meta(description=f"Recorded from {MOMENT} on.")] | None = None
    until: Annotated[str, msgspec.Meta(description=f"Recorded until {MOMENT}.")] | None = None


class StateQuery(msgspec.Struct, rename="camel"):
    as_of: Annotated[str, msgspec.Meta(description=f"As of {MOMENT}; absent: now.")] | None = None


class StateDiffQuery(msgspec.Struct, rename={"from_": "from"}):
    from_: Annotated[str, msgspec.Meta(description=f"The state as of {MOMENT}.")]
    to: Annotated[str, msgspec.Meta(description=f"As of {MOMENT}; absent: now.")] | None = None


async def event_filter(request: AnyRequest, audit: Audit) -> EventFilter:
    """Read the filter of a history; raises ``InvalidPaging`` or ``InvalidMoment``."""
    since, until = query_param(request, "from"), query_param(request, "until")
    return EventFilter(
        after=whole_number(query_param(request, "after") or "0", InvalidPaging),
        limit=page_size(request, InvalidPaging),
        since=0 if since is None else await _before(since, audit),
        until=MAX_POSITION if until is None else await _position(until, audit),
        actor=query_param(request, "actor"),
        request_id=query_param(request, "requestId"),
        name=query_param(request, "type"),
    )


async def as_of_position(request: AnyRequest, audit: Audit) -> int:
    """Read ``asOf``, now when absent; raises ``InvalidAsOf``."""
    as_of = query_param(request, "asOf")
    return MAX_POSITION if as_of is None else await position_of(as_of, audit.position_at)


async def diff_positions(request: AnyRequest, audit: Audit) -> tuple[int, int]:
    """Read the two positions of a diff; raises ``InvalidMoment``."""
    older, newer = query_param(request, "from"), query_param(request, "to")
    if older is None:
        raise InvalidMoment
    return await _position(older, audit), (
        MAX_POSITION if newer is None else await _position(newer, audit)
    )


async def _position(moment: str, audit: Audit) -> int:
    try:
        return await position_of(moment, audit.position_at)
    except InvalidAsOf:
        raise InvalidMoment from None


async def _before(moment: str, audit: Audit) -> int:
    """Return the position before the first event recorded at a moment or later."""
    try:
        position = await position_of(moment, audit.position_before)
    except InvalidAsOf:
        raise InvalidMoment from None
    return max(position - 1, 0) if moment.startswith("@") else position
