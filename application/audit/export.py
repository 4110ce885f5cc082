"""Exports of events with proofs, verifiable with the public key alone."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from application.audit.checkpoints import Checkpoint, Signer
from application.audit.export_format import StoredRow, Writer
from application.audit.merkle import Tree


class ExportScope(NamedTuple):
    """Scope of an export: one stream, one organisation's events or, with neither, the whole log."""

    stream: str | None = None
    org_id: str | None = None

    @property
    def name(self) -> str:
        if self.stream is not None:
            return f"stream {self.stream}"
        return "log" if self.org_id is None else f"organisation {self.org_id}"


class ExportReader(Protocol):
    """Port of the log and its checkpoints, as they are stored."""

    async def head(self) -> int: ...

    def rows(self, scope: ExportScope, until: int) -> AsyncIterator[StoredRow]:
        """Return rows by position, up to ``until``; one page at a time is in memory."""
        ...

    def run(self, position: int, until: int) -> AsyncIterator[Checkpoint]:
        """Return the checkpoints from the one that covers ``position`` up to ``until``."""
        ...

    async def hashes(self, *, after: int, limit: int) -> Sequence[bytes]:
        """Return the chain hashes of the positions that follow."""
        ...


class Exporter:
    def __init__(self, reader: ExportReader, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._reader = reader
        self._signer = signer
        self._clock = clock

    async def lines(self, scope: ExportScope) -> AsyncGenerator[bytes, None]:
        """Yield the lines of an export of the events recorded by now."""
        until = await self._reader.head()
        writer, cursor = Writer(self._signer), _CheckpointCursor(self._reader, until)
        yield writer.header(scope.name, until, self._clock())
        async for row in self._reader.rows(scope, until):
            async for checkpoint in cursor.up_to(row.position):
                yield writer.checkpoint(checkpoint)
            yield writer.event(row, await cursor.proof(row.position))
        async for checkpoint in cursor.rest():
            yield writer.checkpoint(checkpoint)
        yield writer.end()


class _CheckpointCursor:
    """Walks the checkpoints along with the rows; builds the tree of one when a row needs it."""

    def __init__(self, reader: ExportReader, until: int) -> None:
        self._reader = reader
        self._until = until
        self._run: AsyncIterator[Checkpoint] | None = None
        self._at: Checkpoint | None = None
        self._tree: Tree | None = None

    async def up_to(self, position: int) -> AsyncIterator[Checkpoint]:
        """Advance to the checkpoint that covers a position, if there is one."""
        if self._run is None:
            self._run = self._reader.run(position, self._until)
        while self._at is None or self._at.last < position:
            if (following := await anext(self._run, None)) is None:
                return
            self._at, self._tree = following, None
            yield following

    async def proof(self, position: int) -> Sequence[bytes] | None:
        if (at := self._at) is None or position > at.last:
            return None
        if self._tree is None:
            size = at.last - at.first + 1
            hashes = await self._reader.hashes(after=at.first - 1, limit=size)
            self._tree = await asyncio.to_thread(Tree, hashes)
        return self._tree.path(position - at.first)

    async def rest(self) -> AsyncIterator[Checkpoint]:
        if self._run is not None:
            async for checkpoint in self._run:
                yield checkpoint
