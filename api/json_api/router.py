"""The JSON documents surface: its base path, its resources and who may use them."""

from litestar import Controller, Router

from api.auth.guard import guard
from api.auth.rate_limits import JSON_API
from api.http.inject import with_dependencies
from api.json_api.documents.contents import ContentController
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.documents.documents import DocumentController
from api.json_api.documents.folders import FolderController
from api.json_api.documents.trash import TrashController
from api.json_api.documents.versions import VersionController
from api.json_api.pipelines.drafts import DraftsController
from api.json_api.pipelines.pipeline_reader import PipelineReader
from api.json_api.pipelines.pipelines import PipelinesController
from api.json_api.pipelines.run_inputs import InputReader
from api.json_api.pipelines.runs import RunsController
from api.json_api.pipelines.utilities import UtilitiesController
from api.openapi.documented import BEARER
from api.operate.services import Services


def json_api(services: Services) -> Router:
    finder = DocumentReader(
        services.summaries,
        services.folders,
        services.past,
        services.history,
        services.read_your_writes,
    )
    commands, contents = services.documents, services.contents
    return Router(
        path="/api/v1",
        route_handlers=[
            with_dependencies(
                DocumentController, commands=commands, finder=finder, answers=services.answers
            ),
            with_dependencies(
                TrashController, commands=commands, finder=finder, answers=services.answers
            ),
            with_dependencies(
                ContentController, commands=commands, contents=contents, finder=finder
            ),
            with_dependencies(VersionController, history=services.history, contents=contents),
            with_dependencies(
                FolderController,
                folders=services.folders,
                read_your_writes=services.read_your_writes,
            ),
            *_pipelines(services, finder),
        ],
        before_request=guard(services.authenticator, services.limits),
        opt={"limited": JSON_API},
        security=BEARER,
    )


def _pipelines(services: Services, documents: DocumentReader) -> list[type[Controller]]:
    parts, answers, visibility = services.pipeline, services.answers, services.read_your_writes
    finder = PipelineReader(parts.queries, parts.commands, visibility)
    runs = with_dependencies(
        RunsController,
        runs=parts.runs,
        queries=parts.run_queries,
        finder=finder,
        documents=documents,
        inputs=InputReader(documents, services.contents),
        contents=services.contents,
        answers=answers,
        read_your_writes=visibility,
    )
    return [
        with_dependencies(UtilitiesController, runs=parts.utility_runs, answers=answers),
        with_dependencies(
            PipelinesController, commands=parts.commands, finder=finder, answers=answers
        ),
        runs,
        with_dependencies(DraftsController, drafts=parts.drafts, answers=answers),
    ]
