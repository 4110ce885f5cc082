"""Conditional requests: ``If-Match`` and ``If-None-Match`` against the aggregate's version.

RFC 9110, 13.1: ``*`` matches any existing resource. ``If-Match`` compares strongly, so a weak tag
matches nothing; ``If-None-Match`` compares weakly, and matches if one tag of its list does.
"""

import re
from typing import Any, Final

from api.http.response import Response, etag_header, json_response
from api.request import AnyRequest, Header, header
from domain.refusals import Invalid

_VERSION: Final = re.compile(r'"([1-9][0-9]{0,17})"')
_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')
NO_VERSION: Final = 0
"""Matches no version: stands for an ETag that is none of ours."""


class InvalidIfMatch(Invalid):
    code = "INVALID_IF_MATCH"
    message = 'If-Match takes one ETag of a resource, such as "3", or *.'


def expected_version(request: AnyRequest) -> int | None:
    """Return the version that ``If-Match`` requires, if any; raises ``InvalidIfMatch``."""
    value = header(request, b"if-match")
    if value is None or value.strip() == "*":
        return None
    if (version := _VERSION.fullmatch(value.strip())) is not None:
        return int(version[1])
    if _TAG.fullmatch(value.strip()) is None:
        raise InvalidIfMatch
    return NO_VERSION


def unchanged(request: AnyRequest, etag: Header) -> bool:
    """Tell whether ``If-None-Match`` has this ETag: the client holds the representation already."""
    value = header(request, b"if-none-match")
    if value is None:
        return False
    return value.strip() == "*" or etag[1].decode() in (
        tag.strip().removeprefix("W/") for tag in value.split(",")
    )


def not_modified(etag: Header) -> Response:
    """Answer 304, without a body."""
    return Response(b"", etag, status=304)


def json_unless_unchanged(request: AnyRequest, value: Any, version: int) -> Response:
    """Answer with a value and its ETag, or 304 where ``If-None-Match`` has this version."""
    etag = etag_header(version)
    return not_modified(etag) if unchanged(request, etag) else json_response(value, etag)
