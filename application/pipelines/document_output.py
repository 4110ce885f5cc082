"""Documents that runs write: a new version of the one there is, or a new one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol
from weakref import WeakValueDictionary

from application.documents.documents import DocumentCommands, NewDocument, WriteOptions
from application.eventstore.command_handler import Store
from application.eventstore.envelope import Origin
from application.eventstore.event_store import Append
from domain.documents.events import Label
from domain.documents.label import checked_label
from domain.pipelines.events import WrittenDocument
from domain.pipelines.graph import DocumentTarget


class DocumentNames(Protocol):
    async def newest(self, org_id: str, folder: str | None, name: str) -> str | None:
        """Return the id of the newest live document of a name in a folder (``None``: the root)."""
        ...


class DocumentOutput:
    """Runs of one process that write to one name do so one after the other.

    So the second finds what the first has made; ``wait_visible`` waits until it can. Names need
    not be unique, so two processes may make two documents of one.
    """

    def __init__(
        self,
        documents: DocumentCommands,
        names: DocumentNames,
        shown: Callable[[int], Awaitable[bool]],
    ) -> None:
        self._documents = documents
        self._names = names
        self._shown = shown
        self._turns = WeakValueDictionary[tuple[str, DocumentTarget], asyncio.Lock]()

    async def write(self, target: DocumentTarget, data: bytes, by: Origin, store: Store) -> None:
        """Write JSON to where it is to go, by ``store``, with whatever that adds."""
        turn = self._turns.setdefault((by.org_id, target), asyncio.Lock())
        async with turn:
            await self._shown(await self._written(target, data, by, store))

    async def _written(self, target: DocumentTarget, data: bytes, by: Origin, store: Store) -> int:
        documents, request = self._documents.through(store), WriteOptions(by)
        key = await self._names.newest(by.org_id, target.folder, target.name)
        if key is not None:
            return (await documents.add_version(key, data, request)).position
        draft = NewDocument(checked_label(Label(name=target.name)), target.folder or None, data)
        _, written = await documents.create(draft, request)
        return written.position


def written_in(entry: Append) -> WrittenDocument:
    """Say which document an append is about to write."""
    record = next(each for each in reversed(entry.records) if each.stream.startswith("document-"))
    return WrittenDocument(id=record.key, version=record.version)
