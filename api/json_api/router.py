"""The JSON documents surface: its base path, its resources and who may use them."""

from litestar import Router

from api.access.admission import admission
from api.access.limiting import JSON_API
from api.equip import equip
from api.json_api.contents import ContentController
from api.json_api.documents import DocumentController
from api.json_api.finding import Finder
from api.json_api.folders import FolderController
from api.json_api.trash import TrashController
from api.json_api.utilities import UtilitiesController
from api.json_api.versions import VersionController
from api.openapi.documented import BEARER
from api.services import Services


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
            equip(UtilitiesController, runs=services.utility_runs, answers=services.answers),
        ],
        before_request=admission(services.authenticator, services.limits),
        opt={"limited": JSON_API},
        security=BEARER,
    )
