"""``/ops/projections/{name}/progress``: the progress of a rebuild, as an event stream.

Progress is no event of the log, so it is polled.
"""

import asyncio
from typing import Final

from litestar import Controller, get
from litestar.params import FromPath

from api.auth.guard import needs
from api.http.sse import EVENT_STREAM, EventStream, EventStreams, Frames
from api.http.sse_frames import frame
from api.openapi.documented import COMMON_ERRORS, documented
from domain.identity.scopes import Scope
from projections.admin.operations import Operations
from projections.admin.status import Model

POLL_SECONDS: Final = 0.25


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
    async def progress(self, name: FromPath[str]) -> EventStream:
        """Follow the rebuild of a read model: events have the model as in `/ops/projections`.

        Events are named `progress`. The last is `done` when every build has finished or, if held,
        has caught up, and `failed` when a build needs an operator.
        """
        await self.operations.model(name)
        return self.streams.stream(_frames(self.operations, name))


async def _frames(operations: Operations, name: str) -> Frames:
    previous = b""
    while True:
        model = await operations.model(name)
        stage = _stage(model)
        if (current := frame(stage, model)) != previous:
            previous = current
            yield current
        if stage != "progress":
            return
        await asyncio.sleep(POLL_SECONDS)


def _stage(model: Model) -> str:
    builds = [each for each in model.builds if not each.live and each.status != "running"]
    if any(each.error for each in builds):
        return "failed"
    return "done" if all(each.held and not each.lag for each in builds) else "progress"
