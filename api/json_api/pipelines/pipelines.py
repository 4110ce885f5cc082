"""``/api/v1/pipelines``: graphs of utilities, kept under a name (wire.md, json_api)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath

from api.auth.caller import origin_of
from api.http.conditional import expected_version, unchanged
from api.http.cursors import Cursor, read_cursor
from api.http.idempotency import StoredHttpResponse, idempotent
from api.http.query_params import page_size, query_param
from api.http.request_body import read_body
from api.http.response import JSON, Response, encode, etag_header, json_response, position_header
from api.json_api.documents.documents import InvalidLimit
from api.json_api.openapi_common import (
    ONCE,
    READ_HEADERS,
    READING,
    WRITE_HEADERS,
    WRITING,
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
from projections.pipelines.pipelines import found_in

ONE: Final = "/{pipeline_id:str}"
MAX_BODY: Final = 2 * 2**20
"""Bytes: a graph of the largest size, however it is spelled."""
REFUSED: Final = {
    400: ("INVALID_JSON", "INVALID_PIPELINE", "UNKNOWN_UTILITY", "INVALID_CONFIG", "INVALID_TEXT")
}
GREETING: Final = {
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
    opt = {"needs": Scope.PIPELINES}  # noqa: RUF012 - Litestar reads it off the class

    commands: PipelineCommands
    finder: PipelineReader
    answers: IdempotencyStore

    @post(
        operation_id="createPipeline",
        **documented(
            request=PipelineBody,
            request_example=GREETING,
            answer=PipelineAnswer,
            answer_headers=("ETag", "Location", "X-Forge-Position"),
            status=HTTPStatus.CREATED,
            headers=(IDEMPOTENCY_KEY,),
            errors=ONCE,
            codes=REFUSED,
        ),
    )
    async def create(self, request: AnyRequest) -> Response:
        """Create a pipeline. What is wrong with its graph names the node."""
        body = await read_body(request, MAX_BODY)
        draft = pipeline_draft(body)

        async def act(only: IdempotentRequest | None) -> Response:
            _, written = await self.commands.create(draft, origin_of(request), only)
            await self.finder.wait_visible(written)
            created = _created(written.records)
            headers = (JSON, *created.headers, position_header(written.position))
            return Response(created.body, *headers, status=201)

        return await idempotent(request, body, self.answers, _created, act)

    @get(
        operation_id="listPipelines",
        **documented(
            query=PageQuery,
            answer=PipelinesAnswer,
            headers=(MIN_POSITION,),
            errors=READING,
            codes={400: ("INVALID_LIMIT", "INVALID_CURSOR")},
        ),
    )
    async def page(self, request: AnyRequest) -> Response:
        """List pipelines, newest first."""
        limit = page_size(request, InvalidLimit)
        start = read_cursor(query_param(request, "cursor"))
        found = await self.finder.page(request, start.before, limit + 1)
        following = Cursor(found[limit - 1].id).text() if len(found) > limit else None
        summaries = [*map(PipelineSummary.of, found[:limit])]
        return json_response(PipelinesAnswer(pipelines=summaries, next_cursor=following))

    @get(
        ONE,
        operation_id="getPipeline",
        **documented(
            answer=PipelineAnswer,
            answer_headers=("ETag",),
            bodyless=(304,),
            headers=READ_HEADERS,
            errors=READING,
        ),
    )
    async def one(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Get a pipeline with its graph."""
        found = await self.finder.find(request, pipeline_id)
        etag = etag_header(found.version)
        if unchanged(request, etag[1]):
            return Response(b"", etag, status=304)
        return json_response(PipelineAnswer(pipeline=PipelineView.of(found)), etag)

    @put(
        ONE,
        operation_id="replacePipeline",
        **documented(
            request=PipelineBody,
            request_example=GREETING,
            answer=PipelineAnswer,
            answer_headers=("ETag", "X-Forge-Position"),
            headers=WRITE_HEADERS,
            errors=WRITING,
            codes=REFUSED,
        ),
    )
    async def revise(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Replace a pipeline's name, description and graph."""
        draft = pipeline_draft(await read_body(request, MAX_BODY))
        written = await self.commands.revise(
            pipeline_id, draft, origin_of(request), expected_version(request)
        )
        found = await self.finder.read_after_write(written, request, pipeline_id)
        headers = (etag_header(found.version), position_header(written.position))
        return json_response(PipelineAnswer(pipeline=PipelineView.of(found)), *headers)

    @delete(
        ONE,
        operation_id="archivePipeline",
        **documented(
            answer=ArchivedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=WRITE_HEADERS,
            errors=WRITING,
        ),
    )
    async def archive(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Archive a pipeline: it can be run no more; its history stays."""
        written = await self.commands.archive(
            pipeline_id, origin_of(request), expected_version(request)
        )
        await self.finder.wait_visible(written)
        return json_response(ArchivedAnswer(), position_header(written.position))


def _created(records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    """Answer a creation from its own event."""
    found = found_in(records)
    location = (b"location", f"/api/v1/pipelines/{found.id}".encode())
    body = encode(PipelineAnswer(pipeline=PipelineView.of(found)))
    return StoredHttpResponse(HTTPStatus.CREATED, [location, etag_header(found.version)], body)
