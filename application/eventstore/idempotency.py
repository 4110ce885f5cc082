"""Idempotent requests: the first response is stored with its events, and replayed (wire.md)."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import IdempotentResponse
from domain.refusals import NotFound, Unprocessable


class KeyReused(Unprocessable):
    """The same Idempotency-Key came with another request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    message = "This Idempotency-Key was used for a different request."


class ResponseErased(NotFound):
    """The resource in the first response has been purged, and the stored response with it."""

    code = "DOCUMENT_NOT_FOUND"
    message = "What this request made has been purged."


class IdempotentRequest(msgspec.Struct, frozen=True):
    """A request with an Idempotency-Key; ``request`` is its digest."""

    caller: str
    key: str
    request: bytes
    respond: Callable[[Sequence[RecordedEvent]], bytes]

    def response(self, records: Sequence[RecordedEvent], owner: str) -> IdempotentResponse:
        """Return the response to store, made from a command's events; ``owner`` is their stream."""
        body = self.respond(records)
        return IdempotentResponse(self.caller, self.key, self.request, owner, body)


class StoredResponse(msgspec.Struct, frozen=True):
    """A response as stored; a ``body`` of ``None`` was erased with the resource it shows."""

    request: bytes
    body: bytes | None
    position: int

    def to(self, request: bytes) -> bytes:
        """Return the body for the same request; raises ``KeyReused``, ``ResponseErased``."""
        if self.body is None:  # the digest of the request is erased as well
            raise ResponseErased
        if self.request != request:
            raise KeyReused
        return self.body


class IdempotencyStore(Protocol):
    """Port: responses stored under an Idempotency-Key in the last 24 hours."""

    async def find(self, caller: str, key: str) -> StoredResponse | None: ...

    async def forget_old(self) -> int:
        """Delete responses older than 24 hours; return how many."""
        ...
