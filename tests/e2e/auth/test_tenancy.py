"""Another organisation's things answer as things that never were: to the byte, on every route."""

import base64
from collections.abc import Mapping, Sequence
from http import HTTPMethod
from typing import Any, Final, NamedTuple
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from tests.support.codegen.generations import GENERATIONS
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.json_api.pipelines import GREETING
from tests.support.json_api.utilities import UTILITIES
from tests.support.service.foreign import Foreign, one_of_everything
from tests.support.service.route_table import PIPELINE, RUN, SESSIONS
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

FOLDERS: Final = "/api/v1/folders"
ONE: Final = f"{DOCUMENTS}/{{document_id:str}}"
GENERATION: Final = f"{GENERATIONS}/{{generation_id:str}}"
AUDITED: Final = "/audit/{kind:str}/{key:str}"
VARYING: Final = {
    *("date", "x-request-id", "x-forge-position"),
    *("x-ratelimit-remaining", "x-ratelimit-reset"),
}
ASKED: Final[Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]] = {
    ("GET", ONE): [
        {},
        {"params": {"asOf": "@1"}},
        {"params": {"asOf": "2100-01-01T00:00:00Z"}},
        {"headers": {"If-None-Match": "*"}},
        {"headers": {"If-None-Match": '"1"'}},
    ],
    ("PUT", ONE): [
        {"json": {"name": "mine now"}},
        {"json": {"folder": None}},
        {"json": {}},
        {"json": {"name": "mine now"}, "headers": {"If-Match": '"1"'}},
        {"json": {"name": "mine now"}, "headers": {"If-Match": '"99"'}},
    ],
    ("DELETE", ONE): [{}, {"headers": {"If-Match": '"99"'}}, {"headers": {"If-Match": "*"}}],
    ("POST", f"{ONE}/purge"): [{}, {"headers": {"Idempotency-Key": "tenancy"}}],
    ("POST", f"{ONE}/restore"): [{}, {"headers": {"If-Match": '"99"'}}],
    ("GET", f"{ONE}/content"): [
        {},
        {"params": {"asOf": "@1"}},
        {"headers": {"If-None-Match": "*"}},
    ],
    ("PUT", f"{ONE}/content"): [
        {"json": {"content": 1}},
        {"json": {"contentText": "1", "createVersion": False}},
        {"json": {"content": 1}, "headers": {"If-Match": '"99"'}},
        {"json": {"contentText": "{"}},
    ],
    ("GET", f"{ONE}/versions"): [{}, {"params": {"cursor": "1"}}, {"params": {"cursor": "99"}}],
    ("GET", f"{ONE}/versions/{{number:str}}"): [{}],
    ("GET", f"{ONE}/versions/{{number:str}}/content"): [{}, {"headers": {"If-None-Match": "*"}}],
    ("GET", f"{ONE}/diff"): [
        {"params": {"from": "1", "to": "2"}},
        {"params": {"from": "1", "to": "99"}},
    ],
    ("GET", GENERATION): [{}, {"headers": {"If-None-Match": "*"}}],
    ("GET", f"{GENERATION}/events"): [{}, {"headers": {"Last-Event-ID": "1"}}],
    ("GET", f"{GENERATION}/download"): [{}, {"headers": {"If-None-Match": "*"}}],
    ("GET", f"{GENERATION}/archive"): [{}],
    ("GET", PIPELINE): [{}, {"headers": {"If-None-Match": "*"}}],
    ("PUT", PIPELINE): [
        {"json": {"name": "mine now", "graph": GREETING}},
        {"json": {"name": "mine now", "graph": GREETING}, "headers": {"If-Match": '"99"'}},
    ],
    ("DELETE", PIPELINE): [{}, {"headers": {"If-Match": '"99"'}}],
    ("POST", f"{PIPELINE}/run"): [
        {"json": {"inputs": {"x": 1}}},
        {"json": {"inputs": {"x": 1}}, "headers": {"Idempotency-Key": "tenancy"}},
    ],
    ("GET", f"{PIPELINE}/runs"): [{}, {"params": {"limit": "1"}}],
    ("GET", RUN): [{}],
    ("GET", f"{RUN}/output"): [{}],
    ("GET", AUDITED): [
        {},
        {"params": {"after": "1"}},
        {"params": {"limit": "1"}},
        {"params": {"actor": "key:1", "from": "2026-01-01", "until": "@99"}},
    ],
    ("GET", f"{AUDITED}/state"): [{}, {"params": {"asOf": "@1"}}, {"params": {"asOf": "@x"}}],
    ("GET", f"{AUDITED}/verify"): [{}],
    ("GET", f"{AUDITED}/export"): [{}],
    ("GET", f"{AUDITED}/diff"): [{"params": {"from": "@0"}}, {"params": {"from": "@1", "to": "x"}}],
}


class Asked(NamedTuple):
    path: str
    options: Mapping[str, Any]


@pytest.fixture
async def foreign(service: Service, rival: AsyncClient) -> Foreign:
    return await one_of_everything(service, rival)


async def test_every_route_that_takes_an_id_is_walked_here(service: Service) -> None:
    """Names of read models and utilities are nobody's; log-ins' are in ``test_members``."""
    taking = {
        (method, route.path)
        for route in service.routes
        for method in route.methods - {HTTPMethod.OPTIONS}
        if route.path_parameters and not route.path.startswith(("/ops/", UTILITIES))
    }

    assert taking == ASKED.keys() | {route for route in SESSIONS if "{" in route[1]}


