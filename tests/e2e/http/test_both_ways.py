"""Every route answers alike by the dispatcher and by Litestar's own way to its handler."""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Final

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient, Response

from api.dispatch.dispatcher import Dispatcher
from api.edge.hosts import HostPolicy
from api.edge.measuring import RequestMetrics
from api.edge.wrapper import Edge
from api.http.draining import Draining
from application.telemetry.metrics import Metrics
from domain.identity.organisations import LOCAL
from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.route_table import PUBLIC, TABLE, fill_path
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

JSON: Final = {"Content-Type": "application/json"}
BODIES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"content": b"{}", "headers": JSON},
    {"content": b'{"name": 1', "headers": JSON},
    {"content": b"nonsense", "headers": {"Content-Type": "text/plain"}},
)
DETOURS: Final = ("{path}/", "/{path}", "{path}?limit=1", "{path}?limit=x&asOf=%00", "{path}/no")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
VARYING: Final = frozenset(
    {
        *("x-request-id", "x-forge-position", "x-ratelimit-remaining", "x-ratelimit-reset"),
        *("content-length", "set-cookie"),
    }
)
METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"
IDS: Final = re.compile(rb"\d{6,}|[0-9a-f]{32,}|[A-Za-z0-9_-]{40,}")


class Ways:
    """Two clients of one service."""

    def __init__(self, direct: AsyncClient, litestar: AsyncClient) -> None:
        self.direct = direct
        self.litestar = litestar

    async def alike(self, method: str, path: str, **options: Any) -> Response:
        """Send a request both ways, assert that the answers are the same, and return one."""
        one = await self.direct.request(method, path, **options)
        other = await self.litestar.request(method, path, **options)
        assert one.status_code == other.status_code
        assert _headers(one) == _headers(other)
        assert _shape(one) == _shape(other)
        return one


@pytest.fixture
async def ways(service: Service) -> AsyncIterator[Ways]:
    dispatcher = service.app._app  # noqa: SLF001 - the edge has no business of its own with it
    assert isinstance(dispatcher, Dispatcher)
    hosts, metrics = HostPolicy.serving(()), RequestMetrics(Metrics())
    around = Edge(dispatcher.litestar, hosts, Draining(), None, metrics)
    async with _client(service.app) as direct, _client(around) as litestar:
        yield Ways(direct, litestar)


def _client(edge: Edge) -> AsyncClient:
    transport: Any = ASGITransport(edge)
    return AsyncClient(transport=transport, base_url="http://localhost")


async def key(service: Service, method: str, path: str, *scopes: str) -> str:
    """Issue a key to an organisation that has used up no rate; operators have only one."""
    org = LOCAL if TABLE[method, path] is Scope.OPS else fresh_name()
    return await service.key(org, *scopes, plan=Plan.TEAM)


every_route = pytest.mark.parametrize(("method", "path"), TABLE)


@every_route
async def test_with_and_without_a_key(service: Service, ways: Ways, method: str, path: str) -> None:
    keys = [await key(service, method, path, *scopes) for scopes in (("documents",), ())]
    for text in ("", "nonsense", *keys):
        for body in BODIES:
            headers = {"Authorization": f"Bearer {text}"} if text else {}
            options = {**body, "headers": {**headers, **body.get("headers", {})}}
            await ways.alike(method, fill_path(path), **options)


@every_route
async def test_by_other_methods_and_addresses(
    service: Service, ways: Ways, method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {await key(service, method, path)}"}
    for detour in DETOURS:
        await ways.alike(method, detour.format(path=fill_path(path)), headers=headers)
    for verb in METHODS:
        await ways.alike(verb, fill_path(path), headers=headers)


@pytest.mark.parametrize(("method", "path"), PUBLIC)
async def test_the_client_has_it_already(ways: Ways, method: str, path: str) -> None:
    tag = (await ways.alike(method, path)).headers.get("etag", "none")

    again = await ways.alike(method, path, headers={"If-None-Match": tag})

    assert again.status_code == (HTTPStatus.NOT_MODIFIED if tag != "none" else HTTPStatus.OK)


async def test_a_document_from_its_creation_to_its_content(service: Service, ways: Ways) -> None:
    headers = {"Authorization": f"Bearer {await service.key()}"}
    document = {"name": "both ways", "contentText": '{"a": 1}'}
    created = await ways.alike("POST", DOCUMENTS, json=document, headers=headers)
    path = f"{DOCUMENTS}/{created.json()['document']['id']}"

    got = await ways.alike("GET", path, headers=headers)
    await ways.alike("GET", path, headers=headers | {"If-None-Match": got.headers["etag"]})
    await ways.alike("GET", f"{path}/content", headers=headers)
    await ways.alike("GET", f"{path}?asOf=@1", headers=headers)
    await ways.alike("GET", f"{path}%00", headers=headers)
    await ways.alike("GET", f"{path}%2Fcontent", headers=headers)

    assert got.json() == created.json()


def _headers(response: Response) -> list[tuple[str, str]]:
    return sorted(
        (name, "" if name in VARYING else _plain(value)) for name, value in response.headers.items()
    )


def _plain(value: str) -> str:
    return IDS.sub(b"#", value.encode()).decode()


def _shape(response: Response) -> Any:
    """Return a body without what differs from one answer to the next: numbers and ids."""
    if response.is_error or not response.content:
        return response.content
    try:
        return [_kinds(msgspec.json.decode(line)) for line in response.content.splitlines()]
    except msgspec.DecodeError:
        return response.content if response.headers["content-type"] != METRICS else b""


def _kinds(value: Any) -> Any:
    match value:
        case dict():
            return {name: _kinds(each) for name, each in value.items()}
        case list():
            return [_kinds(each) for each in value[:1]]
        case str():
            return _plain(value) if len(value) < 30 else str
        case _:
            return type(value)
