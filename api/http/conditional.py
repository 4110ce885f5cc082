"""Conditional requests: ``If-Match`` and ``If-None-Match`` against the aggregate's version.

RFC 9110, 13.1: ``*`` matches whatever exists. ``If-Match`` compares strongly, so a weak tag matches
nothing; ``If-None-Match`` compares weakly, and its list matches if one of its tags does.
"""

import re
from typing import Any, Final

from api.http.response import Response, etag_header, json_response
from api.request import AnyRequest, Header, header
from domain.refusals import Invalid

_VERSION: Final = re.compile(r'"([1-9][0-9]{0,17})"')
_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')
NEVER: Final = 0
"""The version of nothing: what a tag stands for that no version can have."""


class InvalidCondition(Invalid):
    code = "INVALID_IF_MATCH"
    message = 'If-Match takes one ETag of a resource, such as "3", or *.'


def expected_version(request: AnyRequest) -> int | None:
    """Return the version that ``If-Match`` insists on; ``None`` when it insists on none."""
    stated = header(request, b"if-match")
    if stated is None or stated.strip() == "*":
        return None
    if (version := _VERSION.fullmatch(stated.strip())) is not None:
        return int(version[1])
    if _TAG.fullmatch(stated.strip()) is None:
        raise InvalidCondition
    return NEVER


def unchanged(request: AnyRequest, etag: Header) -> bool:
    """Say whether ``If-None-Match`` names what the caller would be sent again."""
    stated = header(request, b"if-none-match")
    if stated is None:
        return False
    return stated.strip() == "*" or etag[1].decode() in (
        tag.strip().removeprefix("W/") for tag in stated.split(",")
    )


def not_modified(etag: Header) -> Response:
    """Answer 304: the caller holds the representation with this ETag already."""
    return Response(b"", etag, status=304)


def json_unless_unchanged(request: AnyRequest, value: Any, version: int) -> Response:
    """Answer with a value and its ETag, or 304 where the caller holds this version."""
    etag = etag_header(version)
    return not_modified(etag) if unchanged(request, etag) else json_response(value, etag)
