"""Routes of the API documents and the page that shows them.

A document is built from the application's own routes at the first request, and cached as bytes.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from api.http.surfaces import Surface
from api.openapi.catalogue import ABOUT, EVERYTHING, About
from api.openapi.document import document
from api.request import AnyRequest

STATIC: Final = Path(__file__).parent / "static"
MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
}
PAGE_POLICY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
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

    @get(address, include_in_schema=False, sync_to_thread=False)
    def api_document(request: AnyRequest) -> Response[bytes]:
        if not cached:
            cached.append(encode(document(about, request.app.routes, surfaces)))
        return _cacheable(request, cached[0], MEDIA_TYPES[suffix], {})

    return api_document


def _page_route(path: str, file: Path) -> HTTPRouteHandler:
    content = file.read_bytes()

    @get(path, include_in_schema=False, sync_to_thread=False)
    def reference(request: AnyRequest) -> Response[bytes]:
        return _cacheable(request, content, MEDIA_TYPES[file.suffix], PAGE_POLICY)

    return reference


def _cacheable(
    request: AnyRequest, content: bytes, media_type: str, headers: Mapping[str, str]
) -> Response[bytes]:
    """Answer with an ETag, or 304 where the client has these bytes already."""
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    with_etag = {**headers, "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=with_etag)
    return Response(content, media_type=media_type, headers=with_etag)
