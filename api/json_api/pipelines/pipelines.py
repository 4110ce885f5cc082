"""``/api/v1/pipelines``: named graphs of utilities (wire.md, json_api)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath

from api.auth.caller import origin_of
from api.auth.guard import needs
from api.http.conditional import expected_version, json_unless_unchanged
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.paging import page_request
from api.http.request_body import read_body
from api.http.response import (
    Response,
    etag_header,
    json_response,
    location_header,
    position_header,
)
from api.json_api.openapi_common import (
    IDEMPOTENT_ERRORS,
    READ_ERRORS,
    READ_HEADERS,
    WRITE_ERRORS,
    WRITE_HEADERS,
    PageQuery,
)
from api.json_api.pipelines.pipeline_bodies import (
    ArchivedAnswer,
    PipelineAnswer,
    PipelineBody,
    PipelinesAnswer,
    PipelineSummary,
    PipelineView,
    pipeline_draft,
)
from api.json_api.pipelines.pipeline_reader import PipelineReader
from api.openapi.documented import IDEMPOTENCY_KEY, MIN_POSITION, documented
from api.request import AnyRequest
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.pipelines.pipelines import PipelineCommands
from domain.identity.scopes import Scope
from projections.pipelines.pipelines import fold_pipeline

ONE: Final = "/{pipeline_id:str}"
MAX_BODY: Final = 2 * 2**20
"""Bytes: room for the largest graph, in any formatting."""
ERROR_CODES: Final = {
    400: ("INVALID_JSON", "INVALID_PIPELINE", "UNKNOWN_UTILITY", "INVALID_CONFIG", "INVALID_TEXT")
}
EXAMPLE: Final = {
    "name": "greeting",
    "graph": {
        "kind": "forgejson.pipeline",
        "version": "1.0",
        "nodes": [
            {"id": "input_1", "type": "input"},
            {
                "id": "format_name",
                "type": "step",
                "utility": "structure.restructure",
                "args": {"template": {"greeting": "Hello {{customer_name}}"}},
            },
            {"id": "output_1", "type": "output"},
        ],
        "edges": [
            {"from": "input_1", "to": "format_name"},
            {"from": "format_name", "to": "output_1"},
        ],
    },
}


class PipelinesController(Controller):
    path = "/pipelines"
    tags = ("Pipelines",)
    opt = needs(Scope.PIPELINES)

    commands: PipelineCommands
    finder: PipelineReader
    answers: IdempotencyStore

    @post(
        operation_id="createPipeline",
        **documented(
            request=PipelineBody,
            request_example=EXAMPLE,
            answer=PipelineAnswer,
            answer_headers=("ETag", "Location", "X-Forge-Position"),
            status=HTTPStatus.CREATED,
            headers=(IDEMPOTENCY_KEY,),
            errors=IDEMPOTENT_ERRORS,
            codes=ERROR_CODES,
        ),
    )
    async def create(self, request: AnyRequest) -> Response:
        """Create a pipeline. Errors in its graph name the node."""
        body = await read_body(request, MAX_BODY)
        draft = pipeline_draft(body)

        async def execute(once: IdempotentRequest | None) -> Response:
            _, written = await self.commands.create(draft, origin_of(request), once)
            await self.finder.wait_visible(written)
            return _creation_response(written.records).response(written.position)

        return await idempotent(request, body, self.answers, _creation_response, execute)

    @get(
        operation_id="listPipelines",
        **documented(
            query=PageQuery,
            answer=PipelinesAnswer,
            headers=(MIN_POSITION,),
            errors=READ_ERRORS,
            codes={400: ("INVALID_LIMIT", "INVALID_CURSOR")},
        ),
    )
    async def page(self, request: AnyRequest) -> Response:
        """List pipelines, newest first."""
        page = await self.finder.page(request, page_request(request))
        summaries = [*map(PipelineSummary.of, page.items)]
        return json_response(PipelinesAnswer(pipelines=summaries, next_cursor=page.next_cursor))

    @get(
        ONE,
        operation_id="getPipeline",
        **documented(
            answer=PipelineAnswer,
            answer_headers=("ETag",),
            bodyless=(304,),
            headers=READ_HEADERS,
            errors=READ_ERRORS,
        ),
    )
    async def one(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Get a pipeline with its graph."""
        pipeline = await self.finder.find(request, pipeline_id)
        answer = PipelineAnswer(pipeline=PipelineView.of(pipeline))
        return json_unless_unchanged(request, answer, pipeline.version)

    @put(
        ONE,
        operation_id="replacePipeline",
        **documented(
            request=PipelineBody,
            request_example=EXAMPLE,
            answer=PipelineAnswer,
            answer_headers=("ETag", "X-Forge-Position"),
            headers=WRITE_HEADERS,
            errors=WRITE_ERRORS,
            codes=ERROR_CODES,
        ),
    )
    async def revise(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Replace a pipeline's name, description and graph."""
        draft = pipeline_draft(await read_body(request, MAX_BODY))
        written = await self.commands.revise(
            pipeline_id, draft, origin_of(request), expected_version(request)
        )
        pipeline = await self.finder.read_after_write(written, request, pipeline_id)
        headers = (etag_header(pipeline.version), position_header(written.position))
        return json_response(PipelineAnswer(pipeline=PipelineView.of(pipeline)), *headers)

    @delete(
        ONE,
        operation_id="archivePipeline",
        **documented(
            answer=ArchivedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=WRITE_HEADERS,
            errors=WRITE_ERRORS,
        ),
    )
    async def archive(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Archive a pipeline: it cannot be run any more, but its history stays."""
        written = await self.commands.archive(
            pipeline_id, origin_of(request), expected_version(request)
        )
        await self.finder.wait_visible(written)
        return json_response(ArchivedAnswer(), position_header(written.position))


def _creation_response(records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    """Answer from the command's own event, without waiting for the read model."""
    pipeline = fold_pipeline(records)
    headers = (location_header(f"/api/v1/pipelines/{pipeline.id}"), etag_header(pipeline.version))
    answer = PipelineAnswer(pipeline=PipelineView.of(pipeline))
    return stored_json(answer, *headers, status=HTTPStatus.CREATED)
