"""Responses of the document routes (seed 002, shared schemas)."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from api.http.json_patch import PatchOperation
from projections.documents.document_summaries import DocumentSummary
from projections.documents.folders import FolderSummary


class Success(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    success: Literal[True] = True


class DocumentAnswer(Success, frozen=True, kw_only=True):
    document: DocumentSummary


class DocumentsAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    documents: Sequence[DocumentSummary]
    next_cursor: str | None


class ContentAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    file_size: int


class TrashedAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    deleted: Literal[True] = True
    purge_at: int


class RestoredAnswer(Success, frozen=True, kw_only=True):
    deleted: Literal[False] = False


class PurgedAnswer(Success, frozen=True, kw_only=True):
    deleted: Literal[True] = True
    permanent: Literal[True] = True


class FoldersAnswer(Success, frozen=True, kw_only=True):
    folders: Sequence[FolderSummary]


class VersionSummary(msgspec.Struct, frozen=True, rename="camel"):
    """``digest`` is the salted digest the audit trail knows the content by; times are epoch ms."""

    version: int
    file_size: int
    digest: str
    created_at: int
    created_by: str
    current: bool


class VersionsAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    versions: Sequence[VersionSummary]
    next_cursor: str | None


class VersionAnswer(Success, frozen=True, kw_only=True):
    version: VersionSummary


class DiffAnswer(Success, frozen=True, kw_only=True, rename={"from_": "from"}):
    from_: int
    to: int
    patch: Sequence[PatchOperation]
