"""Documentation that routes of json_api share in the API document (seed 002, wire.md)."""

from typing import Annotated, Any, Final

import msgspec

from api.openapi.documented import (
    COMMON_ERRORS,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    MIN_POSITION,
)

READ_ERRORS: Final = (*COMMON_ERRORS, 400, 404, 409)
WRITE_ERRORS: Final = (*COMMON_ERRORS, 400, 404, 409, 412, 413)
IDEMPOTENT_ERRORS: Final = (*WRITE_ERRORS, 422)

READ_HEADERS: Final = (MIN_POSITION, IF_NONE_MATCH)
WRITE_HEADERS: Final = (IF_MATCH,)
IDEMPOTENT_HEADERS: Final = (IDEMPOTENCY_KEY, IF_MATCH)

TEXT_EXAMPLE: Final = '{\n  "customers": [\n    { "id": 1, "email": "ada@example.com" }\n  ]\n}\n'
DOCUMENT_EXAMPLE: Final[dict[str, Any]] = {
    "id": "0198d2f4c0de7abc9123456789abcdef",
    "name": "customer-records",
    "title": "customer-records",
    "description": "Imported customer records",
    "tags": ["crm", "import"],
    "folderId": "0198d2f4c0de7abc9123456789abcde0",
    "fileSize": 2048,
    "createdAt": 1774283979968,
    "updatedAt": 1774283982042,
}
NEW_DOCUMENT_EXAMPLE: Final = {
    "name": "customer-records",
    "description": "Imported customer records",
    "tags": ["crm", "import"],
    "folder": "imports/2026",
    "contentText": TEXT_EXAMPLE,
}

Limit = Annotated[int, msgspec.Meta(ge=1, le=100, description="Maximum number of items per page.")]
CursorText = Annotated[str, msgspec.Meta(description="`nextCursor` of the page before.")]
AsOf = Annotated[
    str,
    msgspec.Meta(description="The state as of a time (2026-01-31T12:00:00Z) or position (@1234)."),
]


class AsOfQuery(msgspec.Struct, rename="camel"):
    as_of: AsOf | None = None


class ListQuery(AsOfQuery, rename="camel"):
    limit: Limit = 50
    cursor: CursorText | None = None
    folder: Annotated[str, msgspec.Meta(description="Only documents in this path.")] | None = None
    folder_id: Annotated[str, msgspec.Meta(description="Only in this folder.")] | None = None


class PageQuery(msgspec.Struct):
    limit: Limit = 50
    cursor: CursorText | None = None


class DiffQuery(msgspec.Struct, rename={"from_": "from"}):
    from_: Annotated[int, msgspec.Meta(ge=1, description="Version to start from.")]
    to: Annotated[int, msgspec.Meta(ge=1, description="Version to arrive at.")]


class FolderQuery(msgspec.Struct):
    parent: (
        Annotated[str, msgspec.Meta(description="Path whose children to list; absent: the root.")]
        | None
    ) = None
    path: Annotated[str, msgspec.Meta(description="The same as `parent`.")] | None = None
