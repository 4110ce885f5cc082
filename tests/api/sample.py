"""A small application with a route on each surface, to try the edge and the documents on."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar, Final, TypeAlias

import msgspec
from litestar import Litestar, Request, Response, Router, WebSocket, get, post, websocket
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from api.http.errors import HANDLERS
from api.http.request_body import decode, read_body
from api.http.surfaces import Surface
from api.openapi.documented import BEARER, IDEMPOTENCY_KEY, IF_NONE_MATCH, documented
from api.openapi.routes import openapi_routes
from domain.refusals import NotFound, RateLimited, Unauthorized, Unavailable

AnyRequest: TypeAlias = Request[Any, Any, Any]

LIMIT: Final = 4000
REFUSALS: Final = {
    "missing": NotFound("No such document."),
    "stranger": Unauthorized(),
    "busy": Unavailable(),
}


class Body(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a document is created from."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, description="Shown in lists.")]
    tags: tuple[str, ...] = ()
    folder: str | None = None
    content: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    content_text: str | msgspec.UnsetType = msgspec.UNSET


class Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    name: str
    tags: tuple[str, ...]


class DocumentResponse(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    success: bool
    document: Document


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="Documents per page.")] = 50
    folder_id: str | None = None


class Slow(RateLimited):
    retry_after: ClassVar[int] = 30


ONE: Final = DocumentResponse(
    success=True, document=Document(id="1", name="customer-records", tags=("crm", "import"))
)


@get(
    "/documents",
    security=BEARER,
    **documented(answer=DocumentResponse, query=ListQuery, errors=(400, 401, 429)),
)
async def list_documents() -> DocumentResponse:
    """List documents.

    Lists documents visible to the API key.
    """
    return ONE


@post(
    "/documents",
    security=BEARER,
    **documented(
        status=201,
        request=Body,
        request_example={"name": "customer-records", "tags": ["crm"], "contentText": "{}\n"},
        answer=DocumentResponse,
        answer_example=ONE,
        headers=(IDEMPOTENCY_KEY,),
        errors=(400, 401, 413),
        codes={400: ("INVALID_JSON", "VALIDATION_ERROR")},
    ),
)
async def create_document(request: AnyRequest) -> DocumentResponse:
    """Create a document."""
    body = decode(await read_body(request, LIMIT), Body)
    request.scope["state"]["caller_actor"] = "key:key-1"
    request.scope["state"]["caller_org"] = "org-1"
    return DocumentResponse(success=True, document=Document(id="1", name=body.name, tags=body.tags))


@get(
    "/documents/{document_id:str}/content",
    security=BEARER,
    **documented(
        answer=msgspec.Raw, answer_headers=("ETag",), headers=(IF_NONE_MATCH,),
        bodyless=(304,), errors=(404,),
    ),
)  # fmt: skip
async def get_content(document_id: FromPath[str]) -> Response[bytes]:
    """Download document content."""
    return Response(
        msgspec.json.encode(document_id), media_type="application/json", headers={"ETag": '"1"'}
    )


@get("/utilities", **documented(answer=DocumentResponse, errors=(400,)))
async def list_utilities(
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="Per page.")] = 50,
    kind: FromQuery[str] = "",
) -> DocumentResponse:
    """List utilities."""
    del limit, kind
    return ONE


@get("/documents/refused/{kind:str}", include_in_schema=False)
async def refuse(kind: FromPath[str]) -> None:
    raise REFUSALS.get(kind) or Slow()


@get(["/documents/crash", "/tasks/crash", "/sessions/crash"], include_in_schema=False)
async def crash() -> None:
    raise RuntimeError("the password is hunter2")


@get("/documents/endless", include_in_schema=False)
async def endless() -> Stream:
    return Stream(_ticks(), headers={"Cache-Control": "no-cache"})


async def _ticks() -> AsyncIterator[bytes]:
    while True:
        yield b"tick\n"


@get("/generations", tags=["Generations"], **documented(answer=DocumentResponse, errors=(401,)))
async def list_generations() -> DocumentResponse:
    """List generations."""
    return ONE


@websocket("/ws")
async def echo(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


def sample_app() -> Litestar:
    documents = [list_documents, create_document, get_content, list_utilities]
    json_api = Router(
        "/api/v1",
        route_handlers=[*documents, refuse, crash, endless],
        tags=["Documents"],
    )
    surfaces = (Surface.JSON_API, Surface.CODEGEN)
    return Litestar(
        route_handlers=[
            json_api,
            Router("/v1", route_handlers=[list_generations]),
            echo,
            *openapi_routes(surfaces),
        ],
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
