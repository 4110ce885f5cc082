"""Contents: encrypted texts by digest; they are written and erased by appends only."""

from collections.abc import Sequence
from typing import Final, LiteralString, TypeAlias

from adapters.crypto.data_keys import KeyWrapping
from adapters.crypto.random_bytes import SALT
from adapters.postgres.reader import PostgresReader
from adapters.postgres.text_codec import unpack
from application.concurrency.batcher import Batcher

GET: Final[LiteralString] = """
    SELECT c.org_id, c.owner, i.digest, c.encoding, c.data, k.wrapped
    FROM unnest(%b::text[], %b::text[]) AS i (owner, digest)
    JOIN data_keys k ON k.stream = i.owner
    JOIN contents c ON c.owner = i.owner AND c.place = forge_place(k.blind, i.digest)
"""
MAX_BATCH: Final = 16
"""Texts read together: bounds the memory that many large ones take."""

Key: TypeAlias = tuple[str, str, str]


class PostgresContents:
    """Implements ``application.eventstore.contents.Contents``."""

    def __init__(self, select: PostgresReader, wrapping: KeyWrapping) -> None:
        self._select = select
        self._wrapping = wrapping
        self._gets = Batcher[Key, bytes | None](self._get, max_batch=MAX_BATCH)

    async def get(self, org_id: str, owner: str, digest: str) -> bytes | None:
        return await self._gets.ask((org_id, owner, digest))

    async def _get(self, keys: Sequence[Key]) -> Sequence[bytes | None]:
        _, owners, digests = zip(*keys, strict=True)
        rows = await self._select(GET, (list(owners), list(digests)))
        texts = {(row[0], row[1], row[2]): self._decrypt(*row[1:]) for row in rows}
        return [texts.get(key) for key in keys]

    def _decrypt(self, owner: str, _: str, encoding: int, data: bytes, wrapped: bytes) -> bytes:
        salted = self._wrapping.unwrap(owner, wrapped).open(data)
        return unpack(encoding, salted[SALT:])
