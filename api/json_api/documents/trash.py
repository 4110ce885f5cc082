"""``DELETE /documents/{id}``, ``…/restore`` and ``…/purge``: the trash."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from litestar import Controller, delete, post
from litestar.params import FromPath

from api.auth.caller import origin_of
from api.auth.guard import needs
from api.http.conditional import expected_version
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.request_body import read_body
from api.http.response import Response, json_response, position_header
from api.json_api.documents.bodies import ENVELOPE_BYTES
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.documents.responses import PurgedAnswer, RestoredAnswer, TrashedAnswer
from api.json_api.openapi_common import (
    IDEMPOTENT_ERRORS,
    IDEMPOTENT_HEADERS,
    WRITE_ERRORS,
    WRITE_HEADERS,
)
from api.openapi.documented import documented
from api.request import AnyRequest
from application.documents.documents import DocumentCommands, WriteOptions
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.eventstore.transactions import Written
from domain.documents.events import DocumentTrashed
from domain.identity.scopes import Scope

Write: TypeAlias = Callable[[str, WriteOptions], Awaitable[Written]]

RESTORED_RESPONSE: Final = stored_json(RestoredAnswer())
PURGED_RESPONSE: Final = stored_json(PurgedAnswer())


class TrashController(Controller):
    path = "/documents/{document_id:str}"
    tags = ("Documents",)
    opt = needs(Scope.DOCUMENTS)

    commands: DocumentCommands
    finder: DocumentReader
    answers: IdempotencyStore

    @delete(
        operation_id="trashDocument",
        **documented(
            answer=TrashedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=WRITE_HEADERS,
            errors=WRITE_ERRORS,
        ),
    )
    async def trash(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Move a document to the trash; it is purged after 30 days."""
        options = WriteOptions(origin_of(request), expected_version(request))
        written = await self.commands.trash(document_id, options)
        await self.finder.wait_visible(written)
        answer = TrashedAnswer(purge_at=_purge_at(written.records))
        return json_response(answer, position_header(written.position))

    @post(
        "/restore",
        operation_id="restoreDocument",
        **documented(
            answer=RestoredAnswer,
            answer_headers=("X-Forge-Position",),
            headers=IDEMPOTENT_HEADERS,
            errors=IDEMPOTENT_ERRORS,
            codes={400: ("NOT_DELETED",)},
        ),
    )
    async def restore(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Restore a document from the trash."""
        return await self._write(request, document_id, self.commands.restore, RESTORED_RESPONSE)

    @post(
        "/purge",
        operation_id="purgeDocument",
        **documented(
            answer=PurgedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=IDEMPOTENT_HEADERS,
            errors=IDEMPOTENT_ERRORS,
            codes={400: ("NOT_DELETED",)},
        ),
    )
    async def purge(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Delete a trashed document and all its content permanently."""
        return await self._write(request, document_id, self.commands.purge, PURGED_RESPONSE)

    async def _write(
        self, request: AnyRequest, document_id: str, write: Write, answer: StoredHttpResponse
    ) -> Response:
        async def execute(once: IdempotentRequest | None) -> Response:
            options = WriteOptions(origin_of(request), expected_version(request), once)
            written = await write(document_id, options)
            await self.finder.wait_visible(written)
            return answer.response(written.position)

        body = await read_body(request, ENVELOPE_BYTES)
        return await idempotent(request, body, self.answers, lambda _: answer, execute)


def _purge_at(records: Sequence[RecordedEvent]) -> int:
    return next(
        int(record.event.purge_at.timestamp() * 1000)
        for record in records
        if isinstance(record.event, DocumentTrashed)
    )
