"""The JSON documents surface: its base path, its resources and who may use them."""

from litestar import Controller, Router

from api.auth.guard import admission
from api.auth.rate_limits import JSON_API
from api.http.inject import equip
from api.json_api.documents.contents import ContentController
from api.json_api.documents.document_reader import Finder
from api.json_api.documents.documents import DocumentController
from api.json_api.documents.folders import FolderController
from api.json_api.documents.trash import TrashController
from api.json_api.documents.versions import VersionController
from api.json_api.pipelines.drafts import DraftsController
from api.json_api.pipelines.pipeline_reader import PipelineFinder
from api.json_api.pipelines.pipelines import PipelinesController
from api.json_api.pipelines.run_inputs import InputReader
from api.json_api.pipelines.runs import RunsController
from api.json_api.pipelines.utilities import UtilitiesController
from api.openapi.documented import BEARER
from api.operate.services import Services


def json_api(services: Services) -> Router:
    finder = Finder(
        services.summaries,
        services.folders,
        services.past,
        services.history,
        services.visibility,
    )
    commands, contents = services.documents, services.contents
    return Router(
        path="/api/v1",
        route_handlers=[
            equip(DocumentController, commands=commands, finder=finder, answers=services.answers),
            equip(TrashController, commands=commands, finder=finder, answers=services.answers),
            equip(ContentController, commands=commands, contents=contents, finder=finder),
            equip(VersionController, history=services.history, contents=contents),
            equip(FolderController, folders=services.folders, visibility=services.visibility),
            *_pipelines(services, finder),
        ],
        before_request=admission(services.authenticator, services.limits),
        opt={"limited": JSON_API},
        security=BEARER,
    )


def _pipelines(services: Services, documents: Finder) -> list[type[Controller]]:
    parts, answers, visibility = services.pipeline, services.answers, services.visibility
    finder = PipelineFinder(parts.queries, parts.commands, visibility)
    runs = equip(
        RunsController,
        runs=parts.runs,
        queries=parts.run_queries,
        finder=finder,
        documents=documents,
        inputs=InputReader(documents, services.contents),
        contents=services.contents,
        answers=answers,
        visibility=visibility,
    )
    return [
        equip(UtilitiesController, runs=parts.utility_runs, answers=answers),
        equip(PipelinesController, commands=parts.commands, finder=finder, answers=answers),
        runs,
        equip(DraftsController, drafts=parts.drafts, answers=answers),
    ]
