"""``/api/v1/pipelines/{id}/run`` and ``…/runs``: runs of pipelines (seed 002, wire.md)."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Controller, get, post
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import needs
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.paging import page_of, page_request
from api.http.query_params import require_position
from api.http.request_body import read_body
from api.http.response import JSON, Response, json_response
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.openapi_common import READ_ERRORS, PageQuery
from api.json_api.pipelines.pipeline_reader import PipelineReader
from api.json_api.pipelines.run_bodies import (
    RunAnswer,
    RunBody,
    RunsAnswer,
    RunSummary,
    RunView,
    RunViewAnswer,
    run_answer,
)
from api.json_api.pipelines.run_inputs import InputReader, require_document_scope
from api.json_api.stored_content import read_content
from api.openapi.documented import COMMON_ERRORS, IDEMPOTENCY_KEY, MIN_POSITION, documented
from api.request import AnyRequest
from application.eventstore.contents import Contents
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.pipelines.results import MAX_BYTES
from application.pipelines.run_recorder import RUN, FinishedRun, RunRequest
from application.pipelines.runs import PipelineRuns
from domain.identity.scopes import Scope
from domain.pipelines.events import RunFinished
from domain.pipelines.graph import graph_of
from domain.pipelines.plan import plan_graph
from domain.pipelines.run import RunNotFound
from projections.pipelines.pipeline_runs import PIPELINE_RUNS, FoundRun, RunQueries

ONE: Final = "/runs/{run_id:str}"
MAX_BODY: Final = MAX_BYTES + 64 * 1024
EXAMPLE: Final = {"inputs": {"default": {"customer_name": "Ada Lovelace"}}, "verbose": True}


class RunsController(Controller):
    path = "/pipelines/{pipeline_id:str}"
    tags = ("Pipelines",)
    opt = needs(Scope.PIPELINES)

    runs: PipelineRuns
    queries: RunQueries
    finder: PipelineReader
    documents: DocumentReader
    inputs: InputReader
    contents: Contents
    answers: IdempotencyStore
    read_your_writes: ReadYourWrites

    @post(
        "/run",
        operation_id="runPipeline",
        **documented(
            request=RunBody,
            request_example=EXAMPLE,
            answer=RunAnswer,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(*COMMON_ERRORS, 400, 404, 408, 409, 413, 422),
            codes={400: ("INVALID_JSON", "INVALID_INPUT", "PIPELINE_NO_OUTPUT")},
        ),
    )
    async def run(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """Run a pipeline. The input `{"$document": id}` stands for a document's content.

        A step that fails ends the run, with status `failed`, unless its `onError` is `continue`.
        """
        raw = await read_body(request, MAX_BODY)
        runs: list[FinishedRun] = []

        async def execute(once: IdempotentRequest | None) -> Response:
            runs.append(await self.runs.run(await self._run_request(request, raw, pipeline_id)))
            written = await self.runs.records.record(runs[-1], once)
            await self.read_your_writes.wait_visible(written.position, PIPELINE_RUNS.name)
            if runs[-1].result.document is not None:
                await self.documents.wait_visible(written)
            return _stored_response(runs[-1], written.records).response(written.position)

        return await idempotent(
            request, raw, self.answers, lambda records: _stored_response(runs[-1], records), execute
        )

    @get(
        "/runs",
        operation_id="listRuns",
        **documented(
            query=PageQuery,
            answer=RunsAnswer,
            headers=(MIN_POSITION,),
            errors=READ_ERRORS,
            codes={400: ("INVALID_LIMIT", "INVALID_CURSOR")},
        ),
    )
    async def page(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Response:
        """List a pipeline's runs of the last 30 days, newest first."""
        start, limit = page_request(request)
        await self.finder.find(request, pipeline_id)
        await require_position(request, self.read_your_writes, PIPELINE_RUNS.name)
        org_id = caller_of(request).org_id
        rows = await self.queries.page(org_id, pipeline_id, start.before, limit + 1)
        page = page_of(rows, limit)
        summaries = [*map(RunSummary.of, page.items)]
        return json_response(RunsAnswer(runs=summaries, next_cursor=page.next_cursor))

    @get(
        ONE,
        operation_id="getRun",
        **documented(answer=RunViewAnswer, headers=(MIN_POSITION,), errors=READ_ERRORS),
    )
    async def one(
        self, request: AnyRequest, pipeline_id: FromPath[str], run_id: FromPath[str]
    ) -> Response:
        """Get a run with the status and duration of each step."""
        run = await self._find(request, pipeline_id, run_id)
        return json_response(RunViewAnswer(run=RunView.of(run)))

    @get(
        f"{ONE}/output",
        operation_id="getRunOutput",
        **documented(answer=Any, headers=(MIN_POSITION,), errors=READ_ERRORS),
    )
    async def output(
        self, request: AnyRequest, pipeline_id: FromPath[str], run_id: FromPath[str]
    ) -> Response:
        """Download a run's output."""
        run = await self._find(request, pipeline_id, run_id)
        if run.finished.output is None:
            raise RunNotFound("This run has no output.")
        org_id, stream = caller_of(request).org_id, RUN.stream(run_id)
        text = await read_content(self.contents, org_id, stream, run.finished.output.digest)
        return Response(text, JSON)

    async def _find(self, request: AnyRequest, pipeline_id: str, run_id: str) -> FoundRun:
        await require_position(request, self.read_your_writes, PIPELINE_RUNS.name)
        run = await self.queries.find(caller_of(request).org_id, pipeline_id, run_id)
        if run is None:
            raise RunNotFound
        return run

    async def _run_request(self, request: AnyRequest, raw: bytes, pipeline_id: str) -> RunRequest:
        pipeline, caller = await self.finder.find(request, pipeline_id), caller_of(request)
        plan = plan_graph(graph_of(pipeline.graph))
        if any(node.document is not None for node, _ in plan.outputs):
            require_document_scope(request)
        inputs = await self.inputs.read(request, raw, plan)
        return RunRequest(
            pipeline_id=pipeline_id,
            version=pipeline.version,
            plan=plan,
            inputs=inputs.values,
            inputs_record=inputs.inputs_record,
            verbose=inputs.verbose,
            monthly_limit=caller.allowance.credits_a_month,
            max_document_bytes=caller.allowance.document_bytes,
            by=origin_of(request),
        )


def _stored_response(ran: FinishedRun, records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    [finished] = [r.event for r in records if isinstance(r.event, RunFinished)]
    return stored_json(run_answer(ran, finished))
