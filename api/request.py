"""Litestar's request as handlers read it: headers and request id come from the edge.

A room of its own, since both ``api.auth`` and ``api.http`` read requests.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from litestar import Request

AnyRequest: TypeAlias = Request[Any, Any, Any]
Header: TypeAlias = tuple[bytes, bytes]


def headers_of(request: AnyRequest) -> Mapping[bytes, bytes]:
    """Return the headers by lower-case name, as ``api.edge.wrapper`` parsed them once.

    Litestar's own ``request.headers`` parses them all again into a multidict.
    """
    headers: Mapping[bytes, bytes] = request.scope["state"]["headers"]
    return headers


def header(request: AnyRequest, name: bytes) -> str | None:
    """Return a header's value; of one that is repeated, the last."""
    value = request.scope["state"]["headers"].get(name)
    return None if value is None else value.decode("latin-1")


def request_id_of(request: AnyRequest) -> str:
    """Return the ``X-Request-Id``, which is also the correlation id of events."""
    request_id: str = request.scope["state"]["request_id"]
    return request_id
