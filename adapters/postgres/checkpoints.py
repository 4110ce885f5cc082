"""Checkpoints on Postgres; the chain never forks, since a number is stored once."""

from collections.abc import Sequence
from typing import Final, LiteralString

from adapters.postgres.reader import PostgresReader
from application.audit.checkpoints import Checkpoint

COLUMNS: Final[LiteralString] = """
    SELECT number, first_position, last_position, root, previous, signed_at, public_key, signature
    FROM checkpoints
"""
NEWEST: Final = COLUMNS + "ORDER BY number DESC LIMIT 1"
HASHES: Final[LiteralString] = """
    SELECT chain_hash FROM forge_events WHERE notification_id > %b
    ORDER BY notification_id LIMIT %b
"""
KEEP: Final[LiteralString] = """
    INSERT INTO checkpoints (number, first_position, last_position, root, previous, signed_at,
                             public_key, signature)
    VALUES (%b, %b, %b, %b, %b, %b, %b, %b) ON CONFLICT DO NOTHING RETURNING number
"""


class PostgresCheckpoints:
    """Implements ``application.audit.checkpoints.Checkpoints``."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select

    async def newest(self) -> Checkpoint | None:
        rows = await self._select(NEWEST, ())
        return to_checkpoint(rows[0]) if rows else None

    async def hashes(self, *, after: int, limit: int) -> Sequence[bytes]:
        return [chain_hash for (chain_hash,) in await self._select(HASHES, (after, limit))]

    async def keep(self, checkpoint: Checkpoint) -> bool:
        place = (checkpoint.number, checkpoint.first, checkpoint.last)
        signed = (checkpoint.signed_at, checkpoint.public_key, checkpoint.signature)
        row = (*place, checkpoint.root, checkpoint.previous, *signed)
        return bool(await self._select(KEEP, row))


def to_checkpoint(row: Sequence[object]) -> Checkpoint:
    names = Checkpoint.__struct_fields__
    return Checkpoint(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]  # the columns' own types
