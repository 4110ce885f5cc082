"""Requests for generations: invalid ones are refused with a reason (seed 000)."""

from typing import Any

import pytest
from httpx import AsyncClient

from tests.support.codegen.generations import GENERATIONS, request_body
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prompt": None}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "  \n "}, "prompt"),
        ({"prompt": "x" * 8001}, "prompt"),
        ({"prompt": "a\0b"}, "prompt"),
        ({"projectContext": None}, "projectContext"),
        ({"projectContext": {"compiler": "gcc"}}, "tcVersion"),
        ({"projectContext": {"tcVersion": "14.3"}}, "compiler"),
        ({"projectContext": {"tcVersion": "14.3", "compiler": "clang"}}, "compiler"),
        ({"projectContext": {"tcVersion": "new", "compiler": "gcc"}}, "tcVersion"),
        ({"projectContext": {"tcVersion": "10.1", "compiler": "gcc"}}, "tcVersion"),
        (
            {"projectContext": {"tcVersion": "14", "compiler": "gcc", "codePrefix": "A B"}},
            "codePrefix",
        ),
        (
            {"projectContext": {"tcVersion": "14", "compiler": "gcc", "codePrefix": "AOM"}},
            "codePrefix",
        ),
        ({"options": {"explicitPattern": "nothing"}}, "query-export, bom-export"),
        ({"requestId": ""}, "requestId"),
        ({"requestId": "x" * 129}, "requestId"),
    ],
)
async def test_a_bad_request_is_refused_with_a_reason_and_changes_nothing(
    service: Service, client: AsyncClient, change: dict[str, Any], says: str
) -> None:
    before = await service.backend.kernel.log.stored_head()
    body = {key: each for key, each in {**request_body(), **change}.items() if each is not None}
    for path in (GENERATIONS, f"{GENERATIONS}/stream"):
        response = await client.post(path, json=body)
        error = response.json()["error"]

        assert (response.status_code, error["code"]) == (400, "VALIDATION_ERROR"), response.text
        assert says in error["message"]
    assert await service.backend.kernel.log.stored_head() == before


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {}])
async def test_what_is_no_json_is_refused(client: AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post(GENERATIONS, content=b"{", headers=headers)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"
