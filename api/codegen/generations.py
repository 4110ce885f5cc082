"""``/v1/artifacts`` and ``/v1/generations``: generate, list, get, download (seed 000)."""

import hashlib
from typing import Final

from litestar import Controller, get, post
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import needs
from api.auth.rate_limits import GENERATIONS as LIMITED
from api.codegen.bodies import GenerationBody, InvalidRequest
from api.codegen.generation_requests import (
    GenerationRequests,
    RepeatedRequest,
    generation_request,
    model_of,
)
from api.codegen.responses import (
    REGISTRY,
    ArtifactsAnswer,
    GenerationAnswer,
    GenerationsAnswer,
    GenerationSummary,
)
from api.http.conditional import not_modified, unchanged
from api.http.paging import Cursor, page_of, page_size, read_cursor
from api.http.query_params import query_param, require_position
from api.http.response import Response, attachment_header, etag_header, json_response
from api.openapi.documented import (
    COMMON_ERRORS,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    MIN_POSITION,
    documented,
)
from api.request import AnyRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.generations.code_generator import Product
from application.generations.plan_models import PlanModels
from application.generations.results import GenerationRecord, decode_product
from application.generations.zip_archive import archive
from domain.generations.events import GenerationFailed
from domain.generations.generation import GenerationNotFound, NotCompleted
from domain.generations.naming import DEFAULT_PREFIX
from domain.identity.scopes import Scope
from domain.refusals import Invalid
from projections.generations.generations import GENERATIONS, FoundGeneration, GenerationQueries

ONE: Final = "/{generation_id:str}"
ZIP: Final = (b"content-type", b"application/zip")
EXAMPLE: Final = {
    "prompt": "Export released parts to CSV",
    "requestId": "req_123",
    "projectContext": {"tcVersion": "14.3", "compiler": "gcc", "codePrefix": "PNX"},
    "options": {
        "explicitType": "itk-batch",
        "explicitPattern": "query-export",
        "dryRun": False,
    },
}
QUOTA: Final = {403: ("QUOTA_EXCEEDED", "TRIAL_EXPIRED", "FORBIDDEN")}


DOWNLOAD: Final = documented(
    answer=bytes,
    media_type="application/zip",
    answer_headers=("Content-Disposition", "ETag"),
    bodyless=(304,),
    headers=(IF_NONE_MATCH, MIN_POSITION),
    errors=(400, 404, 409, *COMMON_ERRORS),
)


class InvalidPage(Invalid):
    code = "VALIDATION_ERROR"
    message = "limit takes a whole number from 1 to 100."


class ArtifactsController(Controller):
    path = "/artifacts"
    tags = ("Generation",)
    opt = needs(Scope.GENERATIONS, limited=LIMITED)

    @get(operation_id="listArtifacts", **documented(answer=ArtifactsAnswer, errors=COMMON_ERRORS))
    async def artifacts(self) -> Response:
        """List the artifacts that can be generated, and their patterns."""
        return json_response(REGISTRY)


