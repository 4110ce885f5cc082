"""Answers to idempotent requests. They are stored by appends only."""

from typing import Final, LiteralString

from adapters.postgres_reader import PostgresReader
from application.idempotency import StoredAnswer

FIND: Final[LiteralString] = """
    SELECT request, body, "position" FROM answers
    WHERE caller = %b AND key = %b AND answered_at > now() - interval '24 hours'
"""
FORGET: Final[LiteralString] = """
    WITH old AS (
        DELETE FROM answers WHERE answered_at <= now() - interval '24 hours' RETURNING 1
    ) SELECT count(*) FROM old
"""


class PostgresAnswers:
    """Implements ``application.idempotency.Answers``."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select

    async def find(self, caller: str, key: str) -> StoredAnswer | None:
        rows = await self._select(FIND, (caller, key))
        return StoredAnswer(*rows[0]) if rows else None

    async def forget_old(self) -> int:
        [(count,)] = await self._select(FORGET, ())
        return int(count)
