"""``Idempotency-Key``: a repeated request gets the response of the first (wire.md)."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec

from api.auth.caller import caller_of
from api.http.response import JSON, Response, encode, position_header
from api.request import AnyRequest, Header, header
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import AlreadyHandled
from application.eventstore.idempotency import IdempotencyStore, IdempotentRequest
from domain.refusals import Conflict, Invalid

MAX_KEY: Final = 255
ATTEMPTS: Final = 3
REPLAYED: Final = (b"idempotency-replayed", b"true")


class InvalidIdempotencyKey(Invalid):
    code = "INVALID_IDEMPOTENCY_KEY"
    message = f"Idempotency-Key takes 1 to {MAX_KEY} printable ASCII characters."


class RequestInFlight(Conflict):
    code = "IDEMPOTENCY_IN_FLIGHT"
    message = "The first request with this Idempotency-Key has not been answered yet."


class StoredHttpResponse(msgspec.Struct, frozen=True):
    """A response as it is stored; its position is that of the events stored with it."""

    status: int
    headers: list[Header]
    body: bytes

    def response(self, position: int) -> Response:
        """Return the first response; ``position`` is that of the command's last event."""
        headers = (*self.headers, position_header(position))
        return Response(self.body, JSON, *headers, status=self.status)

    def replay(self, position: int) -> Response:
        """Return the response of a repeated request."""
        headers = (*self.headers, position_header(position), REPLAYED)
        return Response(self.body, JSON, *headers, status=self.status)


Compose = Callable[[Sequence[RecordedEvent]], StoredHttpResponse]
"""Makes the response from the events that the command recorded."""
Execute = Callable[[IdempotentRequest | None], Awaitable[Response]]
"""Executes the command; it stores the response where the request has a key."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredHttpResponse).decode


def stored_json(value: Any, *headers: Header, status: int = HTTPStatus.OK) -> StoredHttpResponse:
    """Return a response with a value as JSON, which can be stored and sent."""
    return StoredHttpResponse(status, [*headers], encode(value))


async def idempotent(
    request: AnyRequest,
    body: bytes,
    answers: IdempotencyStore,
    compose: Compose,
    execute: Execute,
) -> Response:
    """Execute a request once per key: a repetition gets the stored response.

    Raises ``KeyReused`` (422) for another body under the same key, and ``RequestInFlight`` (409).
    """
    key = header(request, b"idempotency-key")
    if key is None:
        return await execute(None)
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise InvalidIdempotencyKey
    caller, digest = caller_of(request).id, _digest(request, body)
    once = IdempotentRequest(caller, key, digest, lambda records: _encode(compose(records)))
    for _ in range(ATTEMPTS):
        if (stored := await answers.find(caller, key)) is not None:
            response = _decode(stored.to(digest))
            request.scope["state"]["replayed"] = True
            return response.replay(stored.position)
        try:
            return await execute(once)
        except AlreadyHandled:
            continue
    raise RequestInFlight


def _digest(request: AnyRequest, body: bytes) -> bytes:
    """Return the SHA-256 of a request: method, path and body."""
    target = f"{request.method} {request.scope['path']}\n".encode()
    return hashlib.sha256(target + body).digest()