class GenerationsController(Controller):
    path = "/generations"
    tags = ("Generation",)
    opt = needs(Scope.GENERATIONS, limited=LIMITED)

    generating: GenerationRequests
    queries: GenerationQueries
    models: PlanModels
    read_your_writes: ReadYourWrites

    @post(
        operation_id="generate",
        **documented(
            request=GenerationBody,
            request_example=EXAMPLE,
            answer=GenerationAnswer,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(400, 409, 413, 422, *COMMON_ERRORS),
            codes={400: ("VALIDATION_ERROR",), 409: ("IDEMPOTENCY_CONFLICT",), **QUOTA},
        ),
    )
    async def generate(self, request: AnyRequest) -> Response:
        """Generate a program and wait for it.

        The same ``requestId`` with the same body gets the first response again. A dry run goes
        through all stages, stores nothing, and uses no quota.
        """
        raw, body = await GenerationBody.read(request)
        generation = generation_request(request, body, await model_of(request, self.models))
        if body.options.dry_run:
            return await self.generating.dry_run(request, generation)
        try:
            begun = await self.generating.begin(request, raw, generation)
        except RepeatedRequest as repeated:
            return await self.generating.replay(repeated, request)
        return await self.generating.answer(begun, request)

    @get(
        operation_id="listGenerations",
        **documented(
            answer=GenerationsAnswer,
            headers=(MIN_POSITION,),
            errors=(400, 409, *COMMON_ERRORS),
            codes={400: ("VALIDATION_ERROR",)},
        ),
    )
    async def page(self, request: AnyRequest) -> Response:
        """List the organisation's generations, newest first."""
        limit = page_size(request, InvalidPage)
        start = _start(request)
        await require_position(request, self.read_your_writes, GENERATIONS.name)
        rows = await self.queries.page(caller_of(request).org_id, start.before, limit + 1)
        page = page_of(rows, limit)
        summaries = [*map(GenerationSummary.of, page.items)]
        return json_response(GenerationsAnswer(summaries, page.next_cursor))

    @get(
        ONE,
        operation_id="getGeneration",
        **documented(
            answer=GenerationAnswer,
            answer_headers=("ETag",),
            bodyless=(304,),
            headers=(IF_NONE_MATCH, MIN_POSITION),
            errors=(400, 404, 409, *COMMON_ERRORS),
        ),
    )
    async def one(self, request: AnyRequest, generation_id: FromPath[str]) -> Response:
        """Get a generation with its files and diagnostics; it may still be running."""
        generation = await self._find(request, generation_id)
        etag = etag_header(generation.version)
        if unchanged(request, etag):
            return not_modified(etag)
        end: Product | GenerationFailed | None = None
        if generation.completed is not None:
            end = decode_product(await self._text(request, generation))
        elif isinstance(generation.end, GenerationFailed):
            end = generation.end
        record = GenerationRecord(generation.id, generation.requested, generation.created_at, end)
        usage = await self.generating.usage(caller_of(request))
        return json_response(GenerationAnswer.of(record, usage), etag)

    @get(f"{ONE}/download", operation_id="downloadGeneration", **DOWNLOAD)
    async def download(self, request: AnyRequest, generation_id: FromPath[str]) -> Response:
        """Download the files as a ZIP, byte for byte the same each time. Recorded as an event."""
        return await self._archive(request, generation_id)

    @get(f"{ONE}/archive", operation_id="archiveGeneration", deprecated=True, **DOWNLOAD)
    async def archive(self, request: AnyRequest, generation_id: FromPath[str]) -> Response:
        """Download the files as a ZIP: the former path of `/download`."""
        return await self._archive(request, generation_id)

    async def _archive(self, request: AnyRequest, generation_id: str) -> Response:
        generation = await self._find(request, generation_id)
        if generation.completed is None:
            raise NotCompleted
        archived = archive(decode_product(await self._text(request, generation)).files)
        etag = (b"etag", f'"{hashlib.sha256(archived).hexdigest()}"'.encode())
        if unchanged(request, etag):
            return not_modified(etag)
        if "head" not in request.scope["state"]:
            size = len(archived)
            generations = self.generating.generations
            await generations.record_download(generation_id, size, origin_of(request))
        prefix = generation.requested.asked.context.code_prefix or DEFAULT_PREFIX
        name = f"{prefix}_{generation.completed.pattern.value}.zip"
        return Response(archived, ZIP, attachment_header(name), etag)

    async def _find(self, request: AnyRequest, generation_id: str) -> FoundGeneration:
        await require_position(request, self.read_your_writes, GENERATIONS.name)
        generation = await self.queries.find(caller_of(request).org_id, generation_id)
        if generation is None:
            raise GenerationNotFound
        return generation

    async def _text(self, request: AnyRequest, generation: FoundGeneration) -> bytes:
        assert generation.completed is not None  # noqa: S101 - the callers have checked it
        history, org_id = self.generating.history, caller_of(request).org_id
        return await history.text(org_id, generation.id, generation.completed.content)


def _start(request: AnyRequest) -> Cursor:
    try:
        return read_cursor(query_param(request, "cursor"))
    except Invalid as error:
        raise InvalidRequest(error) from error
