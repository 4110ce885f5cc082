"""Idempotency store: responses, encrypted under their subject's key; written by appends only."""

from typing import Final, LiteralString

from adapters.crypto.data_keys import KeyWrapping
from adapters.postgres.reader import PostgresReader
from application.eventstore.idempotency import StoredResponse

FIND: Final[LiteralString] = """
    SELECT a.request, a.body, a."position", a.owner, k.wrapped
    FROM answers a LEFT JOIN data_keys k ON k.stream = a.owner
    WHERE a.caller = %b AND a.key = %b AND a.answered_at > now() - interval '24 hours'
"""
FORGET: Final[LiteralString] = """
    WITH old AS (
        DELETE FROM answers WHERE answered_at <= now() - interval '24 hours' RETURNING 1
    ) SELECT count(*) FROM old
"""


class PostgresIdempotencyStore:
    """Implements ``application.eventstore.idempotency.IdempotencyStore``."""

    def __init__(self, select: PostgresReader, wrapping: KeyWrapping) -> None:
        self._select = select
        self._wrapping = wrapping

    async def find(self, caller: str, key: str) -> StoredResponse | None:
        rows = await self._select(FIND, (caller, key))
        if not rows:
            return None
        request, body, position, owner, wrapped = rows[0]
        if body is not None and wrapped is not None:
            body = self._wrapping.unwrap(owner, wrapped).open(body)
        return StoredResponse(request, body, position)

    async def forget_old(self) -> int:
        [(count,)] = await self._select(FORGET, ())
        return int(count)
