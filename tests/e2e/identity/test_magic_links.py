"""Magic links over HTTP and real mail: single use, one browser, a quarter of an hour."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest

from application.identity.login_links import VALID
from application.identity.logins import SignUp
from tests.support.identity.browsers import USE, Browser, Post, mailing_service
from tests.support.servers.databases import Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.third_parties.smtp import TAKEN
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MOMENT: Final = timedelta(microseconds=1)
FAILED: Final = "SELECT FROM jobs WHERE kind = 'mail-login-link' AND error IS NOT NULL"


@pytest.fixture(scope="module")
async def post(databases: Databases, servers: Servers) -> AsyncIterator[Post]:
    with databases.migrated() as database:
        async with mailing_service(database, servers.redis_url) as post:
            yield post


@pytest.fixture
async def browser(post: Post) -> AsyncIterator[Browser]:
    async with post.browser() as browser:
        yield browser


@pytest.fixture
def email() -> str:
    return f"{uuid4().hex}@example.com"


async def test_a_link_logs_in_the_browser_that_requested_it(browser: Browser, email: str) -> None:
    asked = await browser.ask(email)
    used = await browser.use(await browser.token(email))

    assert asked.status_code == 202
    assert asked.json()["status"] == "accepted"
    assert used.status_code == 200
    me = (await browser.client.get("/v1/me")).json()
    assert me["user"] == {"id": used.json()["userId"], "email": email}
    assert me["organisation"]["id"] == used.json()["organisationId"]
    assert (me["organisation"]["plan"], me["organisation"]["role"]) == ("trial", "owner")


async def test_an_address_known_and_one_unknown_are_answered_alike(
    post: Post, browser: Browser, email: str
) -> None:
    await browser.log_in(email)
    async with post.browser() as one, post.browser() as other:
        known, unknown = await one.ask(email), await other.ask(f"{uuid4().hex}@example.com")

    def seen(response: object) -> object:
        return [
            (name, "" if name in ("date", "x-request-id", "set-cookie") else value)
            for name, value in response.headers.items()  # type: ignore[attr-defined]  # httpx
        ]

    assert known.status_code == unknown.status_code
    assert known.content == unknown.content
    assert seen(known) == seen(unknown)
    cookies = [response.headers["set-cookie"] for response in (known, unknown)]
    assert len(cookies[0]) == len(cookies[1])


async def test_a_link_works_once(browser: Browser, email: str) -> None:
    await browser.ask(email)
    token = await browser.token(email)
    assert (await browser.use(token)).status_code == 200

    again = await browser.use(token)

    assert again.status_code == 401
    assert again.json()["error"]["code"] == "UNAUTHORIZED"


async def test_a_link_works_only_in_the_browser_that_requested_it(
    post: Post, browser: Browser, email: str
) -> None:
    await browser.ask(email)
    token = await browser.token(email)
    async with post.browser() as thief:
        assert (await thief.use(token)).status_code == 401
        await thief.ask(f"{uuid4().hex}@example.com")
        assert (await thief.use(token)).status_code == 401

    assert (await browser.use(token)).status_code == 200


async def test_a_link_works_for_a_quarter_of_an_hour(
    post: Post, browser: Browser, email: str
) -> None:
    assert timedelta(minutes=15) == VALID
    for waiting, status in [(VALID - MOMENT, 200), (VALID, 401)]:
        await browser.ask(email)
        token = await browser.token(email, count=1 + (waiting == VALID))
        post.clock.advance(waiting)
        assert (await browser.use(token)).status_code == status


async def test_looking_at_a_link_shows_a_button_and_consumes_nothing(
    browser: Browser, email: str
) -> None:
    await browser.ask(email)
    token = await browser.token(email)

    for method in ("GET", "HEAD", "GET"):
        looked = await browser.client.request(method, USE, params={"token": token})
        assert looked.status_code == 200
        assert "set-cookie" not in looked.headers

    page = await browser.client.get(USE, params={"token": '"><script>'})
    assert "<script>" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert (await browser.use(token)).status_code == 200


async def test_only_the_last_link_works_in_its_browser(browser: Browser, email: str) -> None:
    """Each is bound to the cookie of its asking; the browser has that of the last."""
    await browser.ask(email)
    first = await browser.token(email)
    await browser.ask(email)
    second = await browser.token(email, count=2)

    assert (await browser.use(first)).status_code == 401
    assert (await browser.use(second)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"email": 1}',
        b'{"email": ""}',
        b'{"email": "a@b c"}',
        b'{"email": "a\\u0000@b.c"}',
        b'{"email": "\\ud800@b.c"}',
        b'{"email": "a@b.c", "admin": true}',
        b'{"email": "' + b"a" * 300 + b'@b.c"}',
    ],
)
async def test_what_is_no_address_is_refused(browser: Browser, post: Post, body: bytes) -> None:
    before = post.mails.attempts
    headers = {"Content-Type": "application/json"}
    refused = await browser.client.post("/v1/auth/magic-link", content=body, headers=headers)

    assert refused.status_code == 400
    assert "set-cookie" not in refused.headers
    assert post.mails.attempts == before


@pytest.mark.parametrize("token", ["", "x", "\x00", "é", "a" * 5000, "%ff"])
async def test_an_invalid_token_is_refused(browser: Browser, token: str) -> None:
    await browser.ask("nobody@example.com")

    assert (await browser.use(token)).status_code in (400, 401)


async def test_people_are_shown_pages(browser: Browser, email: str) -> None:
    html = {"Accept": "text/html,application/xhtml+xml"}
    form = await browser.client.get("/v1/auth/login", headers=html)
    asked = await browser.client.post("/v1/auth/magic-link", data={"email": email}, headers=html)
    token = await browser.token(email)
    confirm = await browser.client.get(USE, params={"token": token}, headers=html)
    used = await browser.client.post(USE, params={"token": token}, headers=html)
    again = await browser.client.post(USE, params={"token": token}, headers=html)

    pages = (form, asked, confirm, used, again)
    assert [page.status_code for page in pages] == [200, 202, 200, 200, 401]
    assert {page.headers["content-type"] for page in pages} == {"text/html; charset=utf-8"}
    assert 'action="/v1/auth/magic-link"' in form.text
    assert f'action="/v1/auth/magic-link/verify?token={token}"' in confirm.text


async def test_by_invitation_only_an_unknown_address_is_mailed_that_it_is_unknown(
    databases: Databases, servers: Servers, email: str
) -> None:
    with databases.migrated() as database:
        async with (
            mailing_service(database, servers.redis_url, SignUp.INVITE) as post,
            post.browser() as browser,
        ):
            asked = await browser.ask(email)
            text = await post.mails.newest_to(email)

    assert asked.status_code == 202
    assert "no account" in text
    assert "token=" not in text


async def test_an_unavailable_mail_server_is_retried(
    post: Post, browser: Browser, email: str
) -> None:
    post.mails.answer = "451 come back later"
    await browser.ask(email)

    async def failed() -> bool:
        return bool(await post.service.backend.kernel.select(FAILED, ()))

    await eventually(failed)
    post.mails.answer = TAKEN
    post.clock.advance(timedelta(seconds=6))

    assert (await browser.use(await browser.token(email))).status_code == 200


async def test_a_mail_that_is_refused_for_good_is_let_go_and_counted(
    post: Post, browser: Browser, email: str
) -> None:
    refused = post.service.backend.kernel.metrics.mails.of("refused")
    before = refused.value
    post.mails.answer = "550 no such mailbox"
    await browser.ask(email)

    async def counted() -> bool:
        return refused.value > before

    await eventually(counted)
    post.mails.answer = TAKEN
    assert not post.mails.to(email)
