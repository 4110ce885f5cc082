"""Login sessions: cookies, lifetimes and ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest

from application.identity.sessions import IDLE
from tests.support.identity.browsers import Browser, Post, mailing_service
from tests.support.json_api.documents import DOCUMENTS, NEW
from tests.support.servers.databases import Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MOMENT: Final = timedelta(microseconds=1)


@pytest.fixture(scope="module")
async def post(databases: Databases, servers: Servers) -> AsyncIterator[Post]:
    with databases.migrated() as database:
        async with mailing_service(database, servers.redis_url) as post:
            yield post


@pytest.fixture
async def browser(post: Post, email: str) -> AsyncIterator[Browser]:
    async with post.browser() as browser:
        yield await browser.log_in(email)


@pytest.fixture
def email() -> str:
    return f"{uuid4().hex}@example.com"


async def test_the_cookie_is_http_only_and_same_site(post: Post, email: str) -> None:
    async with post.browser() as browser:
        asked = await browser.ask(email)
        used = await browser.use(await browser.token(email))

    [bound] = asked.headers.get_list("set-cookie")
    opened, cleared = used.headers.get_list("set-cookie")
    flags = "; Path=/; HttpOnly; SameSite=Lax; Max-Age="
    assert bound.startswith("forge_browser=")
    assert bound.endswith(f"{flags}900")
    assert opened.startswith("forge_session=")
    assert opened.endswith(f"{flags}{31 * 24 * 3600}")
    assert cleared == f"forge_browser={flags}0"


async def test_a_session_is_new_at_every_log_in_and_ends_the_one_before(
    browser: Browser, email: str
) -> None:
    before = browser.session
    await browser.log_in(email)

    assert browser.session != before
    browser.hold(before)
    assert (await browser.client.get("/v1/me")).status_code == 401


async def test_a_cookie_made_up_beforehand_is_never_taken_over(post: Post, email: str) -> None:
    async with post.browser() as browser:
        browser.hold("planted")
        await browser.log_in(email)
        assert browser.session != "planted"
        async with post.browser() as attacker:
            attacker.hold("planted")
            assert (await attacker.client.get("/v1/me")).status_code == 401


async def test_a_session_lasts_as_long_as_it_is_used_every_month(
    post: Post, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.0)
    assert timedelta(days=31) == IDLE
    for _ in range(3):
        post.clock.advance(IDLE - timedelta(minutes=2))
        me = await browser.client.get("/v1/me")
        assert me.status_code == 200
        assert "Max-Age=2678400" in me.headers["set-cookie"]
        await post.service.backend.contexts.identity.session_uses.flush()

    post.clock.advance(IDLE + timedelta(minutes=2))
    assert (await browser.client.get("/v1/me")).status_code == 401


async def test_logging_out_ends_the_session_at_once(browser: Browser) -> None:
    token = browser.session
    out = await browser.client.post("/v1/auth/logout")
    browser.hold(token)

    assert out.status_code == 200
    assert "forge_session=;" in out.headers["set-cookie"]
    assert (await browser.client.get("/v1/me")).status_code == 401


async def test_users_see_their_sessions_and_end_others(
    post: Post, browser: Browser, email: str
) -> None:
    async with post.browser() as phone:
        phone.client.headers["User-Agent"] = "phone"
        await phone.log_in(email)
        listed = (await browser.client.get("/v1/auth/sessions")).json()["sessions"]
        [other] = [each for each in listed if not each["current"]]
        ended = await browser.client.delete(f"/v1/auth/sessions/{other['id']}")

        assert other["userAgent"] == "phone"
        assert ended.status_code == 204
        assert (await phone.client.get("/v1/me")).status_code == 401
    again = await browser.client.delete(f"/v1/auth/sessions/{other['id']}")
    assert again.status_code == 404
    assert again.json()["error"]["code"] == "SESSION_NOT_FOUND"


async def test_the_sessions_of_others_are_as_missing_as_none(post: Post, browser: Browser) -> None:
    async with post.browser() as stranger:
        await stranger.log_in(f"{uuid4().hex}@example.com")
        [theirs] = (await stranger.client.get("/v1/auth/sessions")).json()["sessions"]
        answers = [
            await browser.client.delete(f"/v1/auth/sessions/{session_id}")
            for session_id in (theirs["id"], uuid4().hex)
        ]

        assert {each.status_code for each in answers} == {404}
        assert answers[0].content == answers[1].content
        assert (await stranger.client.get("/v1/me")).status_code == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "http://localhost"]
)
async def test_what_changes_something_needs_a_page_of_our_own(
    browser: Browser, origin: str | None
) -> None:
    assert (await browser.client.get("/v1/me")).status_code == 200
    if origin is None:
        del browser.client.headers["Origin"]
    else:
        browser.client.headers["Origin"] = origin
    for method, path in [
        ("POST", "/v1/auth/logout"),
        ("POST", DOCUMENTS),
        ("POST", "/v1/invitations"),
    ]:
        refused = await browser.client.request(method, path, json={})
        assert refused.status_code == 403, (method, path)


async def test_every_surface_takes_a_session_for_a_key(browser: Browser) -> None:
    created = await browser.client.post(DOCUMENTS, json=NEW)
    document_id = created.json()["document"]["id"]
    history = (await browser.client.get(f"/audit/documents/{document_id}")).json()
    me = (await browser.client.get("/v1/me")).json()["user"]

    assert created.status_code == 201
    assert history["events"][0]["actor"] == {
        "kind": "user",
        "id": me["id"],
        "name": me["email"],
    }
    assert (await browser.client.get("/ops/projections")).status_code == 403
    assert (await browser.client.get("/events")).status_code == 200


async def test_a_key_that_is_shown_beside_a_session_decides_alone(browser: Browser) -> None:
    headers = {"Authorization": "Bearer nonsense"}

    assert (await browser.client.get("/v1/me", headers=headers)).status_code == 401


async def test_me_describes_a_key(post: Post) -> None:
    async with post.service.client("acme", "documents") as client:
        me = (await client.get("/v1/me")).json()

    assert (me["user"], me["key"]["scopes"]) == (None, ["documents"])
    assert (me["organisation"]["name"], me["organisation"]["role"]) == ("acme", None)


async def test_what_is_over_is_swept_away(post: Post, browser: Browser) -> None:
    await browser.ask(f"{uuid4().hex}@example.com")
    post.clock.advance(IDLE + MOMENT)

    async def swept() -> bool:
        left = await post.service.backend.kernel.select(
            "SELECT FROM login_links UNION ALL SELECT FROM login_sessions", ()
        )
        return not left

    await eventually(swept)


async def test_log_ins_are_on_record(browser: Browser) -> None:
    me = (await browser.client.get("/v1/me")).json()["user"]
    [session] = (await browser.client.get("/v1/auth/sessions")).json()["sessions"]
    events = (await browser.client.get(f"/audit/users/{me['id']}")).json()["events"]

    assert [event["type"] for event in events] == ["user.registered", "user.logged_in"]
    assert events[1]["data"]["session_id"] == session["id"]
    assert events[1]["actor"] == {"kind": "user", "id": me["id"], "name": me["email"]}


async def test_refused_log_ins_are_counted(post: Post, browser: Browser) -> None:
    count = post.service.backend.kernel.metrics.log_ins.of("magic_link", "unauthorized")
    before = count.value
    assert (await browser.use("nonsense")).status_code == 401

    assert count.value == before + 1
