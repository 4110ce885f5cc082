"""Exports of what is recorded, with proofs: to be verified by whoever has the public key alone."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from application.audit.checkpoints import Checkpoint, Signer
from application.audit.export_format import Stored, Writer
from application.audit.merkle import Tree


class Chosen(NamedTuple):
    """What to export: one stream, one organisation's events or, with neither, everything."""

    stream: str | None = None
    org_id: str | None = None

    @property
    def scope(self) -> str:
        if self.stream is not None:
            return f"stream {self.stream}"
        return "log" if self.org_id is None else f"organisation {self.org_id}"


class ExportReader(Protocol):
    """Port: the log and its checkpoints, as they are stored."""

    async def head(self) -> int: ...

    def rows(self, chosen: Chosen, until: int) -> AsyncIterator[Stored]:
        """Return rows by position, up to one; a page at a time is in memory."""
        ...

    def run(self, position: int, until: int) -> AsyncIterator[Checkpoint]:
        """Return checkpoints from the one that covers a position on, none that ends later."""
        ...

    async def hashes(self, *, after: int, limit: int) -> Sequence[bytes]:
        """Return the chain hashes of the positions that follow."""
        ...


class Exporter:
    def __init__(self, record: ExportReader, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._signer = signer
        self._clock = clock

    async def lines(self, chosen: Chosen) -> AsyncGenerator[bytes, None]:
        """Return an export line by line, of what is recorded by now."""
        until = await self._record.head()
        writer, covering = Writer(self._signer), _Covering(self._record, until)
        yield writer.header(chosen.scope, until, self._clock())
        async for row in self._record.rows(chosen, until):
            async for checkpoint in covering.up_to(row.position):
                yield writer.checkpoint(checkpoint)
            yield writer.event(row, await covering.proof(row.position))
        async for checkpoint in covering.rest():
            yield writer.checkpoint(checkpoint)
        yield writer.end()


class _Covering:
    """Goes along the run of checkpoints with the rows; makes a tree where one has rows."""

    def __init__(self, record: ExportReader, until: int) -> None:
        self._record = record
        self._until = until
        self._run: AsyncIterator[Checkpoint] | None = None
        self._at: Checkpoint | None = None
        self._tree: Tree | None = None

    async def up_to(self, position: int) -> AsyncIterator[Checkpoint]:
        """Go on to the checkpoint that covers a position, if there is one."""
        if self._run is None:
            self._run = self._record.run(position, self._until)
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
            hashes = await self._record.hashes(after=at.first - 1, limit=size)
            self._tree = await asyncio.to_thread(Tree, hashes)
        return self._tree.path(position - at.first)

    async def rest(self) -> AsyncIterator[Checkpoint]:
        if self._run is not None:
            async for checkpoint in self._run:
                yield checkpoint
