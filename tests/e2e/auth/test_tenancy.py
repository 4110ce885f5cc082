"""Tenancy: what another organisation has is answered for as what does not exist, byte by byte."""

from collections.abc import Mapping
from http import HTTPMethod
from typing import Final
from uuid import uuid4

import pytest
from httpx import AsyncClient

from application.catalogue import KINDS
from tests.support.operate.routes import STREAM
from tests.support.registries.foreign_part import Owner
from tests.support.service.alike import Sent, answers_alike
from tests.support.service.foreign_table import PARTS, REQUESTS, TESTED_ELSEWHERE, owner_of
from tests.support.service.route_table import fill_path
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

WALKED: Final = [
    (context, method, path)
    for context, part in PARTS.items()
    for method, path in part.requests
    if path != STREAM and not path.startswith(f"{STREAM}/")
]


@pytest.fixture
async def owner(service: Service, rival: AsyncClient) -> Owner:
    return await owner_of(service, rival)


async def test_every_route_that_takes_an_id_has_requests_in_the_table(service: Service) -> None:
    taking = {
        (method, route.path)
        for route in service.routes
        for method in route.methods - {HTTPMethod.OPTIONS}
        if route.path_parameters
    }

    assert taking == REQUESTS.keys() | TESTED_ELSEWHERE


@pytest.mark.parametrize(("context", "method", "path"), WALKED)
async def test_an_id_of_another_organisation_answers_as_an_unknown_id(
    client: AsyncClient, owner: Owner, context: str, method: str, path: str
) -> None:
    part = PARTS[context]
    foreign = await part.create(owner)
    assert foreign.values
    for values in foreign.values:
        unknown = {**values, next(iter(values)): uuid4().hex}
        for options in REQUESTS[method, path]:
            for verb in (method, *(["HEAD"] if method == "GET" else [])):
                theirs, none = _fill(path, values), _fill(path, unknown)
                response = await answers_alike(
                    client, verb, Sent(theirs, options), Sent(none, options)
                )
                assert response.status_code not in (401, 403)
                assert not part.statuses or response.status_code in part.statuses

    for path_of_theirs, etag in foreign.unchanged.items():
        kept = await owner.client.get(path_of_theirs)
        assert kept.status_code == 200
        assert kept.headers["etag"] == etag


async def test_every_kind_of_stream_has_samples_in_the_table(owner: Owner) -> None:
    sampled = {kind for part in PARTS.values() for kind in (await part.create(owner)).audited}
    exempt = {kind for part in PARTS.values() for kind in part.unaudited}

    assert sampled | exempt == KINDS.keys()


async def test_a_history_of_another_organisation_answers_as_an_unknown_one(
    client: AsyncClient, owner: Owner
) -> None:
    for part in PARTS.values():
        for kind, keys in (await part.create(owner)).audited.items():
            for key in keys:
                assert (await owner.client.get(f"/audit/{kind}/{key}")).status_code == 200
                for theirs, none in zip(
                    _audit_requests(kind, key), _audit_requests(kind, uuid4().hex), strict=True
                ):
                    for verb in ("GET", "HEAD"):
                        response = await answers_alike(client, verb, theirs, none)
                        assert response.status_code in (400, 404)


def _fill(path: str, values: Mapping[str, str]) -> str:
    for place, value in values.items():
        path = path.replace(place, value)
    return fill_path(path)


def _audit_requests(kind: str, key: str) -> list[Sent]:
    values = {"{kind:str}": kind, "{key:str}": key}
    return [
        Sent(_fill(path, values), options)
        for (_, path), every in PARTS["operate"].requests.items()
        for options in every
    ]
