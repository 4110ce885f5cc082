"""Authorisation: every route with every need, scope and kind of wrong key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPMethod
from typing import Any, Final, cast

import pytest
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar, get

from api.auth.guard import guard
from api.edge.hosts import HostPolicy
from api.edge.measuring import RequestMetrics
from api.edge.wrapper import Edge
from api.http import response
from api.http.draining import Draining
from api.http.errors import HANDLERS
from domain.identity.key_text import RANDOM_DIGITS, key_text
from domain.identity.keys import OperatorScope
from domain.identity.organisations import LOCAL
from domain.identity.scopes import Scope
from scripts.composition.backend import Backend
from scripts.composition.web import authenticator_of
from tests.support.clocks import Clock
from tests.support.json_api.documents import DOCUMENTS
from tests.support.json_api.envelopes import code_of
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.route_table import (
    ANY_CALLER,
    LOG_IN,
    NEEDS,
    PUBLIC,
    SESSIONS,
    fill_path,
)
from tests.support.service.web import Service, fresh_name, running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

UNKNOWN: Final = key_text("7" * RANDOM_DIGITS)
MISTYPED: Final = UNKNOWN[:-1] + ("0" if UNKNOWN[-1] != "0" else "1")
STRANGE: Final = (
    b"",
    b"Bearer",
    b"Bearer nonsense",
    b"Bearer " + MISTYPED.encode(),
    b"Bearer " + UNKNOWN.encode(),
    b"Basic " + UNKNOWN.encode(),
    UNKNOWN.encode(),
    b"Bearer \xe9\xff",
)
LIFETIME: Final = timedelta(hours=1)

GUARDED: Final = (*NEEDS, *SESSIONS, *ANY_CALLER)

every_guarded_route = pytest.mark.parametrize(("method", "path"), GUARDED)
every_route_with_a_scope = pytest.mark.parametrize(("method", "path"), NEEDS)


async def test_the_table_has_every_route_of_the_service(service: Service) -> None:
    routed = {
        (method, route.path)
        for route in service.routes
        for method in route.methods - {HTTPMethod.OPTIONS}
    }

    assert routed == {*GUARDED, *LOG_IN, *PUBLIC}


@pytest.mark.parametrize(("method", "path"), PUBLIC)
async def test_a_public_route_needs_no_credentials(
    anonymous: AsyncClient, method: str, path: str
) -> None:
    assert (await anonymous.request(method, path)).status_code == 200


@every_guarded_route
async def test_unknown_credentials_are_refused_on_every_guarded_route(
    anonymous: AsyncClient, method: str, path: str
) -> None:
    _refuses_strangers(await anonymous.request(method, fill_path(path)))
    for credentials in STRANGE:
        headers = {b"Authorization": credentials}
        _refuses_strangers(await anonymous.request(method, fill_path(path), headers=headers))


@every_route_with_a_scope
async def test_a_key_without_the_scope_is_forbidden(
    service: Service, method: str, path: str
) -> None:
    others = {scope.value for scope in Scope} - {NEEDS[method, path].value, "ops", "*"}
    async with service.client(fresh_name(), *others) as client:
        response = await client.request(method, fill_path(path))

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.OPS])
async def test_where_no_scope_is_named_any_key_is_let_in(service: Service, scope: Scope) -> None:
    async with service.client(fresh_name(), scope.value) as client:
        answers = [await client.request(method, fill_path(path)) for method, path in ANY_CALLER]

    assert [answer.status_code for answer in answers] == [200] * len(ANY_CALLER)


@every_route_with_a_scope
@pytest.mark.parametrize("everything", [False, True])
async def test_a_key_with_the_scope_is_let_in(
    service: Service, method: str, path: str, *, everything: bool
) -> None:
    needed = NEEDS[method, path]
    org = LOCAL if needed is Scope.OPS else fresh_name()
    async with service.client(org, "*" if everything else needed.value) as client:
        response = await client.request(method, fill_path(path))

    if everything and needed is Scope.OPS:  # "*" covers every scope but that
        assert response.status_code == 403
        assert code_of(response) == "FORBIDDEN"
    else:
        assert response.status_code not in (401, 403)


async def test_a_key_that_expires_is_unknown_from_that_moment_on(
    database: Database, redis_url: str
) -> None:
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with running_service(database, redis_url, backend) as service:
        issued = await service.issue("acme", expires_at=clock() + LIFETIME)
        async with service.anonymous() as client:
            client.headers["Authorization"] = f"Bearer {issued.text}"
            clock.advance(LIFETIME - timedelta(microseconds=1))
            assert (await client.get(DOCUMENTS)).status_code == 200
            clock.advance(timedelta(microseconds=1))
            for method, path in GUARDED:
                _refuses_strangers(await client.request(method, fill_path(path)))


async def test_a_revoked_key_is_unknown(service: Service, anonymous: AsyncClient) -> None:
    issued = await service.issue(fresh_name())
    await service.revoke(issued.key_id)

    for method, path in GUARDED:
        headers = {"Authorization": f"Bearer {issued.text}"}
        _refuses_strangers(await anonymous.request(method, fill_path(path), headers=headers))


async def test_a_key_revoked_elsewhere_is_unknown_once_it_is_no_longer_remembered(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.05)
    async with (
        running_service(database, redis_url) as here,
        running_service(database, redis_url) as elsewhere,
        here.anonymous() as client,
    ):
        issued = await elsewhere.issue("acme")
        client.headers["Authorization"] = f"Bearer {issued.text}"
        assert (await client.get(DOCUMENTS)).status_code == 200
        await elsewhere.revoke(issued.key_id)

        async def refused() -> bool:
            return (await client.get(DOCUMENTS)).status_code == 401

        await eventually(refused)


@pytest.mark.parametrize(
    ("path", "scopes", "status"),
    [
        ("/forgotten", ["*"], 403),
        ("/forgotten", ["documents", "ops"], 403),
        ("/operators", ["*"], 403),
        ("/operators", ["ops"], 204),
        ("/operators", ["*", "ops"], 204),
        ("/writers", ["*"], 204),
        ("/writers", ["ops"], 403),
    ],
)
async def test_a_route_admits_the_scope_it_names_and_none_by_default(
    service: Service, path: str, scopes: list[str], status: int
) -> None:
    key = await service.key(LOCAL, *scopes)
    async with _behind_admission(service.backend) as client:
        response = await client.get(path, headers={"Authorization": f"Bearer {key}"})
        _refuses_strangers(await client.get(path))

    assert response.status_code == status


async def test_only_the_local_organisation_can_hold_a_key_for_operators(service: Service) -> None:
    with pytest.raises(OperatorScope):
        await service.key(fresh_name(), "ops")


@asynccontextmanager
async def _behind_admission(backend: Backend) -> AsyncIterator[AsyncClient]:
    """Serve routes as an author may declare them, or forget to."""

    @get("/forgotten")
    async def forgotten() -> response.Response:
        return response.Response(status=204)

    @get("/operators", opt={"needs": Scope.OPS})
    async def operators() -> response.Response:
        return response.Response(status=204)

    @get("/writers", opt={"needs": Scope.DOCUMENTS})
    async def writers() -> response.Response:
        return response.Response(status=204)

    authenticator = authenticator_of(backend)
    app = Litestar(
        [forgotten, operators, writers],
        before_request=guard(authenticator),
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
    edge = Edge(
        app, HostPolicy.serving(()), Draining(), None, RequestMetrics(backend.kernel.metrics)
    )
    transport = ASGITransport(cast("Any", edge))
    async with AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


def _refuses_strangers(response: Response) -> None:
    assert response.status_code == 401
    assert code_of(response) == "UNAUTHORIZED"
    assert response.headers["www-authenticate"] == "Bearer"
