"""``/api/v1/documents`` and ``/api/v1/documents/{id}``: create, list, get and update."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from litestar import Controller, get, post, put
from litestar.params import FromPath

from api.auth.caller import caller_of, origin_of
from api.auth.guard import needs
from api.http.conditional import expected_version, json_unless_unchanged
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.paging import page_request
from api.http.request_body import parse_in_thread, read_body
from api.http.response import (
    Response,
    etag_header,
    json_response,
    location_header,
    position_header,
)
from api.json_api.documents.bodies import (
    ENVELOPE_BYTES,
    DocumentChanges,
    NewDocument,
    body_limit,
    new_document,
    revision_of,
)
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.documents.responses import DocumentAnswer, DocumentsAnswer
from api.json_api.openapi_common import (
    DOCUMENT_EXAMPLE,
    IDEMPOTENT_ERRORS,
    NEW_DOCUMENT_EXAMPLE,
    READ_ERRORS,
    READ_HEADERS,
    WRITE_ERRORS,
    WRITE_HEADERS,
    AsOfQuery,
    ListQuery,
)
from api.openapi.documented import IDEMPOTENCY_KEY, MIN_POSITION, documented
from api.request import AnyRequest
from application.documents.documents import DocumentCommands, WriteOptions
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from domain.identity.scopes import Scope
from projections.documents.document_summaries import created_document

ONE = "/{document_id:str}"


class DocumentController(Controller):
    path = "/documents"
    tags = ("Documents",)
    opt = needs(Scope.DOCUMENTS)

    commands: DocumentCommands
    finder: DocumentReader
    answers: IdempotencyStore

    @post(
        operation_id="createDocument",
        **documented(
            request=NewDocument,
            request_example=NEW_DOCUMENT_EXAMPLE,
            answer=DocumentAnswer,
            answer_example={"success": True, "document": DOCUMENT_EXAMPLE},
            answer_headers=("ETag", "Location", "X-Forge-Position"),
            status=HTTPStatus.CREATED,
            headers=(IDEMPOTENCY_KEY,),
            errors=IDEMPOTENT_ERRORS,
            codes={400: ("INVALID_JSON", "INVALID_CONTENT", "INVALID_FOLDER", "INVALID_TEXT")},
        ),
    )
    async def create(self, request: AnyRequest) -> Response:
        """Create a document with its first version, and its folder if that does not exist."""
        allowance = caller_of(request).allowance
        body = await read_body(request, body_limit(allowance))
        document = await parse_in_thread(partial(new_document, allowance=allowance), body)

        async def execute(once: IdempotentRequest | None) -> Response:
            _, written = await self.commands.create(
                document, WriteOptions(origin_of(request), once=once)
            )
            await self.finder.wait_visible(written)
            return _creation_response(written.records).response(written.position)

        return await idempotent(request, body, self.answers, _creation_response, execute)

    @get(
        operation_id="listDocuments",
        **documented(
            query=ListQuery,
            answer=DocumentsAnswer,
            answer_example={"success": True, "documents": [DOCUMENT_EXAMPLE], "nextCursor": None},
            headers=(MIN_POSITION,),
            errors=READ_ERRORS,
            codes={400: ("INVALID_LIMIT", "INVALID_CURSOR", "INVALID_AS_OF")},
        ),
    )
    async def page(self, request: AnyRequest) -> Response:
        """List live documents, newest first."""
        page = await self.finder.page(request, page_request(request))
        return json_response(DocumentsAnswer(documents=page.items, next_cursor=page.next_cursor))

    @get(
        ONE,
        operation_id="getDocument",
        **documented(
            query=AsOfQuery,
            answer=DocumentAnswer,
            answer_example={"success": True, "document": DOCUMENT_EXAMPLE},
            answer_headers=("ETag",),
            bodyless=(304,),
            headers=READ_HEADERS,
            errors=READ_ERRORS,
        ),
    )
    async def one(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Get a document's metadata."""
        document = await self.finder.find(request, document_id)
        answer = DocumentAnswer(document=document.summary)
        return json_unless_unchanged(request, answer, document.version)

    @put(
        ONE,
        operation_id="updateDocument",
        **documented(
            request=DocumentChanges,
            answer=DocumentAnswer,
            answer_example={"success": True, "document": DOCUMENT_EXAMPLE},
            answer_headers=("ETag", "X-Forge-Position"),
            headers=WRITE_HEADERS,
            errors=WRITE_ERRORS,
            codes={400: ("NO_UPDATES", "INVALID_JSON")},
        ),
    )
    async def revise(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Change name, description, tags or folder; absent fields keep their values."""
        body = await read_body(request, ENVELOPE_BYTES)
        options = WriteOptions(origin_of(request), expected_version(request))
        written = await self.commands.revise(document_id, revision_of(body), options)
        document = await self.finder.read_after_write(written, request, document_id)
        headers = (etag_header(document.version), position_header(written.position))
        return json_response(DocumentAnswer(document=document.summary), *headers)


def _creation_response(records: Sequence[RecordedEvent]) -> StoredHttpResponse:
    """Answer from the command's own events, without waiting for the read model."""
    document = created_document(records)
    headers = (
        location_header(f"/api/v1/documents/{document.summary.id}"),
        etag_header(document.version),
    )
    answer = DocumentAnswer(document=document.summary)
    return stored_json(answer, *headers, status=HTTPStatus.CREATED)
