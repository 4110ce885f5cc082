"""Refusals, the router's own errors and crashes become answers in the owner's shape."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from api.http.errors import problem_of, status_of
from domain import refusals
from domain.refusals import Refusal
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with client_of(edge()) as client:
        yield client


class LateForDinner(refusals.Conflict):
    code = "LATE"


def test_every_kind_of_refusal_has_a_status_and_a_subclass_has_its_parents() -> None:
    kinds = (kind for kind in vars(refusals).values() if isinstance(kind, type))
    for kind in kinds:
        if issubclass(kind, Refusal):
            assert 400 <= status_of(kind()) < 600
    assert status_of(LateForDinner()) == 409
    assert problem_of(LateForDinner()).code == "LATE"


def test_a_refusal_without_a_code_of_its_own_is_a_validation_error() -> None:
    assert problem_of(refusals.Invalid("No.")).code == "VALIDATION_ERROR"


async def test_a_refusal_says_why(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/documents/refused/missing")

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "No such document.", "code": "NOT_FOUND"}


async def test_401_names_the_authentication_scheme(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/documents/refused/stranger")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_temporary_refusal_has_retry_after(client: AsyncClient) -> None:
    busy = await client.get("/api/v1/documents/refused/busy")
    slow = await client.get("/api/v1/documents/refused/slow")

    assert busy.status_code == 503
    assert busy.headers["retry-after"] == "1"
    assert slow.status_code == 429
    assert slow.headers["retry-after"] == "30"


async def test_an_unknown_path_is_404_in_the_shape_of_its_surface(client: AsyncClient) -> None:
    json_api = await client.get("/api/v1/nothing")
    task_board = await client.get("/api/nothing")
    codegen = await client.get("/v1/nothing")

    assert {each.status_code for each in (json_api, task_board, codegen)} == {404}
    assert json_api.json()["code"] == "NOT_FOUND"
    assert task_board.json()["error"]["type"] == "NOT_FOUND"
    assert codegen.json()["error"]["code"] == "NOT_FOUND"


async def test_an_unsupported_method_is_405_with_allow(client: AsyncClient) -> None:
    answer = await client.patch("/api/v1/documents")

    assert answer.status_code == 405
    assert answer.json()["code"] == "METHOD_NOT_ALLOWED"
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_a_bad_parameter_is_400_and_named(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/utilities", params={"limit": "many"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert "limit: " in answer.json()["error"]


async def test_a_crash_is_logged_in_full_and_shown_to_no_client(
    client: AsyncClient,
) -> None:
    with capture_logs() as logged:
        answer = await client.get("/api/v1/documents/crash", headers={"X-Request-Id": "r-1"})

    assert answer.status_code == 500
    assert answer.json()["code"] == "INTERNAL_ERROR"
    assert "hunter2" not in answer.text
    [entry] = logged
    assert (entry["request_id"], entry["log_level"]) == ("r-1", "error")
    assert "hunter2" in str(entry["exc_info"])
