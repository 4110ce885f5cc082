"""``/api/v1/documents/{id}/content``: a document's content, byte for byte."""

from functools import partial
from typing import Any

from litestar import Controller, get, put
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import needs
from api.http.conditional import expected_version, not_modified, unchanged
from api.http.request_body import parse_in_thread, read_body
from api.http.response import JSON, Response, etag_header, json_response, position_header
from api.json_api.documents.bodies import NewContent, body_limit, new_content
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.documents.responses import ContentAnswer
from api.json_api.openapi_common import (
    READ_ERRORS,
    READ_HEADERS,
    TEXT_EXAMPLE,
    WRITE_ERRORS,
    WRITE_HEADERS,
    AsOfQuery,
)
from api.json_api.stored_content import read_content
from api.openapi.documented import documented
from api.request import AnyRequest
from application.documents.documents import DOCUMENT, DocumentCommands, WriteOptions
from application.eventstore.contents import Contents
from domain.identity.scopes import Scope


class ContentController(Controller):
    path = "/documents/{document_id:str}/content"
    tags = ("Documents",)
    opt = needs(Scope.DOCUMENTS)

    commands: DocumentCommands
    contents: Contents
    finder: DocumentReader

    @get(
        operation_id="getContent",
        **documented(
            query=AsOfQuery,
            answer=Any,
            answer_headers=("ETag",),
            bodyless=(304,),
            headers=READ_HEADERS,
            errors=READ_ERRORS,
        ),
    )
    async def content(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Download a document's content, byte for byte as it was stored."""
        document = await self.finder.find(request, document_id)
        etag = etag_header(document.version)
        if unchanged(request, etag):
            return not_modified(etag)
        org_id, stream = caller_of(request).org_id, DOCUMENT.stream(document_id)
        text = await read_content(self.contents, org_id, stream, document.digest)
        return Response(text, JSON, etag)

    @put(
        operation_id="replaceContent",
        **documented(
            request=NewContent,
            request_example={"contentText": TEXT_EXAMPLE, "createVersion": False},
            answer=ContentAnswer,
            answer_example={"success": True, "fileSize": 2048},
            answer_headers=("ETag", "X-Forge-Position"),
            headers=WRITE_HEADERS,
            errors=WRITE_ERRORS,
            codes={400: ("INVALID_JSON", "INVALID_CONTENT")},
        ),
    )
    async def replace(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Replace the content, as a new version unless ``createVersion`` is false."""
        allowance = caller_of(request).allowance
        body = await read_body(request, body_limit(allowance))
        text, as_version = await parse_in_thread(partial(new_content, allowance=allowance), body)
        write = self.commands.add_version if as_version else self.commands.overwrite
        written = await write(
            document_id, text, WriteOptions(origin_of(request), expected_version(request))
        )
        await self.finder.wait_visible(written)
        headers = (etag_header(written.version), position_header(written.position))
        return json_response(ContentAnswer(file_size=len(text)), *headers)
