"""Logging in by GitHub in a browser, against a GitHub that checks what GitHub checks."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest
from httpx import AsyncClient

from application.identity.logins import SignUp
from tests.support.identity.github_log_ins import CALLBACK, LOGIN, World, address, me, world_of
from tests.support.servers.databases import Database, Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.web import fresh_name

pytestmark = pytest.mark.anyio

LATE: Final = timedelta(minutes=10)


@pytest.fixture(scope="module")
async def world(databases: Databases, servers: Servers) -> AsyncIterator[World]:
    with databases.migrated() as database:
        async with world_of(database, servers.redis_url) as world:
            yield world


@pytest.fixture
async def browser(world: World) -> AsyncIterator[AsyncClient]:
    async with world.service.anonymous() as client:
        yield client


async def test_whom_github_vouches_for_is_logged_in_and_linked(
    world: World, browser: AsyncClient
) -> None:
    email = address()
    back = await world.come_back(browser, world.github.account(email))
    who = await me(browser)
    events = (await browser.get(f"/audit/users/{who['user']['id']}")).json()["events"]

    assert back.status_code == 302
    assert back.headers["location"] == "/docs"
    assert who["user"]["email"] == email
    assert [event["type"] for event in events] == [
        *("user.registered", "user.logged_in", "user.github_linked")
    ]
    assert events[1]["data"]["method"] == "github"


async def test_a_linked_account_is_that_user_whatever_its_addresses_become(
    world: World, browser: AsyncClient
) -> None:
    account = world.github.account(address())
    await world.come_back(browser, account)
    first = await me(browser)
    world.github.accounts[account] = []
    await world.come_back(browser, account)

    assert (await me(browser))["user"] == first["user"]


async def test_an_existing_user_is_found_by_any_verified_address(
    world: World, browser: AsyncClient
) -> None:
    known, other = address(), address()
    await world.come_back(browser, world.github.account(known))
    first = await me(browser)
    await world.come_back(browser, world.github.account(other, known))

    assert (await me(browser))["user"] == first["user"]


async def test_a_linked_user_who_belongs_nowhere_comes_back_by_invitation(
    world: World, browser: AsyncClient
) -> None:
    email = address()
    account = world.github.account(email)
    async with world.service.browser(fresh_name()) as owner:
        await owner.post("/v1/invitations", json={"email": email})
        await world.come_back(browser, account)
        user_id = (await me(browser))["user"]["id"]
        assert (await owner.delete(f"/v1/members/{user_id}")).status_code == 204
        refused = await world.come_back(browser, account)
        await owner.post("/v1/invitations", json={"email": email})
        back = await world.come_back(browser, account)

    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "NO_ORGANISATION"
    assert back.status_code == 302
    assert (await me(browser))["user"]["id"] == user_id


async def test_an_unverified_address_matches_no_user(world: World, browser: AsyncClient) -> None:
    known = address()
    await world.come_back(browser, world.github.account(known))
    before = world.refused("email_not_verified")
    browser.cookies.clear()
    back = await world.come_back(browser, world.github.account(known, verified=False))

    assert back.status_code == 403
    assert back.json()["error"]["code"] == "EMAIL_NOT_VERIFIED"
    assert world.refused("email_not_verified") == before + 1
    assert "forge_session" not in browser.cookies


@pytest.mark.parametrize(
    "changed", [{"state": "another"}, {"state": ""}, {"code": "another"}, {"code": ""}]
)
async def test_what_does_not_fit_together_is_refused_and_counted(
    world: World, browser: AsyncClient, changed: dict[str, str]
) -> None:
    before = world.refused("github_refused")
    back = await world.come_back(browser, world.github.account(address()), **changed)

    assert back.status_code == 401
    assert back.json()["error"]["code"] == "GITHUB_REFUSED"
    assert back.json()["success"] is False
    assert world.refused("github_refused") == before + 1
    assert "forge_session" not in browser.cookies


async def test_only_the_browser_that_was_sent_away_comes_back(
    world: World, browser: AsyncClient
) -> None:
    sent = await browser.get(LOGIN)
    said = world.github.authorize(sent.headers["location"], world.github.account(address()))
    async with world.service.anonymous() as thief:
        assert (await thief.get(CALLBACK, params=said)).status_code == 401
        await thief.get(LOGIN)
        assert (await thief.get(CALLBACK, params=said)).status_code == 401

    assert (await browser.get(CALLBACK, params=said)).status_code == 302
    assert (await browser.get(CALLBACK, params=said)).status_code == 401


async def test_who_takes_longer_than_ten_minutes_begins_again(
    world: World, browser: AsyncClient
) -> None:
    sent = await browser.get(LOGIN)
    said = world.github.authorize(sent.headers["location"], world.github.account(address()))
    world.clock.advance(LATE)

    assert (await browser.get(CALLBACK, params=said)).status_code == 401


async def test_a_declined_authorization_is_reported(world: World, browser: AsyncClient) -> None:
    sent = await browser.get(LOGIN)
    said = world.github.authorize(sent.headers["location"], 0)
    back = await browser.get(CALLBACK, params={"error": "access_denied", "state": said["state"]})
    page = await browser.get(CALLBACK, params=said, headers={"Accept": "text/html"})

    assert back.status_code == 403
    assert back.json()["error"]["code"] == "ACCESS_DENIED"
    assert page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("place", ["/docs?a=b", "/v1/me", "/"])
async def test_browsers_are_sent_back_where_they_were(
    world: World, browser: AsyncClient, place: str
) -> None:
    sent = await browser.get(LOGIN, params={"returnTo": place})
    account = world.github.account(address())
    said = world.github.authorize(sent.headers["location"], account)

    assert (await browser.get(CALLBACK, params=said)).headers["location"] == place


@pytest.mark.parametrize(
    "place",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil", "evil"),
        *("/a\\b", "/a\r\nSet-Cookie: x=y", "/ä", " /docs", "javascript:alert(1)"),
    ],
    ids=ascii,
)
async def test_and_nowhere_else(browser: AsyncClient, place: str) -> None:
    refused = await browser.get(LOGIN, params={"returnTo": place})

    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "INVALID_RETURN"


@pytest.mark.parametrize(
    "trouble",
    [(500, b"{}"), (200, b"<html>"), (200, b"[]"), (302, b""), (200, b'"' + b"x" * 300_000 + b'"')],
    ids=["error", "page", "nonsense", "redirect", "endless"],
)
async def test_a_github_in_trouble_is_named_as_such(
    world: World, browser: AsyncClient, trouble: tuple[int, bytes]
) -> None:
    world.github.trouble = trouble
    try:
        back = await world.come_back(browser, world.github.account(address()))
        device = await browser.post("/api/auth/github/device")
    finally:
        world.github.trouble = None

    for answer in (back, device):
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "GITHUB_UNAVAILABLE"


async def test_by_invitation_only_github_signs_up_no_stranger(
    database: Database, redis_url: str
) -> None:
    async with (
        world_of(database, redis_url, SignUp.INVITE) as world,
        world.service.anonymous() as client,
    ):
        back = await world.come_back(client, world.github.account(address()))

    assert back.status_code == 403
    assert back.json()["error"]["code"] == "NOT_INVITED"


async def test_without_an_application_there_it_says_so(anonymous: AsyncClient) -> None:
    for method, path in (("GET", LOGIN), ("GET", CALLBACK), ("POST", "/api/auth/github/device")):
        answer = await anonymous.request(method, path)
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "GITHUB_NOT_CONFIGURED"
