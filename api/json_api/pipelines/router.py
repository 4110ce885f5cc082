"""Routes of utilities, pipelines, their runs and drafts."""

from litestar import Controller, Router

from api.http.inject import with_dependencies
from api.http.shared_services import SharedServices
from api.json_api.documents.router import document_reader
from api.json_api.pipelines.drafts import DraftsController
from api.json_api.pipelines.pipeline_reader import PipelineReader
from api.json_api.pipelines.pipelines import PipelinesController
from api.json_api.pipelines.run_inputs import InputReader
from api.json_api.pipelines.runs import RunsController
from api.json_api.pipelines.services import PipelineServices
from api.json_api.pipelines.utilities import UtilitiesController
from api.json_api.router import json_api_router


def pipelines_router(services: PipelineServices, shared: SharedServices) -> Router:
    finder = PipelineReader(services.queries, services.commands, shared.read_your_writes)
    return json_api_router(
        shared,
        with_dependencies(
            UtilitiesController, runs=services.utility_runs, answers=shared.idempotency_store
        ),
        with_dependencies(
            PipelinesController,
            commands=services.commands,
            finder=finder,
            answers=shared.idempotency_store,
        ),
        _runs(services, shared, finder),
        with_dependencies(
            DraftsController, drafts=services.drafts, answers=shared.idempotency_store
        ),
    )


def _runs(
    services: PipelineServices, shared: SharedServices, finder: PipelineReader
) -> type[Controller]:
    documents = document_reader(services.documents, shared)
    return with_dependencies(
        RunsController,
        runs=services.runs,
        queries=services.run_queries,
        finder=finder,
        documents=documents,
        inputs=InputReader(documents, services.documents.contents),
        contents=services.documents.contents,
        answers=shared.idempotency_store,
        read_your_writes=shared.read_your_writes,
    )
