"""The reference page: it loads nothing from elsewhere, and its policy forbids it."""

import re
from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from api.openapi.routes import PAGE
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with client_of(edge()) as client:
        yield client


async def test_the_page_and_its_parts_are_served_under_a_policy_of_their_own(
    client: AsyncClient,
) -> None:
    kinds = []
    for path in PAGE:
        answer = await client.get(path)
        kinds.append(answer.headers["content-type"].split(";")[0])
        policy = answer.headers["content-security-policy"]
        assert answer.status_code == 200
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy

    assert kinds == ["text/html", "text/css", "text/javascript", "text/javascript"]


async def test_nothing_is_fetched_from_elsewhere(client: AsyncClient) -> None:
    for path in PAGE:
        text = (await client.get(path)).text
        assert not re.findall(r"(?:https?:)?//[\w-]+\.\w+", text)


async def test_every_part_the_page_names_is_served(client: AsyncClient) -> None:
    page = (await client.get("/docs")).text
    script = (await client.get("/docs/reference.js")).text

    named = re.findall(r'(?:href|src)="(/[^"]+)"', page)
    named += re.findall(r'fetch\("([^"]+)"\)', script)
    named += [f"/docs/{part}" for part in re.findall(r'from "\./([^"]+)"', script)]

    assert {"/docs/reference.js", "/docs/schemas.js", "/openapi.json"} <= set(named)
    for part in named:
        assert (await client.get(part)).status_code == 200


async def test_descriptions_can_never_become_markup(client: AsyncClient) -> None:
    for path in ("/docs/reference.js", "/docs/schemas.js"):
        script = (await client.get(path)).text
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script
        )
