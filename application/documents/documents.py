"""Use cases that change documents: gather what a decision needs, then decide and record."""

from collections.abc import Awaitable, Callable
from copy import copy
from typing import Final, NamedTuple, Self

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from application.documents.folders import FolderPaths, Placed
from application.documents.versions import versions_in
from application.erasure.certificates import Certificates
from application.eventstore.command_handler import CommandHandler, Enclose, Store, Written
from application.eventstore.contents import salted
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, Erasure, Text, ValueTaken
from application.eventstore.idempotency import IdempotentRequest
from domain.documents.commands import (
    AddVersion,
    CreateDocument,
    DocumentCommand,
    OverwriteContent,
    PurgeDocument,
    PurgeIfDue,
    ReapplyPurge,
    RestoreDocument,
    ReviseDocument,
    TrashDocument,
)
from domain.documents.document import Document, decide, evolve
from domain.documents.events import ContentOverwritten, DocumentPurged, Label

DOCUMENT: Final = Decider("document", Document, decide, evolve)
PLACINGS: Final = 3
NOWHERE: Final = Placed(None)


class NewDocument(NamedTuple):
    """A document to be: ``folder`` is a path, ``None`` the root; ``data`` the JSON text."""

    label: Label
    folder: str | None
    data: bytes


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """Metadata to change; what is unset stays. ``folder`` is a path, ``None`` the root."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    folder: str | UnsetType | None = UNSET


class WriteOptions(NamedTuple):
    """Who asks; ``expected`` is the version of ``If-Match``; ``once`` of ``Idempotency-Key``."""

    by: Origin
    expected: int | None = None
    once: IdempotentRequest | None = None


class DocumentCommands:
    """``noted`` returns once erasures up to a position are noted down outside the log, too."""

    def __init__(
        self,
        streams: CommandHandler,
        folders: FolderPaths,
        new_key: Callable[[], str],
        new_salt: Callable[[], bytes],
        noted: Callable[[int], Awaitable[None]],
    ) -> None:
        self.streams = streams
        self._noted = noted
        self._certificates = Certificates(streams)
        self._folders = folders
        self._new_key = new_key
        self._new_salt = new_salt

    def through(self, store: Store) -> Self:
        """Return the same, but what it records goes another way into the log."""
        other = copy(self)
        other.streams = self.streams.through(store)
        return other

    async def create(self, draft: NewDocument, request: WriteOptions) -> tuple[str, Written]:
        """Record that a document exists, its text, and the folders on the way to it."""
        key, text = self._new_key(), salted(draft.data, self._new_salt())
        stored = text.owned_by(request.by.org_id, DOCUMENT.stream(key))

        async def create_in(placed: Placed) -> Written:
            command: DocumentCommand = CreateDocument(
                label=draft.label, content=text.content, folder_id=placed.folder_id
            )
            enclose = _enclosing(request, placed, (stored,))
            return await self.streams.begin(DOCUMENT, key, command, request.by, enclose=enclose)

        return key, await self._placed(draft.folder, request.by, create_in)

    async def revise(self, key: str, revision: Revision, request: WriteOptions) -> Written:
        """Change metadata; a folder that is missing comes to be."""
        if revision.folder is UNSET:
            return await self._execute(key, _revise(revision, UNSET), request)

        async def revise_into(placed: Placed) -> Written:
            return await self._execute(key, _revise(revision, placed.folder_id), request, placed)

        return await self._placed(revision.folder, request.by, revise_into)

    async def add_version(self, key: str, data: bytes, request: WriteOptions) -> Written:
        text = salted(data, self._new_salt())
        stored = (text.owned_by(request.by.org_id, DOCUMENT.stream(key)),)
        return await self._execute(key, AddVersion(content=text.content), request, texts=stored)

    async def overwrite(self, key: str, data: bytes, request: WriteOptions) -> Written:
        """Replace the current version's text; the old one is erased in the same transaction."""
        text = salted(data, self._new_salt())
        stored = (text.owned_by(request.by.org_id, DOCUMENT.stream(key)),)
        command = OverwriteContent(content=text.content)
        return await self._execute(key, command, request, texts=stored)

    async def trash(self, key: str, request: WriteOptions) -> Written:
        return await self._execute(key, TrashDocument(), request)

    async def restore(self, key: str, request: WriteOptions) -> Written:
        return await self._execute(key, RestoreDocument(), request)

    async def purge(self, key: str, request: WriteOptions) -> Written:
        """Record and certify the purge, and erase all kept for the document, in one transaction."""
        return await self._purge(key, PurgeDocument(), request)

    async def purge_if_due(self, key: str, by: Origin) -> Written:
        return await self._purge(key, PurgeIfDue(), WriteOptions(by))

    async def reapply_purge(self, key: str, by: Origin) -> Written:
        """Purge what a restore has brought back, in whatever state it is."""
        return await self._purge(key, ReapplyPurge(), WriteOptions(by))

    async def _purge(self, key: str, command: DocumentCommand, request: WriteOptions) -> Written:
        history = await self.streams.log.read(DOCUMENT.stream(key))
        sizes = [version.content.size for version in versions_in(history)]
        enclose = _enclosing(request, NOWHERE, ())

        def certified(records: tuple[RecordedEvent, ...]) -> Append:
            certificate = self._certificates.certificate(history, sizes, records)
            return replace(enclose(records), records=records + certificate)

        written = await self.streams.execute(
            DOCUMENT, key, command, request.by, expected=request.expected, enclose=certified
        )
        if written.records:
            await self._noted(written.position)
        return written

    async def _execute(
        self,
        key: str,
        command: DocumentCommand,
        request: WriteOptions,
        placed: Placed = NOWHERE,
        texts: tuple[Text, ...] = (),
    ) -> Written:
        return await self.streams.execute(
            DOCUMENT,
            key,
            command,
            request.by,
            expected=request.expected,
            enclose=_enclosing(request, placed, texts),
        )

    async def _placed(
        self, path: str | None, by: Origin, write: Callable[[Placed], Awaitable[Written]]
    ) -> Written:
        """Write into a folder; when another request has just made it, into that one."""
        for _ in range(PLACINGS - 1):
            try:
                return await write(await self._folders.place(path, by))
            except ValueTaken:
                continue
        return await write(await self._folders.place(path, by))


def _revise(revision: Revision, folder_id: str | UnsetType | None) -> ReviseDocument:
    return ReviseDocument(
        name=revision.name,
        description=revision.description,
        tags=revision.tags,
        folder_id=folder_id,
    )


def _enclosing(request: WriteOptions, placed: Placed, texts: tuple[Text, ...]) -> Enclose:
    def enclose(records: tuple[RecordedEvent, ...]) -> Append:
        owner = records[0].stream
        return Append(
            records=placed.records + records,
            texts=texts,
            erasures=tuple(filter(None, map(_erasure, records))),
            claims=placed.claims,
            answer=request.once.answer(records, owner) if request.once else None,
        )

    return enclose


def _erasure(record: RecordedEvent) -> Erasure | None:
    """Say what an event takes away for good."""
    match record.event:
        case ContentOverwritten(erased=digest):
            return Erasure(record.origin.org_id, record.stream, digest)
        case DocumentPurged():
            return Erasure(record.origin.org_id, record.stream)
    return None
