"""``/events/types``: the types of public events, with a JSON Schema of their data."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Controller, get

from api.auth.guard import Need, needs
from api.http.response import Response, json_response
from api.openapi.documented import COMMON_ERRORS, documented
from application.feed.public_events.catalogue import LANGUAGE
from application.feed.public_events.event_type import PublicType


class EventType(msgspec.Struct, frozen=True):
    """A type; keys need ``scope`` to read such events, ``schema`` is that of ``data``."""

    type: str
    scope: str
    schema: dict[str, Any]


class EventTypesAnswer(msgspec.Struct, frozen=True):
    types: Sequence[EventType]


def _event_type(kind: PublicType) -> EventType:
    return EventType(kind.name, kind.scope.value, msgspec.json.schema(kind.data))


TYPES: Final = EventTypesAnswer([_event_type(kind) for kind in LANGUAGE])


class EventTypesController(Controller):
    path = "/types"
    tags = ("Events",)
    opt = needs(Need.ANY_CALLER)

    @get(
        "/",
        operation_id="eventTypes",
        **documented(answer=EventTypesAnswer, errors=COMMON_ERRORS),
    )
    async def types(self) -> Response:
        """List the types of events. Names are permanent; fields are only added."""
        return json_response(TYPES)
