"""``POST /ops/projections/{name}/...``: decisions, each of which may be repeated without harm."""

from typing import Final

from litestar import Controller, post
from litestar.params import FromPath

from api.auth.caller import origin_of
from api.auth.guard import needs
from api.http.request_body import decode_or, read_body, read_json
from api.http.response import Response, json_response
from api.openapi.documented import COMMON_ERRORS, documented
from api.operate.ops.bodies import MAX_BYTES, Rebuild, Skip
from api.request import AnyRequest
from domain.identity.scopes import Scope
from projections.admin.operations import Operations
from projections.admin.poison_events import PoisonedEvents
from projections.admin.status import Model

ERRORS: Final = (404, *COMMON_ERRORS)
UNKNOWN: Final = {404: ("PROJECTION_NOT_FOUND",)}
DECIDED: Final = documented(
    answer=Model, errors=(409, *ERRORS), codes={**UNKNOWN, 409: ("NO_SUCH_GENERATION",)}
)
CHOSEN: Final = documented(
    answer=Model,
    errors=(409, *ERRORS),
    codes={**UNKNOWN, 409: ("NO_SUCH_GENERATION", "GENERATION_NOT_READY", "NOT_DROPPABLE")},
)


class DecisionsController(Controller):
    """Each answers with the read model as it is then; the projector heeds it within a second."""

    path = "/projections/{name:str}"
    tags = ("Projections",)
    opt = needs(Scope.OPS)

    operations: Operations
    poison: PoisonedEvents

    @post(
        "/rebuild",
        operation_id="rebuildProjection",
        **documented(
            request=Rebuild,
            request_required=False,
            answer=Model,
            errors=(400, 413, *ERRORS),
            codes=UNKNOWN,
        ),
    )
    async def rebuild(self, request: AnyRequest, name: FromPath[str]) -> Response:
        """Build it anew beside the live one, if that is not being done, and switch to it."""
        wanted = decode_or(await read_body(request, MAX_BYTES), Rebuild())
        await self.operations.rebuild(name, held=wanted.hold)
        return await self._told(name)

    @post("/pause", operation_id="pauseProjection", **DECIDED)
    async def pause(self, name: FromPath[str]) -> Response:
        """Let it stand still, in every generation, until it is resumed."""
        await self.operations.pause(name)
        return await self._told(name)

    @post("/resume", operation_id="resumeProjection", **DECIDED)
    async def resume(self, name: FromPath[str]) -> Response:
        """Let it go on where it was paused."""
        await self.operations.resume(name)
        return await self._told(name)

    @post("/retry", operation_id="retryProjection", **DECIDED)
    async def retry(self, name: FromPath[str]) -> Response:
        """Try the event once more that it has stopped at."""
        await self.operations.retry(name)
        return await self._told(name)

    @post(
        "/skip",
        operation_id="skipEvent",
        **documented(
            request=Skip,
            request_example={"reason": "made by the import of 12 May", "position": 4711},
            answer=Model,
            errors=(400, 409, 413, *ERRORS),
            codes={**UNKNOWN, 400: ("INVALID_SKIP",), 409: ("NOT_STOPPED_THERE",)},
        ),
    )
    async def skip(self, request: AnyRequest, name: FromPath[str]) -> Response:
        """Pass over the event it has stopped at, for good; who decided it and why is recorded."""
        wanted = await read_json(request, MAX_BYTES, Skip)
        by = origin_of(request)
        await self.poison.skip(name, wanted.position, wanted.reason, by)
        return await self._told(name)

    @post("/switch", operation_id="switchProjection", **CHOSEN)
    async def switch(self, name: FromPath[str]) -> Response:
        """Show readers the newest generation that is newer than theirs."""
        await self.operations.switch(name)
        return await self._told(name)

    @post("/rollback", operation_id="rollBackProjection", **CHOSEN)
    async def roll_back(self, name: FromPath[str]) -> Response:
        """Show readers the newest generation that is older than theirs."""
        await self.operations.roll_back(name)
        return await self._told(name)

    @post("/drop", operation_id="dropGenerations", **CHOSEN)
    async def drop(self, name: FromPath[str]) -> Response:
        """Drop what is kept beside the live generation: there is no way back then."""
        await self.operations.drop(name)
        return await self._told(name)

    @post("/cancel", operation_id="cancelRebuild", **CHOSEN)
    async def cancel(self, name: FromPath[str]) -> Response:
        """Drop what is being built beside the live generation."""
        await self.operations.cancel(name)
        return await self._told(name)

    async def _told(self, name: str) -> Response:
        return json_response(await self.operations.model(name))
