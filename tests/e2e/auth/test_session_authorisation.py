"""Authorisation of login sessions on every route: by role, without an Origin, and ended."""

from datetime import timedelta
from typing import Final

import pytest
from httpx import AsyncClient

from api.auth.guard import SAFE, Need
from application.identity.sessions import IDLE
from domain.identity.roles import Role
from domain.identity.scopes import allows
from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.json_api.envelopes import code_of
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.route_table import ANY_CALLER, NEEDS, SESSIONS, fill_path
from tests.support.service.web import Service, fresh_name, running_service

pytestmark = pytest.mark.anyio

GUARDED: Final = (*NEEDS, *SESSIONS, *ANY_CALLER)
MOMENT: Final = timedelta(microseconds=1)
ENDING: Final = ("POST", "/v1/auth/logout")


def lets_in(role: Role, method: str, path: str) -> bool:
    """Say what the table means for a role."""
    if (method, path) in NEEDS:
        return allows(role.scopes, NEEDS[method, path])
    return role.administers or SESSIONS.get((method, path)) is not Need.ADMIN


@pytest.mark.parametrize("role", Role)
async def test_a_role_opens_what_the_table_says(service: Service, role: Role) -> None:
    async with service.browser(fresh_name(), role) as browser:
        for method, path in GUARDED:
            if (method, path) == ENDING:
                continue
            response = await browser.request(method, fill_path(path))
            assert response.status_code != 401, (method, path)
            allowed = response.status_code != 403
            assert allowed is lets_in(role, method, path), (method, path)
        assert (await browser.request(*ENDING)).status_code == 200


@pytest.mark.parametrize("scopes", [("*",), ("ops",)])
async def test_no_key_opens_what_needs_a_log_in(service: Service, scopes: tuple[str]) -> None:
    async with service.client("local" if scopes == ("ops",) else fresh_name(), *scopes) as client:
        for method, path in SESSIONS:
            response = await client.request(method, fill_path(path))
            assert response.status_code == 403
            assert code_of(response) == "FORBIDDEN"


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:9"])
async def test_without_a_page_of_ours_a_session_changes_nothing(
    service: Service, origin: str | None
) -> None:
    async with service.browser(fresh_name()) as browser:
        browser.headers.pop("Origin")
        headers = {} if origin is None else {"Origin": origin}
        for method, path in GUARDED:
            if method not in SAFE:
                response = await browser.request(method, fill_path(path), headers=headers)
                assert response.status_code == 403
                assert code_of(response) == "FORBIDDEN"
        assert (await browser.get("/v1/me")).status_code == 200


async def test_an_ended_session_is_refused_on_every_route(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.0)
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with (
        running_service(database, redis_url, backend) as service,
        service.browser() as idle,
        service.browser() as used,
        service.browser() as ended,
    ):
        await ended.post("/v1/auth/logout")
        let_in = [await _refused_everywhere(ended)]
        clock.advance(IDLE - MOMENT)
        assert (await used.get("/v1/me")).status_code == 200
        clock.advance(MOMENT)
        let_in.append(await _refused_everywhere(idle))

    assert let_in == [set(), set()]


@pytest.mark.parametrize(
    "cookie",
    ["", "=", ";;;", "forge_session", "forge_session=", "forge_session=x; forge_session=y"],
)
async def test_a_malformed_cookie_is_refused(anonymous: AsyncClient, cookie: str) -> None:
    assert (await anonymous.get("/v1/me", headers={"Cookie": cookie})).status_code == 401


async def _refused_everywhere(client: AsyncClient) -> set[tuple[str, str]]:
    """Return the routes that answered other than 401."""
    let_in = set()
    for method, path in GUARDED:
        response = await client.request(method, fill_path(path))
        if (response.status_code, code_of(response)) != (401, "UNAUTHORIZED"):
            let_in.add((method, path))
    return let_in
