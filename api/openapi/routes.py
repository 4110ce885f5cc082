"""Routes of the API documents and the page that shows them.

A document is built from the application's own routes at the first request, and cached as bytes.
"""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler

from api.http.conditional import unchanged
from api.http.response import JSON, Response
from api.http.surfaces import Surface
from api.openapi.catalogue import ABOUT, EVERYTHING, About
from api.openapi.document import document
from api.request import AnyRequest, Header

STATIC: Final = Path(__file__).parent / "static"
MEDIA_TYPES: Final[dict[str, Header]] = {
    ".json": JSON,
    ".yaml": (b"content-type", b"application/yaml"),
    ".html": (b"content-type", b"text/html; charset=utf-8"),
    ".css": (b"content-type", b"text/css; charset=utf-8"),
    ".js": (b"content-type", b"text/javascript; charset=utf-8"),
}
PAGE_POLICY: Final = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
)
PAGE: Final = {
    "/docs": "reference.html",
    "/docs/reference.css": "reference.css",
    "/docs/reference.js": "reference.js",
    "/docs/schemas.js": "schemas.js",
}


def openapi_routes(surfaces: Collection[Surface]) -> list[HTTPRouteHandler]:
    """Return the routes of each surface's document, of the common one, and of ``/docs``."""
    routes = [_page_route(path, STATIC / name) for path, name in PAGE.items()]
    routes += _document_routes(EVERYTHING, surfaces)
    for surface in surfaces:
        routes += _document_routes(ABOUT[surface], [surface])
    return routes


def _document_routes(about: About, surfaces: Collection[Surface]) -> list[HTTPRouteHandler]:
    return [_document_route(address, about, surfaces) for address in about.addresses]


def _document_route(address: str, about: About, surfaces: Collection[Surface]) -> HTTPRouteHandler:
    suffix = Path(address).suffix
    encode = msgspec.yaml.encode if suffix == ".yaml" else msgspec.json.encode
    cached: list[bytes] = []

    @get(address, include_in_schema=False)
    async def api_document(request: AnyRequest) -> Response:
        if not cached:
            cached.append(encode(document(about, request.app.routes, surfaces)))
        return _cacheable(request, cached[0], MEDIA_TYPES[suffix])

    return api_document


def _page_route(path: str, file: Path) -> HTTPRouteHandler:
    content = file.read_bytes()

    @get(path, include_in_schema=False)
    async def reference(request: AnyRequest) -> Response:
        return _cacheable(request, content, MEDIA_TYPES[file.suffix], PAGE_POLICY)

    return reference


def _cacheable(
    request: AnyRequest, content: bytes, media_type: Header, *headers: Header
) -> Response:
    """Answer with an ETag, or 304 where the client has these bytes already."""
    etag = (b"etag", f'"{sha256(content).hexdigest()[:32]}"'.encode())
    if unchanged(request, etag):
        return Response(b"", etag, *headers, status=304)
    return Response(content, media_type, etag, *headers)
