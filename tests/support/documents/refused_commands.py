"""Refused commands of documents and folders."""

from typing import Any, Final, NamedTuple

from application.documents.documents import DOCUMENT, NewDocument, Revision, WriteOptions
from application.documents.folders import FOLDER
from application.eventstore.event_store import AlreadyHandled
from application.eventstore.idempotency import IdempotentRequest
from domain.documents.document import DocumentNotFound, DocumentNotTrashed
from domain.documents.events import Label
from domain.documents.folder import InvalidFolder
from domain.documents.label import TooManyTags
from domain.refusals import PreconditionFailed
from domain.text import InvalidText
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME, RIVAL
from tests.support.registries.refused_command_part import RefusedCommand, RefusedCommandPart

DRAFT: Final = NewDocument(Label(name="customers"), "imports/2026", b"{}")
BY_ACME: Final = WriteOptions(ACME)


class Documents(NamedTuple):
    """One document in each state."""

    live: str
    trashed: str


def once() -> IdempotentRequest:
    return IdempotentRequest("k1", "again", b"digest", lambda _: b"answer")


def draft(**changes: Any) -> NewDocument:
    """Return a document for a folder that is not there yet."""
    return DRAFT._replace(folder="new/folder", **changes)


async def _prepare(backend: Backend) -> Documents:
    live, _ = await backend.contexts.documents.commands.create(
        DRAFT, WriteOptions(ACME, once=once())
    )
    trashed, _ = await backend.contexts.documents.commands.create(DRAFT, BY_ACME)
    await backend.contexts.documents.commands.trash(trashed, BY_ACME)
    return Documents(live, trashed)


PART: Final = RefusedCommandPart[Documents](
    prepare=_prepare,
    commands={
        "a name that cannot be stored": RefusedCommand(
            DOCUMENT,
            InvalidText,
            lambda b, _: b.contexts.documents.commands.create(
                draft(label=Label(name="a\0b")), BY_ACME
            ),
        ),
        "too many tags": RefusedCommand(
            DOCUMENT,
            TooManyTags,
            lambda b, _: b.contexts.documents.commands.create(
                draft(label=Label(name="n", tags=tuple(map(str, range(1_000))))), BY_ACME
            ),
        ),
        "an invalid folder path": RefusedCommand(
            FOLDER,
            InvalidFolder,
            lambda b, _: b.contexts.documents.commands.create(
                DRAFT._replace(folder="good//bad"), BY_ACME
            ),
        ),
        "an idempotency key used before": RefusedCommand(
            DOCUMENT,
            AlreadyHandled,
            lambda b, _: b.contexts.documents.commands.create(
                draft(), WriteOptions(ACME, once=once())
            ),
        ),
        "a document of another organisation": RefusedCommand(
            DOCUMENT,
            DocumentNotFound,
            lambda b, made: b.contexts.documents.commands.add_version(
                made.live, b"[]", WriteOptions(RIVAL)
            ),
        ),
        "an unknown document": RefusedCommand(
            DOCUMENT,
            DocumentNotFound,
            lambda b, _: b.contexts.documents.commands.overwrite("0" * 32, b"[]", BY_ACME),
        ),
        "a version that is not the current one": RefusedCommand(
            DOCUMENT,
            PreconditionFailed,
            lambda b, made: b.contexts.documents.commands.add_version(
                made.live, b"[]", WriteOptions(ACME, expected=7)
            ),
        ),
        "a move with a version that is not the current one": RefusedCommand(
            DOCUMENT,
            PreconditionFailed,
            lambda b, made: b.contexts.documents.commands.revise(
                made.live, Revision(folder="new/folder"), WriteOptions(ACME, expected=7)
            ),
        ),
        "a change to a trashed document": RefusedCommand(
            DOCUMENT,
            DocumentNotFound,
            lambda b, made: b.contexts.documents.commands.revise(
                made.trashed, Revision(folder="new/folder"), BY_ACME
            ),
        ),
        "a restore of a document that is not trashed": RefusedCommand(
            DOCUMENT,
            DocumentNotTrashed,
            lambda b, made: b.contexts.documents.commands.restore(made.live, BY_ACME),
        ),
    },
)
