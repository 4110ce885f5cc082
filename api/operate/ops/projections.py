"""``/ops/projections``: status, failure and differences of read models."""

from litestar import Controller, get
from litestar.params import FromPath

from api.auth.guard import needs
from api.http.response import Response, json_response
from api.openapi.documented import COMMON_ERRORS, documented
from api.operate.ops.bodies import ProjectionsAnswer
from domain.identity.scopes import Scope
from projections.admin.diff import Difference, Differences
from projections.admin.operations import Operations
from projections.admin.poison_events import Poison, PoisonedEvents


class ProjectionsController(Controller):
    path = "/projections"
    tags = ("Projections",)
    opt = needs(Scope.OPS)

    operations: Operations
    poison: PoisonedEvents
    differences: Differences

    @get(
        "/",
        operation_id="listProjections",
        **documented(answer=ProjectionsAnswer, errors=COMMON_ERRORS),
    )
    async def all(self) -> Response:
        """List read models with their builds, and the lag of each behind the log."""
        return json_response(ProjectionsAnswer(await self.operations.report()))

    @get(
        "/{name:str}/failure",
        operation_id="projectionFailure",
        **documented(
            answer=Poison,
            errors=(404, *COMMON_ERRORS),
            codes={404: ("NOTHING_FAILED", "PROJECTION_NOT_FOUND")},
        ),
    )
    async def failure(self, name: FromPath[str]) -> Response:
        """Get the event at which a read model has stopped, decoded, and the error."""
        return json_response(await self.poison.of(name))

    @get(
        "/{name:str}/diff",
        operation_id="projectionDiff",
        **documented(
            answer=Difference,
            errors=(404, 409, *COMMON_ERRORS),
            codes={
                404: ("PROJECTION_NOT_FOUND",),
                409: ("NO_SUCH_GENERATION", "GENERATION_NOT_READY"),
            },
        ),
    )
    async def diff(self, name: FromPath[str]) -> Response:
        """Compare the newest other build with the live one, row by row, at one position."""
        return json_response(await self.differences.of(name))
