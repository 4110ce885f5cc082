"""Document output of runs: adds a version to an existing document, or creates one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias
from weakref import WeakValueDictionary

from application.documents.documents import (
    DocumentCommands,
    WriteOptions,
    add_version,
    begin_document,
)
from application.documents.folders import FolderPlace
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Written
from domain.documents.events import Label
from domain.documents.label import checked_label
from domain.pipelines.graph import DocumentTarget

AfterDocument: TypeAlias = Callable[[Transaction, Decision], Decision]
"""The rest of a transaction's plan, after the document is written."""


class DocumentNames(Protocol):
    """Port: documents by name."""

    async def newest(self, org_id: str, folder: str | None, name: str) -> str | None:
        """Return the id of the newest live document of a name in a folder (``None``: the root)."""
        ...


class DocumentOutput:
    """Writes documents by name; runs of one process that write to one name take turns.

    So the second finds the document of the first; ``wait_visible`` waits for the read model. Names
    need not be unique, so two processes may create two documents of one name.
    """

    def __init__(
        self,
        documents: DocumentCommands,
        names: DocumentNames,
        wait_visible: Callable[[int], Awaitable[bool]],
    ) -> None:
        self._documents = documents
        self._names = names
        self._wait_visible = wait_visible
        self._locks = WeakValueDictionary[tuple[str, DocumentTarget], asyncio.Lock]()

    async def write(
        self, target: DocumentTarget, data: bytes, then: AfterDocument, options: WriteOptions
    ) -> Written:
        """Write JSON to its target, and whatever ``then`` adds to the transaction."""
        lock = self._locks.setdefault((options.by.org_id, target), asyncio.Lock())
        async with lock:
            written = await self._write(target, data, then, options)
            await self._wait_visible(written.position)
            return written

    async def _write(
        self, target: DocumentTarget, data: bytes, then: AfterDocument, options: WriteOptions
    ) -> Written:
        documents, text = self._documents, self._documents.salted(data)
        existing = await self._names.newest(options.by.org_id, target.folder, target.name)
        if existing is not None:
            return await documents.run(
                lambda tx: then(tx, add_version(tx, existing, text)), options
            )
        key, label = documents.new_key(), checked_label(Label(name=target.name))

        def create(tx: Transaction, place: FolderPlace) -> Decision:
            return then(tx, begin_document(tx, key, label, text, place))

        return await documents.write_into(target.folder or None, create, options)