@pytest.mark.parametrize(("method", "path"), [key for key in ASKED if "document_id" in key[1]])
async def test_anothers_document_is_as_missing_as_none(
    client: AsyncClient, foreign: Foreign, method: str, path: str
) -> None:
    template = path.replace("{number:str}", "1")
    for document_id in foreign.documents:
        for asked in ASKED[method, path]:
            for verb in (method, *(["HEAD"] if method == "GET" else [])):
                theirs = template.replace("{document_id:str}", document_id)
                none = template.replace("{document_id:str}", uuid4().hex)
                await _answers_alike(client, verb, Asked(theirs, asked), Asked(none, asked))

    kept = await foreign.client.get(f"{DOCUMENTS}/{foreign.live}")
    assert (kept.status_code, kept.headers["etag"]) == (200, '"2"')


@pytest.mark.parametrize("path", [path for _, path in ASKED if "generation_id" in path])
async def test_anothers_generation_is_as_missing_as_none(
    client: AsyncClient, foreign: Foreign, path: str
) -> None:
    theirs = path.replace("{generation_id:str}", foreign.generation)
    none = path.replace("{generation_id:str}", uuid4().hex)
    for asked in ASKED["GET", path]:
        for verb in ("GET", "HEAD"):
            response = await _answers_alike(client, verb, Asked(theirs, asked), Asked(none, asked))
            assert response.status_code == 404


@pytest.mark.parametrize(("method", "path"), [key for key in ASKED if "pipeline_id" in key[1]])
async def test_anothers_pipeline_is_as_missing_as_none(
    client: AsyncClient, foreign: Foreign, method: str, path: str
) -> None:
    theirs = path.replace("{pipeline_id:str}", foreign.pipeline)
    none = path.replace("{pipeline_id:str}", uuid4().hex)
    theirs = theirs.replace("{run_id:str}", foreign.run)
    none = none.replace("{run_id:str}", foreign.run)
    for asked in ASKED[method, path]:
        for verb in (method, *(["HEAD"] if method == "GET" else [])):
            response = await _answers_alike(client, verb, Asked(theirs, asked), Asked(none, asked))
            assert response.status_code in (404, 412)

    kept = await foreign.client.get(f"/api/v1/pipelines/{foreign.pipeline}")
    assert (kept.status_code, kept.headers["etag"]) == (200, '"1"')


async def test_anothers_history_is_as_missing_as_none(
    client: AsyncClient, foreign: Foreign
) -> None:
    for kind, keys in foreign.audited.items():
        for key in keys:
            none = uuid4().hex
            for theirs, missing in zip(_audits(kind, key), _audits(kind, none), strict=True):
                for verb in ("GET", "HEAD"):
                    response = await _answers_alike(client, verb, theirs, missing)
                    assert response.status_code in (400, 404)


async def test_a_list_shows_nothing_of_another_whatever_it_is_asked_for(
    client: AsyncClient, foreign: Foreign
) -> None:
    own = await create(client)
    near = f"{int(foreign.live, 16) + 1:032x}"

    for theirs, none in [
        ({"folderId": foreign.folder_id}, {"folderId": uuid4().hex}),
        ({"folder": foreign.folder}, {"folder": uuid4().hex}),
        ({"cursor": _cursor(foreign.live)}, {"cursor": _cursor(near)}),
        ({"cursor": _cursor(foreign.live, "1")}, {"cursor": _cursor(near, "1")}),
        ({"folderId": foreign.folder_id, "asOf": "@9"}, {"folderId": uuid4().hex, "asOf": "@9"}),
    ]:
        response = await _answers_alike(
            client, "GET", _listed(DOCUMENTS, **theirs), _listed(DOCUMENTS, **none)
        )
        assert response.json()["documents"] == []
    mine = (await client.get(DOCUMENTS)).json()["documents"]
    assert [document["id"] for document in mine] == [own]


async def test_folders_of_another_are_as_missing_as_none(
    client: AsyncClient, foreign: Foreign
) -> None:
    for name in ("parent", "path"):
        theirs, none = _listed(FOLDERS, **{name: "secret"}), _listed(FOLDERS, **{name: "nothing"})
        await _answers_alike(client, "GET", theirs, none)
    assert (await client.get(FOLDERS)).json()["folders"] == []
    assert foreign.folder.startswith("secret/")


async def test_a_document_cannot_be_moved_into_anothers_folder(
    client: AsyncClient, foreign: Foreign
) -> None:
    """A path names a folder of the caller's own: the same path is another folder."""
    document_id = await create(client, folder=foreign.folder)

    found = (await client.get(f"{DOCUMENTS}/{document_id}")).json()["document"]

    assert found["folderId"] != foreign.folder_id
    listed = (await foreign.client.get(DOCUMENTS, params={"folder": foreign.folder})).json()
    assert [document["id"] for document in listed["documents"]] == [foreign.live]


async def _answers_alike(client: AsyncClient, method: str, theirs: Asked, none: Asked) -> Response:
    foreign = await client.request(method, theirs.path, **theirs.options)
    missing = await client.request(method, none.path, **none.options)

    assert _seen(foreign) == _seen(missing)
    return foreign


def _audits(kind: str, key: str) -> list[Asked]:
    """Return everything that can be asked of a stream."""
    return [
        Asked(path.replace("{kind:str}", kind).replace("{key:str}", key), asked)
        for (_, path), every in ASKED.items()
        if path.startswith(AUDITED)
        for asked in every
    ]


def _listed(path: str, /, **params: str) -> Asked:
    return Asked(path, {"params": params})


def _seen(response: Response) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in response.headers.items() if name not in VARYING}
    return response.status_code, headers, response.content


def _cursor(before: str, position: str = "") -> str:
    return base64.urlsafe_b64encode(f"1.{before}.{position}".encode()).decode().rstrip("=")
