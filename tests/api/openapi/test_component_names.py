"""Published names of component schemas: a renamed or moved class keeps the name of its schema.

Generated clients name their types after components. When this test fails after a rename, add the
old name to ``api.openapi.schemas.PUBLISHED_NAMES``; only a new or removed type changes the list.
"""

from pathlib import Path
from typing import Final

import msgspec
import pytest

from adapters.redis.limiter import limiter_client
from api.edge.hosts import HostPolicy
from api.http.draining import Draining
from scripts.composition.backend import Backend
from scripts.composition.web import HttpParts, web_application
from scripts.telemetry.exposition import ProcessExposition
from tests.api.serving import client_of
from tests.support.service.backends import SECRETS, Failures

pytestmark = pytest.mark.anyio

NAMES: Final = msgspec.json.decode(
    Path(__file__).with_name("component_names.json").read_bytes(), type=dict[str, list[str]]
)


async def test_component_schemas_have_the_published_names() -> None:
    backend = Backend("", SECRETS, Failures())
    redis = limiter_client("redis://127.0.0.1")
    exposition = ProcessExposition(backend, "api", None)
    app = web_application(backend, HttpParts(redis, HostPolicy.serving(()), Draining(), exposition))

    async with client_of(app) as client:  # documents need neither database nor Redis
        documents = {address: (await client.get(address)).json() for address in NAMES}

    for address, document in documents.items():
        schemas = document["components"]["schemas"]
        assert list(schemas) == NAMES[address]
        assert {name: schema["title"] for name, schema in schemas.items()} == {
            name: name.rpartition(".")[2] for name in NAMES[address]
        }
