"""Use cases for documents: each is one transaction."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from application.documents.folders import ROOT, FolderPaths, FolderPlace
from application.documents.versions import versions_in
from application.erasure.certificates import certify
from application.eventstore.contents import Salted, salted
from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import ValueTaken
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transaction import Decision, Plan, Transaction
from application.eventstore.transactions import Transactions, Written
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
from domain.documents.events import ContentOverwritten, Label

DOCUMENT: Final = Decider("document", Document, decide, evolve)
MAX_PLACINGS: Final = 3

FolderPlan: TypeAlias = Callable[[Transaction, FolderPlace], Decision]
"""A plan that writes into a folder."""


class NewDocument(NamedTuple):
    """A document to create: ``folder`` is a path, ``None`` the root; ``data`` the JSON text."""

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
    """The origin; the version of ``If-Match``; the request under an ``Idempotency-Key``."""

    by: Origin
    expected: int | None = None
    once: IdempotentRequest | None = None


class DocumentCommands:
    """``record_erasures`` writes erasures up to a position to the erasure ledger."""

    def __init__(
        self,
        transactions: Transactions,
        folders: FolderPaths,
        new_key: Callable[[], str],
        new_salt: Callable[[], bytes],
        record_erasures: Callable[[int], Awaitable[None]],
    ) -> None:
        self._transactions = transactions
        self._folders = folders
        self.new_key = new_key
        self._new_salt = new_salt
        self._record_erasures = record_erasures

    async def create(self, new: NewDocument, options: WriteOptions) -> tuple[str, Written]:
        """Create a document with its text, and the missing folders on the way to it."""
        key, text = self.new_key(), self.salted(new.data)

        def plan(tx: Transaction, place: FolderPlace) -> Decision:
            return begin_document(tx, key, new.label, text, place)

        return key, await self.write_into(new.folder, plan, options)

    async def revise(self, key: str, revision: Revision, options: WriteOptions) -> Written:
        """Change metadata; a missing folder is created."""
        if revision.folder is UNSET:
            return await self._execute(key, _revise(revision, UNSET), options)

        def plan(tx: Transaction, place: FolderPlace) -> Decision:
            place.create_missing(tx)
            command: DocumentCommand = _revise(revision, place.folder_id)
            return tx.execute(DOCUMENT, key, command, expected=options.expected)

        return await self.write_into(revision.folder, plan, options)

    async def add_version(self, key: str, data: bytes, options: WriteOptions) -> Written:
        """Add a version with a new text."""
        text = self.salted(data)

        def plan(tx: Transaction) -> Decision:
            return add_version(tx, key, text, options.expected)

        return await self.run(plan, options)

    async def overwrite(self, key: str, data: bytes, options: WriteOptions) -> Written:
        """Replace the current version's text; the old one is erased in the same transaction."""
        text = self.salted(data)

        def plan(tx: Transaction) -> Decision:
            command: DocumentCommand = OverwriteContent(content=text.content)
            decision = tx.execute(DOCUMENT, key, command, expected=options.expected)
            tx.keep(decision.stream, text)
            for record in decision.records:
                if isinstance(record.event, ContentOverwritten):
                    tx.erase(decision.stream, record.event.erased)
            return decision

        return await self.run(plan, options)

    async def trash(self, key: str, options: WriteOptions) -> Written:
        return await self._execute(key, TrashDocument(), options)

    async def restore(self, key: str, options: WriteOptions) -> Written:
        return await self._execute(key, RestoreDocument(), options)

    async def purge(self, key: str, options: WriteOptions) -> Written:
        """Record and certify the purge, and erase all of the document, in one transaction."""
        return await self._purge(key, PurgeDocument(), options)

    async def purge_if_due(self, key: str, by: Origin) -> Written:
        return await self._purge(key, PurgeIfDue(), WriteOptions(by))

    async def reapply_purge(self, key: str, by: Origin) -> Written:
        """Purge a document again after a restore, in any state."""
        return await self._purge(key, ReapplyPurge(), WriteOptions(by))

    def salted(self, data: bytes) -> Salted:
        """Return a text with a new salt, ready to be stored."""
        return salted(data, self._new_salt())

    async def run(self, plan: Plan, options: WriteOptions) -> Written:
        """Run a plan that writes documents."""
        return await self._transactions.run(options.by, plan, once=options.once)

    async def write_into(
        self, path: str | None, plan: FolderPlan, options: WriteOptions
    ) -> Written:
        """Run a plan for a folder; retried if a concurrent request creates the folder first."""
        for _ in range(MAX_PLACINGS - 1):
            try:
                return await self._write_into(path, plan, options)
            except ValueTaken:
                continue
        return await self._write_into(path, plan, options)

    async def _write_into(
        self, path: str | None, plan: FolderPlan, options: WriteOptions
    ) -> Written:
        place = await self._folders.place(path, options.by)
        return await self._transactions.run(
            options.by, lambda tx: plan(tx, place), once=options.once
        )

    async def _purge(self, key: str, command: DocumentCommand, options: WriteOptions) -> Written:
        history = await self._transactions.log.read(DOCUMENT.stream(key))
        sizes = [version.content.size for version in versions_in(history)]

        def plan(tx: Transaction) -> Decision:
            decision = tx.execute(DOCUMENT, key, command, expected=options.expected)
            if decision.records:
                certify(tx, history, sizes, decision)
                tx.erase(decision.stream)
            return decision

        written = await self.run(plan, options)
        if written.records:
            await self._record_erasures(written.position)
        return written

    async def _execute(self, key: str, command: DocumentCommand, options: WriteOptions) -> Written:
        return await self._transactions.execute(
            DOCUMENT, key, command, options.by, expected=options.expected, once=options.once
        )


def begin_document(
    tx: Transaction, key: str, label: Label, text: Salted, place: FolderPlace = ROOT
) -> Decision:
    """Begin a document in a folder, and store its text."""
    place.create_missing(tx)
    command: DocumentCommand = CreateDocument(
        label=label, content=text.content, folder_id=place.folder_id
    )
    decision = tx.begin(DOCUMENT, key, command)
    tx.keep(decision.stream, text)
    return decision


def add_version(tx: Transaction, key: str, text: Salted, expected: int | None = None) -> Decision:
    """Add a version to a document, and store its text."""
    command: DocumentCommand = AddVersion(content=text.content)
    decision = tx.execute(DOCUMENT, key, command, expected=expected)
    tx.keep(decision.stream, text)
    return decision


def _revise(revision: Revision, folder_id: str | UnsetType | None) -> ReviseDocument:
    return ReviseDocument(
        name=revision.name,
        description=revision.description,
        tags=revision.tags,
        folder_id=folder_id,
    )
