"""``/api/v1/pipelines/{id}/run`` and ``…/runs`` (seed 002, wire.md)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from litestar import Controller, Request, get, post
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.http.cursors import Cursor, read_cursor
from api.http.idempotency import Kept, once
from api.http.query_params import asked, page_size, seen
from api.http.request_body import read_body
from api.http.response import JSON, Answer, answer, encode, position_header
from api.json_api.documents.contents import ContentErased
from api.json_api.documents.document_reader import Finder
from api.json_api.documents.documents import InvalidLimit
from api.json_api.openapi_common import EVERYWHERE, READING, PageQuery
from api.json_api.pipelines.pipeline_reader import PipelineFinder
from api.json_api.pipelines.run_bodies import (
    RunAnswer,
    RunBody,
    RunsAnswer,
    RunSummary,
    RunView,
    RunViewAnswer,
    run_answer,
)
from api.json_api.pipelines.run_inputs import InputReader, insist_on_documents
from api.openapi.documented import IDEMPOTENCY_KEY, MIN_POSITION, documented
from application.eventstore.contents import Contents
from application.eventstore.envelope import Recorded
from application.eventstore.idempotency import Answers, Once
from application.eventstore.read_your_writes import Visibility
from application.pipelines.results import LARGEST
from application.pipelines.run_recorder import RUN, Ran, RunRequest
from application.pipelines.runs import PipelineRuns
from domain.identity.scopes import Scope
from domain.pipelines.events import RunFinished
from domain.pipelines.graph import graph_of
from domain.pipelines.plan import planned
from domain.pipelines.run import RunNotFound
from projections.pipelines.pipeline_runs import PIPELINE_RUNS, FoundRun, RunQueries

AnyRequest: TypeAlias = Request[Any, Any, Any]

ONE: Final = "/runs/{run_id:str}"
LARGEST_BODY: Final = LARGEST + 64 * 1024
EXAMPLE: Final = {"inputs": {"default": {"customer_name": "Ada Lovelace"}}, "verbose": True}


class RunsController(Controller):
    path = "/pipelines/{pipeline_id:str}"
    tags = ("Pipelines",)
    opt = {"needs": Scope.PIPELINES}  # noqa: RUF012 - Litestar reads it off the class

    runs: PipelineRuns
    queries: RunQueries
    finder: PipelineFinder
    documents: Finder
    inputs: InputReader
    contents: Contents
    answers: Answers
    visibility: Visibility

    @post(
        "/run",
        operation_id="runPipeline",
        **documented(
            request=RunBody,
            request_example=EXAMPLE,
            answer=RunAnswer,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(*EVERYWHERE, 400, 404, 408, 409, 413, 422),
            codes={400: ("INVALID_JSON", "INVALID_INPUT", "PIPELINE_NO_OUTPUT")},
        ),
    )
    async def run(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Answer:
        """Run a pipeline. `{"$document": id}` as an input stands for a document's content.

        A step that fails ends the run, with status `failed`, unless its `onError` is `continue`.
        """
        raw = await read_body(request, LARGEST_BODY)
        made: list[Ran] = []

        async def act(only: Once | None) -> Answer:
            made.append(await self.runs.run(await self._wanted(request, raw, pipeline_id)))
            written = await self.runs.records.record(made[-1], only)
            await self.visibility.shown(written.position, PIPELINE_RUNS.name)
            if made[-1].executed.written is not None:
                await self.documents.shown(written)
            told = _kept(made[-1], written.records)
            return Answer(told.body, JSON, position_header(written.position))

        return await once(request, raw, self.answers, lambda records: _kept(made[-1], records), act)

    @get(
        "/runs",
        operation_id="listRuns",
        **documented(
            query=PageQuery,
            answer=RunsAnswer,
            headers=(MIN_POSITION,),
            errors=READING,
            codes={400: ("INVALID_LIMIT", "INVALID_CURSOR")},
        ),
    )
    async def page(self, request: AnyRequest, pipeline_id: FromPath[str]) -> Answer:
        """List a pipeline's runs of the last 30 days, newest first."""
        limit = page_size(request, InvalidLimit)
        start = read_cursor(asked(request, "cursor"))
        await self.finder.find(request, pipeline_id)
        await seen(request, self.visibility, PIPELINE_RUNS.name)
        org_id = caller_of(request).org_id
        found = await self.queries.page(org_id, pipeline_id, start.before, limit + 1)
        following = Cursor(found[limit - 1].id).text() if len(found) > limit else None
        return answer(RunsAnswer(runs=[*map(RunSummary.of, found[:limit])], next_cursor=following))

    @get(
        ONE,
        operation_id="getRun",
        **documented(answer=RunViewAnswer, headers=(MIN_POSITION,), errors=READING),
    )
    async def one(
        self, request: AnyRequest, pipeline_id: FromPath[str], run_id: FromPath[str]
    ) -> Answer:
        """Get a run: how each step went, and how long it took."""
        found = await self._found(request, pipeline_id, run_id)
        return answer(RunViewAnswer(run=RunView.of(found)))

    @get(
        f"{ONE}/output",
        operation_id="getRunOutput",
        **documented(answer=Any, headers=(MIN_POSITION,), errors=READING),
    )
    async def output(
        self, request: AnyRequest, pipeline_id: FromPath[str], run_id: FromPath[str]
    ) -> Answer:
        """Download what came out of a run."""
        found = await self._found(request, pipeline_id, run_id)
        if found.finished.output is None:
            raise RunNotFound("Nothing came out of this run.")
        digest = found.finished.output.digest
        org_id = caller_of(request).org_id
        text = await self.contents.get(org_id, RUN.stream(run_id), digest)
        if text is None:
            raise ContentErased
        return Answer(text, JSON)

    async def _found(self, request: AnyRequest, pipeline_id: str, run_id: str) -> FoundRun:
        await seen(request, self.visibility, PIPELINE_RUNS.name)
        found = await self.queries.find(caller_of(request).org_id, pipeline_id, run_id)
        if found is None:
            raise RunNotFound
        return found

    async def _wanted(self, request: AnyRequest, raw: bytes, pipeline_id: str) -> RunRequest:
        pipeline, caller = await self.finder.find(request, pipeline_id), caller_of(request)
        plan = planned(graph_of(pipeline.graph))
        if any(node.document is not None for node, _ in plan.outputs):
            insist_on_documents(request)
        inputs = await self.inputs.read(request, raw, plan)
        return RunRequest(
            pipeline_id=pipeline_id,
            version=pipeline.version,
            plan=plan,
            inputs=inputs.values,
            told=inputs.told,
            verbose=inputs.verbose,
            allowed=caller.allowance.credits_a_month,
            largest=caller.allowance.document_bytes,
            by=origin_of(request),
        )


def _kept(ran: Ran, records: Sequence[Recorded]) -> Kept:
    [finished] = [r.event for r in records if isinstance(r.event, RunFinished)]
    return Kept(HTTPStatus.OK, [], encode(run_answer(ran, finished)))
