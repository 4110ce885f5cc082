"""``/ops/projections/{name}/progress``: a rebuild watched until there is no more to watch.

It is no event of the log, so it is looked at; it goes out as every other stream does.
"""

import asyncio
from typing import Final

from litestar import Controller, get
from litestar.params import FromPath
from litestar.types import ASGIApp

from api.auth.guard import needs
from api.http.sse import EVENT_STREAM, EventStreams, Frames
from api.http.sse_frames import frame
from api.openapi.documented import COMMON_ERRORS, documented
from domain.identity.scopes import Scope
from projections.admin.operations import Operations
from projections.admin.status import Model

LOOK_SECONDS: Final = 0.25


class ProgressController(Controller):
    path = "/projections/{name:str}/progress"
    tags = ("Projections",)
    opt = needs(Scope.OPS)

    operations: Operations
    streams: EventStreams

    @get(
        "/",
        operation_id="projectionProgress",
        **documented(
            stream_media_type=EVENT_STREAM,
            errors=(404, 409, *COMMON_ERRORS),
            codes={404: ("PROJECTION_NOT_FOUND",), 409: ("NO_SUCH_GENERATION",)},
        ),
    )
    async def progress(self, name: FromPath[str]) -> ASGIApp:
        """Follow how a read model is rebuilt: events as `/ops/projections` shows the model.

        Each is called `progress`; the last is `done`, once nothing of it is being built any more
        (what is held has caught up), or `failed`, when it will not be without an operator.
        """
        await self.operations.model(name)
        return self.streams.stream(_frames(self.operations, name))


async def _frames(operations: Operations, name: str) -> Frames:
    told = b""
    while True:
        model = await operations.model(name)
        stage = _stage(model)
        if (now := frame(stage, model)) != told:
            told = now
            yield now
        if stage != "progress":
            return
        await asyncio.sleep(LOOK_SECONDS)


def _stage(model: Model) -> str:
    built = [each for each in model.generations if not each.live and each.status != "running"]
    if any(each.error for each in built):
        return "failed"
    return "done" if all(each.held and not each.lag for each in built) else "progress"
