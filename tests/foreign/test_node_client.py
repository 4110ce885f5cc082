"""A client on Node's own fetch and JSON: documents, the event stream and the OpenAPI document."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.support.programs import run
from tests.support.service.web import Service, fresh_name

pytestmark = [pytest.mark.anyio, pytest.mark.foreign]
CLIENT: Final = Path(__file__).with_name("client.mjs")
CONTENT: Final = {
    "text": 'a "b" \\ / \u2028 \U0001f600 é',
    "numbers": [0, -1, 1.5, 1e-7, 9007199254740991],
    "nested": {"": [], "__proto__x": None, "true": [True, False]},
}


async def test_node_creates_a_document_reads_it_back_and_sees_its_event(service: Service) -> None:
    key = await service.key(fresh_name())

    done = await run("node", CLIENT, service.url, key, json.dumps(CONTENT))

    assert done.status == 0, done.output
    received = json.loads(done.output)
    assert received["status"] == 201
    assert received["content"] == CONTENT
    assert received["event"]["event"] == "document.created"
    assert int(received["event"]["id"]) == received["event"]["data"]["position"]
    assert received["openapi"] == "3.1.0"
