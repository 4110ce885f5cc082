"""The API documents: complete, valid, per surface, rendered at the first request."""

from collections.abc import AsyncIterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from httpx import AsyncClient

from api.http.surfaces import Surface
from api.http.version import VERSION
from api.openapi import routes
from api.openapi.catalogue import EVERYTHING
from api.openapi.document import document
from tests.api.sample import sample_app
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio

DOCUMENTS = "/api/v1/documents"


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with client_of(edge()) as client:
        yield client


async def read(client: AsyncClient, address: str) -> dict[str, Any]:
    answer = await client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


async def test_a_surfaces_document_has_its_own_paths_and_no_other(client: AsyncClient) -> None:
    json_api = await read(client, "/api/v1/openapi.json")
    codegen = await read(client, "/v1/openapi.json")
    everything = await read(client, "/openapi.json")

    assert list(json_api["paths"]) == [
        DOCUMENTS,
        DOCUMENTS + "/{document_id}/content",
        "/api/v1/utilities",
    ]
    assert list(codegen["paths"]) == ["/v1/generations"]
    assert set(everything["paths"]) == {*json_api["paths"], *codegen["paths"]}
    assert (json_api["openapi"], json_api["info"]["version"]) == ("3.1.0", VERSION)


async def test_errors_have_the_shape_of_their_surface(client: AsyncClient) -> None:
    everything = await read(client, "/openapi.json")

    def error(path: str) -> str:
        answer = everything["paths"][path]["get"]["responses"]["401"]
        return str(answer["content"]["application/json"]["schema"]["$ref"])

    assert error(DOCUMENTS).endswith("/ErrorResponse")
    assert error("/v1/generations").endswith("/CodegenError")


async def test_a_route_says_what_it_takes_and_every_way_it_answers(client: AsyncClient) -> None:
    api = await read(client, "/api/v1/openapi.json")
    create = api["paths"][DOCUMENTS]["post"]

    assert (create["summary"], create["operationId"]) == ("Create a document", "createDocument")
    assert list(create["responses"]) == ["201", "400", "401", "403", "413", "421"]
    assert create["responses"]["400"]["description"].endswith("INVALID_JSON, VALIDATION_ERROR")
    assert "WWW-Authenticate" in create["responses"]["401"]["headers"]
    assert create["security"] == [{"bearerApiKey": []}]
    content = create["requestBody"]["content"]["application/json"]
    assert content["example"]["name"] == "customer-records"
    assert content["schema"] == {"$ref": "#/components/schemas/Body"}
    body = api["components"]["schemas"]["Body"]
    assert (body["required"], body["additionalProperties"]) == (["name"], False)


async def test_parameters_come_from_the_path_the_query_struct_and_the_headers(
    client: AsyncClient,
) -> None:
    paths = (await read(client, "/api/v1/openapi.json"))["paths"]

    def parameters(path: str, method: str) -> list[tuple[str, str, bool]]:
        found = paths[path][method]["parameters"]
        return [(each["in"], each["name"], each["required"]) for each in found]

    assert parameters(DOCUMENTS, "get") == [("query", "limit", False), ("query", "folderId", False)]
    assert parameters(DOCUMENTS, "post") == [("header", "Idempotency-Key", False)]
    assert parameters(DOCUMENTS + "/{document_id}/content", "get") == [
        ("path", "document_id", True),
        ("header", "If-None-Match", False),
    ]
    limit, folder_id = paths[DOCUMENTS]["get"]["parameters"]
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}
    assert limit["description"] == "Documents per page."
    assert folder_id["schema"] == {"type": "string"}


async def test_parameters_that_litestar_reads_for_a_handler_are_found_too(
    client: AsyncClient,
) -> None:
    api = await read(client, "/api/v1/openapi.json")
    limit, kind = api["paths"]["/api/v1/utilities"]["get"]["parameters"]

    assert (limit["name"], limit["description"], limit["schema"]["maximum"]) == (
        "limit",
        "Per page.",
        100,
    )
    assert (kind["name"], kind["in"], kind["required"]) == ("kind", "query", False)


async def test_every_reference_leads_somewhere_and_every_schema_is_valid(
    client: AsyncClient,
) -> None:
    text = (await client.get("/openapi.json")).text
    api = msgspec.json.decode(text)
    named = api["components"]["schemas"]

    for schema in named.values():
        jsonschema_rs.meta.validate({**schema, "components": api["components"]})
    for reference in text.split('"#/components/schemas/')[1:]:
        assert reference.split('"')[0] in named
    assert "ListQuery" not in named


async def test_a_matching_etag_answers_304(client: AsyncClient) -> None:
    first = await client.get("/openapi.json")
    again = await client.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "private, no-cache"
    assert again.status_code == 304
    assert again.content == b""


async def test_a_document_is_rendered_at_the_first_request_and_cached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def counted(about: Any, *rest: Any) -> Any:
        made.append(about.title)
        return document(about, *rest)

    monkeypatch.setattr(routes, "document", counted)
    async with client_of(edge(sample_app())) as client:
        assert made == []
        first = await client.get("/openapi.json")
        second = await client.get("/openapi.json")

    assert (made, first.content) == (["Forge"], second.content)


def test_a_surface_may_be_read_as_yaml() -> None:
    paths = {
        path for handler in routes.openapi_routes([Surface.TASK_BOARD]) for path in handler.paths
    }
    assert {"/api/openapi.json", "/api/openapi.yaml"} <= paths

    everything = document(EVERYTHING, sample_app().routes, [Surface.JSON_API])
    as_json = msgspec.json.decode(msgspec.json.encode(everything))
    assert msgspec.yaml.decode(msgspec.yaml.encode(everything)) == as_json
