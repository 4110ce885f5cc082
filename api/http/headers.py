"""A request's headers by lower-case name, as the edge has read them once.

Litestar's own ``request.headers`` parses them all again into a multidict.
"""

from typing import Any, TypeAlias

from litestar import Request

AnyRequest: TypeAlias = Request[Any, Any, Any]


def header(request: AnyRequest, name: bytes) -> str | None:
    """Return a header's value; of one that is repeated, the last."""
    value = request.scope["state"]["headers"].get(name)
    return None if value is None else value.decode("latin-1")
