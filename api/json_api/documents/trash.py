"""``DELETE /documents/{id}``, ``…/restore`` and ``…/purge``: into the trash, and out of it."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Controller, delete, post
from litestar.params import FromPath

from api.auth.caller import origin_of
from api.http.conditional import expected_version
from api.http.idempotency import StoredHttpResponse, idempotent
from api.http.request_body import read_body
from api.http.response import Response, encode, json_response, position_header
from api.json_api.documents.bodies import ENVELOPE_BYTES
from api.json_api.documents.document_reader import DocumentReader
from api.json_api.documents.responses import PurgedAnswer, RestoredAnswer, TrashedAnswer
from api.json_api.openapi_common import ONCE, ONCE_HEADERS, WRITE_HEADERS, WRITING
from api.openapi.documented import documented
from api.request import AnyRequest
from application.documents.documents import DocumentCommands
from application.documents.documents import WriteOptions as Command
from application.eventstore.command_handler import Written
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from domain.documents.events import DocumentTrashed
from domain.identity.scopes import Scope


class TrashController(Controller):
    path = "/documents/{document_id:str}"
    tags = ("Documents",)
    opt = {"needs": Scope.DOCUMENTS}  # noqa: RUF012 - Litestar reads it off the class

    commands: DocumentCommands
    finder: DocumentReader
    answers: IdempotencyStore

    @delete(
        operation_id="trashDocument",
        **documented(
            answer=TrashedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=WRITE_HEADERS,
            errors=WRITING,
        ),
    )
    async def trash(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Move a document to the trash, from where it is purged after 30 days."""
        command = Command(origin_of(request), expected_version(request))
        written = await self.commands.trash(document_id, command)
        await self.finder.wait_visible(written)
        value = TrashedAnswer(purge_at=_purge_at(written.records))
        return json_response(value, position_header(written.position))

    @post(
        "/restore",
        operation_id="restoreDocument",
        **documented(
            answer=RestoredAnswer,
            answer_headers=("X-Forge-Position",),
            headers=ONCE_HEADERS,
            errors=ONCE,
            codes={400: ("NOT_DELETED",)},
        ),
    )
    async def restore(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Take a document out of the trash."""

        async def act(only: IdempotentRequest | None) -> Response:
            return await self._done(
                await self.commands.restore(document_id, _command(request, only)), RestoredAnswer()
            )

        body = await read_body(request, ENVELOPE_BYTES)
        return await idempotent(request, body, self.answers, _restored, act)

    @post(
        "/purge",
        operation_id="purgeDocument",
        **documented(
            answer=PurgedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=ONCE_HEADERS,
            errors=ONCE,
            codes={400: ("NOT_DELETED",)},
        ),
    )
    async def purge(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Delete a trashed document and all its content for good."""

        async def act(only: IdempotentRequest | None) -> Response:
            return await self._done(
                await self.commands.purge(document_id, _command(request, only)), PurgedAnswer()
            )

        body = await read_body(request, ENVELOPE_BYTES)
        return await idempotent(request, body, self.answers, _purged, act)

    async def _done(self, written: Written, value: object) -> Response:
        await self.finder.wait_visible(written)
        return json_response(value, position_header(written.position))


def _command(request: AnyRequest, only: IdempotentRequest | None) -> Command:
    return Command(origin_of(request), expected_version(request), only)


def _restored(_: Sequence[RecordedEvent]) -> StoredHttpResponse:
    return StoredHttpResponse(HTTPStatus.OK, [], encode(RestoredAnswer()))


def _purged(_: Sequence[RecordedEvent]) -> StoredHttpResponse:
    return StoredHttpResponse(HTTPStatus.OK, [], encode(PurgedAnswer()))


def _purge_at(records: Sequence[RecordedEvent]) -> int:
    return next(
        int(record.event.purge_at.timestamp() * 1000)
        for record in records
        if isinstance(record.event, DocumentTrashed)
    )
