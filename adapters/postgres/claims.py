"""Look-up of claims on unique values; appends write them (``migrations/0002_append.sql``)."""

from collections.abc import Mapping, Sequence
from typing import Final, LiteralString

from adapters.postgres.reader import PostgresReader

HOLDERS: Final[LiteralString] = """
    SELECT value, holder FROM claims WHERE kind = %b AND scope = %b AND value = ANY(%b::text[])
"""


class PostgresClaims:
    """Implements ``application.eventstore.event_store.Claims``."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select

    async def holders(self, kind: str, scope: str, values: Sequence[str]) -> Mapping[str, str]:
        return dict(await self._select(HOLDERS, (kind, scope, list(values))))
