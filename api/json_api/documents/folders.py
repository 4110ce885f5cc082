"""``/api/v1/folders``: the direct children of a folder."""

from litestar import Controller, get

from api.auth.caller import caller_of
from api.auth.guard import needs
from api.http.query_params import query_param, require_position
from api.http.response import Response, json_response
from api.json_api.documents.document_reader import FOLDERS
from api.json_api.documents.responses import FoldersAnswer
from api.json_api.openapi_common import FolderQuery
from api.openapi.documented import COMMON_ERRORS, MIN_POSITION, documented
from api.request import AnyRequest
from application.eventstore.read_your_writes import ReadYourWrites
from domain.documents.folder import MAX_PATH
from domain.identity.scopes import Scope
from domain.text import valid_text
from projections.documents.folders import FolderQueries


class FolderController(Controller):
    path = "/folders"
    tags = ("Folders",)
    opt = needs(Scope.DOCUMENTS)

    folders: FolderQueries
    read_your_writes: ReadYourWrites

    @get(
        operation_id="listFolders",
        **documented(
            query=FolderQuery,
            answer=FoldersAnswer,
            answer_example={
                "success": True,
                "folders": [{"name": "Uo4bmJUIrX8", "path": "makecomp-imports/Uo4bmJUIrX8"}],
            },
            headers=(MIN_POSITION,),
            errors=(*COMMON_ERRORS, 400, 409),
        ),
    )
    async def children(self, request: AnyRequest) -> Response:
        """List the direct children of the folder ``parent`` (or ``path``); absent: of the root."""
        parent = query_param(request, "parent") or query_param(request, "path") or ""
        path = valid_text(parent, field="parent", longest=MAX_PATH)
        await require_position(request, self.read_your_writes, FOLDERS)
        folders = await self.folders.children(caller_of(request).org_id, path)
        return json_response(FoldersAnswer(folders=folders))
