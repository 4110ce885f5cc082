"""The served API document against the running service: every response is announced."""

from collections.abc import AsyncIterator
from typing import Any, Final

import anyio
import pytest
import schemathesis
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.support.json_api.documents import create
from tests.support.json_api.drafts import DRAFT
from tests.support.service.route_table import NEEDS, documented_routes
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

DOCUMENT: Final = "/api/v1/openapi.json"
EXAMPLES: Final = 12
# The seed's schemas tell neither that content excludes contentText nor how long a name may be, and
# query parameters that there are not are passed over, as everywhere on the web.
EXCLUDED: Final = [positive_data_acceptance, negative_data_rejection]
bounded = settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def tester(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(fresh_name()) as client:
        yield client


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_generated_requests_meet_only_announced_answers(
    service: Service,
    tester: AsyncClient,
    mode: GenerationMode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Half of the positions asked for lie beyond the log, and each would be waited for a second.
    monkeypatch.setattr("application.eventstore.read_your_writes.PATIENCE_SECONDS", 0.02)
    schema = await anyio.to_thread.run_sync(_served_by, service)
    operations = list(schema.get_all_operations())

    for operation in operations:
        assert isinstance(operation, Ok)
        existing, key = await create(tester), tester.headers["Authorization"]
        await anyio.to_thread.run_sync(_try, operation.ok(), key, existing, mode)
    assert {(each.ok().method.upper(), each.ok().path) for each in operations} == documented_routes(
        route for route in NEEDS if route[1].startswith("/api/v1/")
    )


async def test_errors_are_announced_in_the_shape_of_the_seed(anonymous: AsyncClient) -> None:
    document = (await anonymous.get(DOCUMENT)).json()

    told = document["components"]["schemas"]["ErrorResponse"]

    assert {name: told[name] for name in ("type", "required", "additionalProperties")} == {
        "type": "object",
        "required": ["success", "error"],
        "additionalProperties": False,
    }
    assert told["properties"]["success"] == {"enum": [False]}
    assert {name: told["properties"][name]["type"] for name in ("error", "code")} == {
        "error": "string",
        "code": "string",
    }
    for path, operations in document["paths"].items():
        shape = "AIDraftErrorResponse" if path == DRAFT else "ErrorResponse"
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    [content] = response["content"].values()
                    assert content["schema"] == {"$ref": f"#/components/schemas/{shape}"}


def _served_by(service: Service) -> Any:
    return schemathesis.openapi.from_url(service.url + DOCUMENT)


def _try(operation: Any, key: str, existing: str, mode: GenerationMode) -> None:
    """Ask for a document that exists half of the time, until a request has removed it."""

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def each(case: Any, *, known: bool) -> None:
        if known and "document_id" in case.path_parameters:
            case.path_parameters["document_id"] = existing
        case.call_and_validate(headers={"Authorization": key}, excluded_checks=EXCLUDED)

    each()
