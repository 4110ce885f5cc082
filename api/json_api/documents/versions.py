"""``/api/v1/documents/{id}/versions`` and ``/diff``: earlier versions, and differences."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Controller, get
from litestar.params import FromPath

from api.auth.caller import caller_of
from api.auth.guard import needs
from api.http.conditional import not_modified, unchanged
from api.http.json_patch import patch_of
from api.http.paging import InvalidCursor, InvalidLimit, page_size
from api.http.query_params import query_param, whole_number
from api.http.response import JSON, Response, etag_header, json_response
from api.json_api.documents.responses import (
    DiffAnswer,
    VersionAnswer,
    VersionsAnswer,
    VersionSummary,
)
from api.json_api.openapi_common import READ_ERRORS, DiffQuery, PageQuery
from api.json_api.stored_content import read_content
from api.openapi.documented import IF_NONE_MATCH, documented
from api.request import AnyRequest
from application.documents.documents import DOCUMENT
from application.documents.history import DocumentHistory, VersionNotFound
from application.documents.versions import Version
from application.eventstore.contents import Contents
from domain.identity.plans import MB
from domain.identity.scopes import Scope
from domain.json_diff import diff
from domain.refusals import Invalid, TooLarge

ONE = "/versions/{number:str}"
MAX_DIFF = 5 * MB
"""Bytes of each text; the time of a diff grows with size times depth."""


class InvalidVersion(Invalid):
    code = "INVALID_VERSION"
    message = "from and to each take the number of a version."


class DiffTooLarge(TooLarge):
    code = "DIFF_TOO_LARGE"
    message = f"Versions of more than {MAX_DIFF} bytes cannot be compared."


class VersionController(Controller):
    path = "/documents/{document_id:str}"
    tags = ("Versions",)
    opt = needs(Scope.DOCUMENTS)

    history: DocumentHistory
    contents: Contents

    @get(
        "/versions",
        operation_id="listVersions",
        **documented(query=PageQuery, answer=VersionsAnswer, errors=READ_ERRORS),
    )
    async def page(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """List a document's versions, newest first."""
        limit, cursor = page_size(request, InvalidLimit), query_param(request, "cursor")
        versions = await self.history.versions(caller_of(request).org_id, document_id)
        newest = len(versions)
        start = newest if cursor is None else whole_number(cursor, InvalidCursor, most=newest)
        page = [_summary(version, newest) for version in reversed(versions[:start])][:limit]
        next_cursor = str(start - limit) if start > limit else None
        return json_response(VersionsAnswer(versions=page, next_cursor=next_cursor))

    @get(ONE, operation_id="getVersion", **documented(answer=VersionAnswer, errors=READ_ERRORS))
    async def one(
        self, request: AnyRequest, document_id: FromPath[str], number: FromPath[str]
    ) -> Response:
        """Get one version's metadata."""
        org_id = caller_of(request).org_id
        versions = await self.history.versions(org_id, document_id)
        version = _numbered(versions, whole_number(number, VersionNotFound))
        return json_response(VersionAnswer(version=_summary(version, len(versions))))

    @get(
        f"{ONE}/content",
        operation_id="getVersionContent",
        **documented(
            answer=Any,
            answer_headers=("ETag",),
            bodyless=(304,),
            headers=(IF_NONE_MATCH,),
            errors=READ_ERRORS,
        ),
    )
    async def content(
        self, request: AnyRequest, document_id: FromPath[str], number: FromPath[str]
    ) -> Response:
        """Download one version's content, byte for byte as it was stored."""
        org_id = caller_of(request).org_id
        versions = await self.history.versions(org_id, document_id)
        version = _numbered(versions, whole_number(number, VersionNotFound))
        etag = etag_header(version.recorded.version)
        if unchanged(request, etag):
            return not_modified(etag)
        return Response(await self._text(org_id, document_id, version), JSON, etag)

    @get(
        "/diff",
        operation_id="diffVersions",
        **documented(query=DiffQuery, answer=DiffAnswer, errors=(*READ_ERRORS, 413, 422)),
    )
    async def diff(self, request: AnyRequest, document_id: FromPath[str]) -> Response:
        """Compare two versions: the JSON Patch (RFC 6902) from one to the other."""
        org_id = caller_of(request).org_id
        versions = await self.history.versions(org_id, document_id)
        older, newer = (
            _numbered(versions, whole_number(query_param(request, name) or "", InvalidVersion))
            for name in ("from", "to")
        )
        if max(older.content.size, newer.content.size) > MAX_DIFF:
            raise DiffTooLarge
        texts = [await self._text(org_id, document_id, version) for version in (older, newer)]
        patch = patch_of(await asyncio.to_thread(diff, *texts))
        return json_response(DiffAnswer(from_=older.number, to=newer.number, patch=patch))

    async def _text(self, org_id: str, document_id: str, version: Version) -> bytes:
        stream = DOCUMENT.stream(document_id)
        return await read_content(self.contents, org_id, stream, version.content.digest)


def _numbered(versions: Sequence[Version], number: int) -> Version:
    if not 1 <= number <= len(versions):
        raise VersionNotFound
    return versions[number - 1]


def _summary(version: Version, newest: int) -> VersionSummary:
    return VersionSummary(
        version=version.number,
        file_size=version.content.size,
        digest=version.content.digest,
        created_at=version.recorded.recorded_ms,
        created_by=version.recorded.origin.actor,
        current=version.number == newest,
    )
