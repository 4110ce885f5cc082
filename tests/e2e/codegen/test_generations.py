"""Generations over HTTP (seed 000): from a prompt to a program, its files and its list."""

import io
import json
import zipfile
from hashlib import sha256

import pytest
from httpx import AsyncClient

from domain.generations.patterns import Pattern
from tests.support.codegen.generations import (
    GENERATIONS,
    SEED,
    create_generation,
    post_generation,
    request_body,
)
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio


async def test_the_registry_has_one_artifact_with_twelve_patterns(client: AsyncClient) -> None:
    told = (await client.get("/v1/artifacts")).json()

    [artifact] = told["artifacts"]
    assert (artifact["type"], artifact["status"]) == ("itk-batch", "active")
    assert [each["slug"] for each in artifact["patterns"]] == [each.value for each in Pattern]
    assert all(each["description"] for each in artifact["patterns"])


async def test_the_seeds_request_is_answered_with_a_program(client: AsyncClient) -> None:
    response = await post_generation(client, SEED)
    told = response.json()

    assert response.status_code == 200
    assert int(response.headers["x-forge-position"]) > 0
    assert (told["requestId"], told["status"]) == ("req_123", "completed")
    assert (told["artifactType"], told["pattern"]) == ("itk-batch", "query-export")
    assert (told["usage"], told["engineVersion"]) == (
        {"used": 1, "limit": 100, "remaining": 99},
        "1.0.0",
    )
    assert "Release" in told["summary"]
    assert told["createdAt"].endswith("Z")
    assert [file["path"] for file in told["files"]] == [
        "src/PNX_query-export.c",
        "src/PNX_itk_util.c",
        "src/PNX_itk_util.h",
        "CMakeLists.txt",
        "Makefile",
        "config/query-export.cfg",
        "README.md",
        "forge-manifest.json",
    ]
    for file in told["files"]:
        data = file["content"].encode()
        assert (file["size"], file["sha256"]) == (len(data), sha256(data).hexdigest())
    assert {each["severity"] for each in told["diagnostics"]} <= {"info", "warning"}
    assert told["buildManifest"] == json.loads(told["files"][-1]["content"])
    assert told["buildManifest"]["tcVersion"] == "14.3"


async def test_a_generation_is_read_back_as_it_was_returned(client: AsyncClient) -> None:
    told = await create_generation(client, request_body("BOM of item 0001 to CSV"))
    response = await client.get(f"{GENERATIONS}/{told['id']}")
    etag = response.headers["etag"]
    again = await client.get(f"{GENERATIONS}/{told['id']}", headers={"If-None-Match": etag})

    assert response.json() == told
    assert told["prompt"] == "BOM of item 0001 to CSV"
    assert again.status_code == 304


async def test_generations_are_listed_newest_first_by_the_page(client: AsyncClient) -> None:
    made = [(await create_generation(client))["id"] for _ in range(3)]
    first = (await client.get(f"{GENERATIONS}?limit=2")).json()
    second = (await client.get(f"{GENERATIONS}?limit=2&cursor={first['nextCursor']}")).json()

    listed = [each["id"] for page in (first, second) for each in page["generations"]]
    assert listed == made[::-1]
    assert second["nextCursor"] is None
    assert set(first["generations"][0]) == {
        *("id", "prompt", "artifactType", "pattern", "status", "summary", "createdAt")
    }


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00"])
async def test_an_invalid_page_is_refused(client: AsyncClient, query: str) -> None:
    response = await client.get(f"{GENERATIONS}?{query}")

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "VALIDATION_ERROR"


