"""Requests that may be repeated: the first answer is stored with the events it answers for."""

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
    """What the first answer told of has been purged since, and the answer with it."""

    code = "DOCUMENT_NOT_FOUND"
    message = "What this request made has been purged."


class IdempotentRequest(msgspec.Struct, frozen=True):
    """A request to be acted on once: whose, under which key, with which digest, how answered."""

    caller: str
    key: str
    request: bytes
    respond: Callable[[Sequence[RecordedEvent]], bytes]

    def response(self, records: Sequence[RecordedEvent], owner: str) -> IdempotentResponse:
        """Return the response to store, made from a command's events; ``owner`` is their stream."""
        body = self.respond(records)
        return IdempotentResponse(self.caller, self.key, self.request, owner, body)


class StoredResponse(msgspec.Struct, frozen=True):
    """``body`` of ``None`` has been erased with what it told of."""

    request: bytes
    body: bytes | None
    position: int

    def to(self, request: bytes) -> bytes:
        """Return the answer again, if this is the same request again."""
        if self.body is None:  # and what was asked is erased as well
            raise ResponseErased
        if self.request != request:
            raise KeyReused
        return self.body


class IdempotencyStore(Protocol):
    """Port: answers given under an Idempotency-Key in the last 24 hours."""

    async def find(self, caller: str, key: str) -> StoredResponse | None: ...

    async def forget_old(self) -> int:
        """Delete answers older than 24 hours; return how many."""
        ...
