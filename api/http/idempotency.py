"""``Idempotency-Key``: the same request again gets the first answer again (wire.md)."""

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


class StillInFlight(Conflict):
    code = "IDEMPOTENCY_IN_FLIGHT"
    message = "The first request with this Idempotency-Key has not been answered yet."


class StoredHttpResponse(msgspec.Struct, frozen=True):
    """An answer as it is stored: all of it but the position, which the log knows."""

    status: int
    headers: list[Header]
    body: bytes

    def response(self, position: int) -> Response:
        """Answer the first time, when the position has just been given out."""
        headers = (*self.headers, position_header(position))
        return Response(self.body, JSON, *headers, status=self.status)

    def replay(self, position: int) -> Response:
        """Answer a repeated request."""
        headers = (*self.headers, position_header(position), REPLAYED)
        return Response(self.body, JSON, *headers, status=self.status)


Compose = Callable[[Sequence[RecordedEvent]], StoredHttpResponse]
"""Makes the answer from the command's own events."""
Act = Callable[[IdempotentRequest | None], Awaitable[Response]]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredHttpResponse).decode


def stored_json(value: Any, *headers: Header, status: int = HTTPStatus.OK) -> StoredHttpResponse:
    """Return the answer with a value as JSON, to be stored and sent."""
    return StoredHttpResponse(status, [*headers], encode(value))


async def idempotent(
    request: AnyRequest,
    body: bytes,
    answers: IdempotencyStore,
    compose: Compose,
    act: Act,
) -> Response:
    """Act on a request, or answer as it was answered before.

    Raises ``KeyReused`` (422) for another body under the same key, and ``StillInFlight`` (409).
    """
    key = header(request, b"idempotency-key")
    if key is None:
        return await act(None)
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise InvalidIdempotencyKey
    caller, digest = caller_of(request).id, _digest(request, body)
    only = IdempotentRequest(caller, key, digest, lambda records: _encode(compose(records)))
    for _ in range(ATTEMPTS):
        if (stored := await answers.find(caller, key)) is not None:
            again = _decode(stored.to(digest)).replay(stored.position)
            request.scope["state"]["replayed"] = True
            return again
        try:
            return await act(only)
        except AlreadyHandled:
            continue
    raise StillInFlight


def _digest(request: AnyRequest, body: bytes) -> bytes:
    """Sum the request up: what it does to what, and with which body."""
    place = f"{request.method} {request.scope['path']}\n".encode()
    return hashlib.sha256(place + body).digest()
