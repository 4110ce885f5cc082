"""Conditional requests: ``If-Match`` and ``If-None-Match`` against the aggregate's version.

RFC 9110, 13.1: ``*`` matches whatever exists; lists match if one of them does.
"""

import re
from typing import Any, Final

from litestar import Request

from api.headers import header
from domain.refusals import Invalid

_TAG: Final = re.compile(r'(?:W/)?"(\d*)[^"]*"')

LONGEST: Final = 18  # digits; a version of more is none that exists


class InvalidCondition(Invalid):
    code = "INVALID_IF_MATCH"
    message = 'If-Match takes the ETag of a resource, such as "3", or *.'


def expected_version(request: Request[Any, Any, Any]) -> int | None:
    """Return the version that ``If-Match`` insists on; ``None`` when it insists on none.

    A tag that no version can have matches nothing: it is version 0, which nothing has.
    """
    stated = header(request, b"if-match")
    if stated is None or stated.strip() == "*":
        return None
    tags = _TAG.findall(stated)
    if len(tags) != 1:
        raise InvalidCondition
    return int(tags[0][:LONGEST] or 0)


def unchanged(request: Request[Any, Any, Any], etag: bytes) -> bool:
    """Say whether ``If-None-Match`` names what the caller would be sent again."""
    stated = header(request, b"if-none-match")
    if stated is None:
        return False
    return stated.strip() == "*" or etag.decode() in (
        tag.strip().removeprefix("W/") for tag in stated.split(",")
    )