async def test_the_archive_has_the_files_and_the_same_bytes_each_time(client: AsyncClient) -> None:
    told = await create_generation(client)
    path = f"{GENERATIONS}/{told['id']}"
    responses = [await client.get(f"{path}/{name}") for name in ("download", "archive")]
    head = await client.head(f"{path}/download")

    first, second = (response.content for response in responses)
    assert first == second
    assert responses[0].headers["content-type"] == "application/zip"
    assert responses[0].headers["content-disposition"] == (
        'attachment; filename="PNX_query-export.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert files == {file["path"]: file["content"] for file in told["files"]}
    assert head.status_code == 200
    assert head.content == b""
    etag = {"If-None-Match": responses[0].headers["etag"]}
    assert (await client.get(f"{path}/download", headers=etag)).status_code == 304


async def test_who_has_downloaded_is_on_record(service: Service, client: AsyncClient) -> None:
    told = await create_generation(client)
    for method in ("GET", "HEAD"):
        await client.request(method, f"{GENERATIONS}/{told['id']}/download")
    audited = (await client.get(f"/audit/generations/{told['id']}")).json()

    types = [each["type"] for each in audited["events"]]
    stages = ["generation.stage_reached"] * 6
    assert types == [
        *("generation.requested", *stages, "generation.completed", "generation.downloaded")
    ]
    assert audited["events"][-1]["actor"]["kind"] == "key"
    assert service.url


async def test_the_same_request_id_gets_the_same_answer(client: AsyncClient) -> None:
    body = request_body(requestId="r-1")
    first = await create_generation(client, body)
    spelled = json.dumps(body, indent=2).encode()
    headers = {"Content-Type": "application/json"}
    second = await client.post(GENERATIONS, content=spelled, headers=headers)
    other = await post_generation(client, request_body("BOM of item 1", requestId="r-1"))

    assert second.status_code == 200
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == first
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "IDEMPOTENCY_CONFLICT"


async def test_request_ids_are_an_organisations_own(
    client: AsyncClient, rival: AsyncClient
) -> None:
    first = await create_generation(client, request_body(requestId="shared"))
    second = await create_generation(rival, request_body(requestId="shared"))

    assert first["id"] != second["id"]


async def test_an_idempotency_key_acts_once(client: AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await client.post(GENERATIONS, json=request_body(), headers=headers)
    second = await client.post(GENERATIONS, json=request_body(), headers=headers)
    other = await client.post(GENERATIONS, json=request_body("BOM of item 1"), headers=headers)

    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422


async def test_a_dry_run_does_all_of_it_and_keeps_nothing(
    service: Service, client: AsyncClient
) -> None:
    before = await service.backend.kernel.log.stored_head()
    told = await create_generation(client, request_body(options={"dryRun": True}))

    assert await service.backend.kernel.log.stored_head() == before
    assert (told["id"], told["status"], len(told["files"])) == (None, "completed", 8)
    assert told["usage"]["used"] == 0
    assert (await client.get(GENERATIONS)).json()["generations"] == []


async def test_an_unknown_artifact_type_is_a_warning(client: AsyncClient) -> None:
    told = await create_generation(client, request_body(options={"explicitType": "rac-plugin"}))

    assert "UNKNOWN_ARTIFACT_TYPE" in {each["code"] for each in told["diagnostics"]}


async def test_a_version_beyond_what_is_known_is_a_warning(client: AsyncClient) -> None:
    body = {"prompt": "BOM of item 1", "projectContext": {"tcVersion": "2406", "compiler": "msvc"}}
    told = await create_generation(client, body)

    assert "VERSION_BEYOND_KNOWLEDGE" in {each["code"] for each in told["diagnostics"]}
    assert "build.bat" in {file["path"] for file in told["files"]}
    assert told["files"][0]["path"] == "src/FORGE_bom-export.c"


async def test_anothers_generation_is_a_missing_one(
    client: AsyncClient, rival: AsyncClient
) -> None:
    told = await create_generation(client)
    for end in ("", "/download", "/archive", "/events"):
        theirs = await rival.get(f"{GENERATIONS}/{told['id']}{end}")
        missing = await rival.get(f"{GENERATIONS}/{'0' * 32}{end}")
        assert theirs.status_code == 404
        assert theirs.json() == missing.json()
    assert (await rival.get(GENERATIONS)).json()["generations"] == []
