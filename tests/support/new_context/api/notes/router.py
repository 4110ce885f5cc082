"""``/api/v1/notes``: notes, written and listed."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec
from api.notes.services import NoteServices
from application.notes.notes import NoteCommands
from litestar import Controller, Request, Router, get, post
from projections.notes.notes import NOTES, NoteQueries, NoteSummary

from api.auth.caller import caller_of, origin_of
from api.http.inject import with_dependencies
from api.http.query_params import require_position
from api.http.request_body import decode, read_body
from api.http.response import Response, json_response, position_header
from api.http.shared_services import SharedServices
from api.json_api.router import json_api_router
from api.openapi.documented import MIN_POSITION, documented
from application.eventstore.read_your_writes import ReadYourWrites
from domain.identity.scopes import Scope

AnyRequest: TypeAlias = Request[Any, Any, Any]

MAX_BYTES = 16 * 1024
PAGE = 50
ERRORS = (400, 401, 403, 429, 500, 503)


class NewNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str


class NoteAnswer(msgspec.Struct, frozen=True):
    id: str


class NotesAnswer(msgspec.Struct, frozen=True):
    notes: Sequence[NoteSummary]


class NotesController(Controller):
    path = "/notes"
    tags = ("Notes",)
    opt = {"needs": Scope.DOCUMENTS}  # noqa: RUF012 - Litestar reads it off the class

    commands: NoteCommands
    queries: NoteQueries
    read_your_writes: ReadYourWrites

    @post(
        operation_id="writeNote",
        **documented(
            request=NewNote,
            answer=NoteAnswer,
            answer_headers=("X-Forge-Position",),
            status=201,
            errors=(*ERRORS, 413),
        ),
    )
    async def write(self, request: AnyRequest) -> Response:
        """Write a note."""
        body = decode(await read_body(request, MAX_BYTES), NewNote)
        note_id, written = await self.commands.write(body.text, origin_of(request))
        position = position_header(written.position)
        return json_response(NoteAnswer(note_id), position, status=201)

    @get(
        operation_id="listNotes",
        **documented(answer=NotesAnswer, headers=(MIN_POSITION,), errors=(*ERRORS, 409)),
    )
    async def newest(self, request: AnyRequest) -> Response:
        """List the newest notes."""
        await require_position(request, self.read_your_writes, NOTES.name)
        return json_response(
            NotesAnswer(await self.queries.newest(caller_of(request).org_id, PAGE))
        )


def notes_router(services: NoteServices, shared: SharedServices) -> Router:
    controller = with_dependencies(
        NotesController,
        commands=services.commands,
        queries=services.queries,
        read_your_writes=shared.read_your_writes,
    )
    return json_api_router(shared, controller)
