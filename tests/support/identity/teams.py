"""Teams: three users of one organisation, each with a browser."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple
from uuid import uuid4

from httpx import Response

from tests.support.identity.browsers import Browser, Post


class Team(NamedTuple):
    """An owner, an admin and a member of one organisation, each with a browser."""

    owner: Browser
    admin: Browser
    member: Browser
    ids: Sequence[str]
    organisation: str


def address() -> str:
    return f"{uuid4().hex}@example.com"


@asynccontextmanager
async def team_of(post: Post) -> AsyncIterator[Team]:
    async with AsyncExitStack() as stack:
        owner, admin, member = [await stack.enter_async_context(post.browser()) for _ in range(3)]
        await owner.log_in(address())
        for browser, role in ((admin, "admin"), (member, "member")):
            email = address()
            assert (await invite(owner, email, role)).status_code == 201
            await browser.log_in(email)
        them = [await me(each) for each in (owner, admin, member)]
        ids = [each["user"]["id"] for each in them]
        yield Team(owner, admin, member, ids, them[0]["organisation"]["id"])


async def me(browser: Browser) -> dict[str, Any]:
    answer: dict[str, Any] = (await browser.client.get("/v1/me")).json()
    return answer


async def invite(browser: Browser, email: str, role: str = "member") -> Response:
    return await browser.client.post("/v1/invitations", json={"email": email, "role": role})


async def roles(browser: Browser) -> dict[str, str]:
    members = (await browser.client.get("/v1/members")).json()["members"]
    return {member["userId"]: member["role"] for member in members}
