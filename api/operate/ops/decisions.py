"""``POST /ops/projections/{name}/...``: commands on read models, all of them idempotent."""

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
NOT_FOUND: Final = {404: ("PROJECTION_NOT_FOUND",)}
DECISION: Final = documented(
    answer=Model, errors=(409, *ERRORS), codes={**NOT_FOUND, 409: ("NO_SUCH_GENERATION",)}
)
GENERATION_DECISION: Final = documented(
    answer=Model,
    errors=(409, *ERRORS),
    codes={**NOT_FOUND, 409: ("NO_SUCH_GENERATION", "GENERATION_NOT_READY", "NOT_DROPPABLE")},
)


class DecisionsController(Controller):
    """Each answers with the read model's status; the projector acts within a second."""

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
            codes=NOT_FOUND,
        ),
    )
    async def rebuild(self, request: AnyRequest, name: FromPath[str]) -> Response:
        """Rebuild the model beside the live build, unless one is being built, then switch."""
        rebuild = decode_or(await read_body(request, MAX_BYTES), Rebuild())
        await self.operations.rebuild(name, held=rebuild.hold)
        return await self._status(name)

    @post("/pause", operation_id="pauseProjection", **DECISION)
    async def pause(self, name: FromPath[str]) -> Response:
        """Pause the model, in every build, until it is resumed."""
        await self.operations.pause(name)
        return await self._status(name)

    @post("/resume", operation_id="resumeProjection", **DECISION)
    async def resume(self, name: FromPath[str]) -> Response:
        """Resume the model where it was paused."""
        await self.operations.resume(name)
        return await self._status(name)

    @post("/retry", operation_id="retryProjection", **DECISION)
    async def retry(self, name: FromPath[str]) -> Response:
        """Retry the event at which the model has stopped."""
        await self.operations.retry(name)
        return await self._status(name)

    @post(
        "/skip",
        operation_id="skipEvent",
        **documented(
            request=Skip,
            request_example={"reason": "made by the import of 12 May", "position": 4711},
            answer=Model,
            errors=(400, 409, 413, *ERRORS),
            codes={**NOT_FOUND, 400: ("INVALID_SKIP",), 409: ("NOT_STOPPED_THERE",)},
        ),
    )
    async def skip(self, request: AnyRequest, name: FromPath[str]) -> Response:
        """Skip the event at which the model has stopped, permanently. The decision is recorded."""
        skip = await read_json(request, MAX_BYTES, Skip)
        by = origin_of(request)
        await self.poison.skip(name, skip.position, skip.reason, by)
        return await self._status(name)

    @post("/switch", operation_id="switchProjection", **GENERATION_DECISION)
    async def switch(self, name: FromPath[str]) -> Response:
        """Switch reads to the newest build, if it is newer than the live one."""
        await self.operations.switch(name)
        return await self._status(name)

    @post("/rollback", operation_id="rollBackProjection", **GENERATION_DECISION)
    async def roll_back(self, name: FromPath[str]) -> Response:
        """Switch reads back to the newest build that is older than the live one."""
        await self.operations.roll_back(name)
        return await self._status(name)

    @post("/drop", operation_id="dropGenerations", **GENERATION_DECISION)
    async def drop(self, name: FromPath[str]) -> Response:
        """Drop the builds beside the live one; a rollback is impossible then."""
        await self.operations.drop(name)
        return await self._status(name)

    @post("/cancel", operation_id="cancelRebuild", **GENERATION_DECISION)
    async def cancel(self, name: FromPath[str]) -> Response:
        """Cancel the build beside the live build, and drop it."""
        await self.operations.cancel(name)
        return await self._status(name)

    async def _status(self, name: str) -> Response:
        return json_response(await self.operations.model(name))
