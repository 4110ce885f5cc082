"""``/v1/keys``: the API keys of the session's organisation (seed 000, API keys)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeVar

from litestar import Controller, delete, get, post
from litestar.params import FromPath
from msgspec.structs import replace

from api.auth.authenticator import Authenticator
from api.auth.caller import caller_of, origin_of
from api.auth.guard import Need, needs
from api.http.idempotency import StoredHttpResponse, idempotent, stored_json
from api.http.query_params import require_position
from api.http.request_body import decode, decode_or, read_body
from api.http.response import Response, json_response, no_content, position_header
from api.identity.key_bodies import (
    IssuedAnswer,
    KeysAnswer,
    KeyView,
    NewKey,
    RotatedAnswer,
    Rotation,
    issued_answer,
)
from api.openapi.documented import COMMON_ERRORS, IDEMPOTENCY_KEY, MIN_POSITION, documented
from api.request import AnyRequest
from application.eventstore.envelope import RecordedEvent
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from application.eventstore.read_your_writes import ReadYourWrites
from application.identity.api_keys import ApiKeys
from application.llm.provider_credentials import Credentials
from domain.identity.events import KeyIssued, KeyRotated
from domain.messages import Event
from projections.identity.api_keys import API_KEYS, ApiKeyQueries

E = TypeVar("E", bound=Event)

ONE: Final = "/{key_id:str}"
MAX_BYTES: Final = 64 * 1024
NOT_FOUND: Final = {404: ("KEY_NOT_FOUND",)}


class KeysController(Controller):
    """A key's text is in the response that issues it, and in no other."""

    path = "/keys"
    tags = ("API keys",)
    opt = needs(Need.ADMIN)

    api_keys: ApiKeys
    credentials: Credentials
    api_key_queries: ApiKeyQueries
    answers: IdempotencyStore
    authenticator: Authenticator
    read_your_writes: ReadYourWrites
    clock: Callable[[], datetime]

    @get(
        operation_id="listKeys",
        **documented(answer=KeysAnswer, headers=(MIN_POSITION,), errors=(400, 409, *COMMON_ERRORS)),
    )
    async def list_keys(self, request: AnyRequest) -> Response:
        """List the organisation's keys, oldest first."""
        await require_position(request, self.read_your_writes, API_KEYS.name)
        keys = await self.api_key_queries.of_organisation(caller_of(request).org_id)
        now = self.clock()
        return json_response(KeysAnswer([KeyView.of(key, now) for key in keys]))

    @post(
        operation_id="issueKey",
        **documented(
            request=NewKey,
            request_example={"name": "ci", "scopes": ["generations"]},
            answer=IssuedAnswer,
            status=201,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(400, 409, 413, 422, *COMMON_ERRORS),
            codes={
                400: ("UNKNOWN_SCOPE", "KEY_EXPIRES_IN_PAST", "INVALID_TEXT"),
                403: ("OPERATOR_SCOPE",),
            },
        ),
    )
    async def issue(self, request: AnyRequest) -> Response:
        """Issue a key. Only this response has its text, not that of a repeated request."""
        body = await read_body(request, MAX_BYTES)
        key_request = decode(body, NewKey).request()

        async def execute(once: IdempotentRequest | None) -> Response:
            issued = await self.api_keys.issue(key_request, origin_of(request), once)
            await self.read_your_writes.wait_visible(issued.written.position, API_KEYS.name)
            answer = replace(_issued_key(issued.written.records), key=issued.text)
            return json_response(answer, position_header(issued.written.position), status=201)

        return await idempotent(
            request, body, self.answers, _stored_response(HTTPStatus.CREATED, _issued_key), execute
        )

    @post(
        f"{ONE}/rotate",
        operation_id="rotateKey",
        **documented(
            request=Rotation,
            request_required=False,
            answer=RotatedAnswer,
            answer_headers=("X-Forge-Position",),
            headers=(IDEMPOTENCY_KEY,),
            errors=(400, 404, 409, 413, 422, *COMMON_ERRORS),
            codes={**NOT_FOUND, 409: ("KEY_IS_OVER",)},
        ),
    )
    async def rotate(self, request: AnyRequest, key_id: FromPath[str]) -> Response:
        """Rotate a key: only this response has its new text; the previous one expires later."""
        body = await read_body(request, MAX_BYTES)
        overlap = decode_or(body, Rotation()).overlap

        async def execute(once: IdempotentRequest | None) -> Response:
            rotated = await self.api_keys.rotate(key_id, overlap, origin_of(request), once)
            self._revoke_replaced_text(rotated.written.records)
            await self.read_your_writes.wait_visible(rotated.written.position, API_KEYS.name)
            answer = replace(_rotated_key(rotated.written.records), key=rotated.text)
            return json_response(answer, position_header(rotated.written.position))

        return await idempotent(
            request, body, self.answers, _stored_response(HTTPStatus.OK, _rotated_key), execute
        )

    @delete(
        ONE,
        operation_id="revokeKey",
        **documented(
            status=204,
            answer_headers=("X-Forge-Position",),
            errors=(404, *COMMON_ERRORS),
            codes=NOT_FOUND,
        ),
    )
    async def revoke(self, request: AnyRequest, key_id: FromPath[str]) -> Response:
        """Revoke a key permanently.

        It stops working within five seconds everywhere, and its provider credential is destroyed.
        """
        written = await self.credentials.revoke_key(key_id, origin_of(request))
        self.authenticator.keys.revocations.end(key_id)
        await self.read_your_writes.wait_visible(written.position, API_KEYS.name)
        return no_content(position_header(written.position))

    def _revoke_replaced_text(self, records: Sequence[RecordedEvent]) -> None:
        """End the replaced text on time in this process, though lookups of it may be cached."""
        event = _event(records, KeyRotated)
        self.authenticator.keys.revocations.end(event.ended, event.ends_at)


def _stored_response(
    status: int, answer: Callable[[Sequence[RecordedEvent]], IssuedAnswer | RotatedAnswer]
) -> Callable[[Sequence[RecordedEvent]], StoredHttpResponse]:
    """Store the answer that follows from the events: without the key's text, which is in none."""
    return lambda records: stored_json(answer(records), status=status)


def _issued_key(records: Sequence[RecordedEvent]) -> IssuedAnswer:
    return issued_answer(records[0].key, _event(records, KeyIssued), records[0].recorded_at)


def _rotated_key(records: Sequence[RecordedEvent]) -> RotatedAnswer:
    event = _event(records, KeyRotated)
    return RotatedAnswer(id=records[0].key, last4=event.last4, previous_until=event.ends_at)


def _event(records: Sequence[RecordedEvent], kind: type[E]) -> E:
    event = records[0].event
    assert isinstance(event, kind)  # noqa: S101 - what the command records
    return event
