"""Unknown paths and methods are refused in the shape of the surface that owns the path."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response

from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.sockets import connect_raw, request_head
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

SECURITY: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


def json_api(body: Any) -> str:
    assert body.keys() == {"success", "error", "code"}
    assert body["success"] is False
    assert isinstance(body["error"], str)
    return str(body["code"])


def task_board(body: Any) -> str:
    assert body.keys() == {"success", "error", "meta"}
    assert body["success"] is False
    assert body["error"].keys() == {"code", "type", "message", "details"}
    assert body["meta"].keys() == {"timestamp", "version"}
    return str(body["error"]["code"])


def coded(body: Any) -> str:
    """Read the shape that codegen, gateway and the operators' routes have in common."""
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "details"}
    return str(body["error"]["code"])


SURFACES: Final[Mapping[str, Callable[[Any], str]]] = {
    "/api/v1/nope": json_api,
    f"{DOCUMENTS}/1/nope": json_api,
    "/api/v1": json_api,
    "/api/nope": task_board,
    "/api/v1/tasks/nope": task_board,
    "/api/v1/sessions/nope": coded,
    "/v1/nope": coded,
    "/nope": coded,
    "/": coded,
    "/audit/nope": coded,
}
ROUTED: Final[Mapping[tuple[str, str], set[str]]] = {
    ("DELETE", DOCUMENTS): {"GET", "HEAD", "OPTIONS", "POST"},
    ("PATCH", f"{DOCUMENTS}/1"): {"DELETE", "GET", "HEAD", "OPTIONS", "PUT"},
    ("GET", f"{DOCUMENTS}/1/purge"): {"OPTIONS", "POST"},
    ("HEAD", f"{DOCUMENTS}/1/purge"): {"OPTIONS", "POST"},
    ("POST", "/api/v1/folders"): {"GET", "HEAD", "OPTIONS"},
    ("POST", "/audit/documents/1"): {"GET", "HEAD", "OPTIONS"},
    ("POST", "/livez"): {"GET", "HEAD", "OPTIONS"},
}


@pytest.mark.parametrize("path", SURFACES)
@pytest.mark.parametrize("known", [True, False])
async def test_an_unknown_path_is_refused_as_its_surface_refuses(
    client: AsyncClient, anonymous: AsyncClient, path: str, *, known: bool
) -> None:
    asking = client if known else anonymous
    for method in ("GET", "POST", "PATCH"):
        response = await asking.request(method, path)
        _complete(response)
        assert response.status_code == 404
        assert SURFACES[path](response.json()) == "NOT_FOUND"


@pytest.mark.parametrize(("method", "path"), ROUTED)
async def test_a_method_that_a_path_has_not_is_refused_with_those_it_has(
    client: AsyncClient, method: str, path: str
) -> None:
    response = await client.request(method, path)

    _complete(response)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == ROUTED[method, path]
    if method != "HEAD":
        reading = json_api if path.startswith("/api/v1") else coded
        assert reading(response.json()) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "", "[::2]"])
@pytest.mark.parametrize(
    ("path", "reading"),
    [(DOCUMENTS, json_api), ("/api/tasks", task_board), ("/v1/keys", coded), ("/livez", coded)],
)
async def test_another_host_is_not_answered_for(
    client: AsyncClient, path: str, reading: Callable[[Any], str], host: str
) -> None:
    response = await client.get(path, headers={"Host": host})

    _complete(response)
    assert response.status_code == 421
    assert reading(response.json()) == "MISDIRECTED_REQUEST"


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "file://", "http://localhost.elsewhere.example"]
)
async def test_a_page_of_another_origin_is_refused_for_every_method(
    client: AsyncClient, origin: str
) -> None:
    for method, path in (("GET", DOCUMENTS), ("POST", DOCUMENTS), ("OPTIONS", DOCUMENTS)):
        response = await client.request(method, path, headers={"Origin": origin})
        _complete(response)
        assert response.status_code == 403
        assert json_api(response.json()) == "FORBIDDEN"
        assert "access-control-allow-origin" not in response.headers


async def test_a_page_of_our_own_is_served(client: AsyncClient, service: Service) -> None:
    response = await client.get(DOCUMENTS, headers={"Origin": service.url})

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (DOCUMENTS, 200),
        (f"{DOCUMENTS}/{'0' * 32}", 404),
        (f"{DOCUMENTS}?limit=0", 400),
        ("/api/v1/folders", 200),
        ("/audit/nothing/1", 404),
        ("/livez", 200),
        ("/readyz", 200),
    ],
)
async def test_every_response_has_a_request_id_and_is_not_cached(
    client: AsyncClient, path: str, status: int
) -> None:
    given = await client.get(path, headers={"X-Request-Id": "request-7"})
    made = [await client.get(path, headers={"X-Request-Id": "not one!"}) for _ in range(2)]

    assert given.status_code == status
    assert given.headers["x-request-id"] == "request-7"
    assert len({response.headers["x-request-id"] for response in made}) == 2
    for response in (given, *made):
        _complete(response)


async def test_options_lists_the_methods_of_a_path_to_known_callers(
    client: AsyncClient, anonymous: AsyncClient
) -> None:
    told, refused = await client.options(DOCUMENTS), await anonymous.options(DOCUMENTS)

    assert told.status_code == 204
    assert told.content == b""
    assert refused.status_code == 401
    assert "POST" in told.headers["allow"]
    _complete(told, content=False)
    _complete(refused)


@pytest.mark.parametrize(
    "target", [b"*", b"http://elsewhere.example/", b"//documents", b"/api/v1/%"]
)
async def test_a_strange_target_is_refused(service: Service, target: bytes) -> None:
    async with connect_raw(service) as line:
        await line.send(request_head("GET", target, "Bearer nobody"))
        answer = await line.receive()

    assert answer.status in (400, 401, 404, 421)


def _complete(response: Response, *, content: bool = True) -> None:
    """Insist on what every answer carries."""
    assert {name: response.headers.get(name) for name in SECURITY} == SECURITY
    assert len(response.headers.get_list("x-request-id")) == 1
    assert response.headers["x-request-id"]
    if content:
        assert response.headers.get_list("content-type") == ["application/json"]
