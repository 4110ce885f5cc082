"""The operators' routes against what their document announces."""

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

from domain.identity.organisations import LOCAL
from tests.support.service.route_table import NEEDS, documented_routes
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

# That a reason must say something no schema tells; bodies are read only where one is taken.
EXCLUDED: Final = [positive_data_acceptance, negative_data_rejection]
bounded = settings(max_examples=5, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def operator(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(LOCAL, "ops") as client:
        yield client


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_generated_requests_meet_only_announced_answers(
    service: Service, operator: AsyncClient, mode: GenerationMode
) -> None:
    schema = await anyio.to_thread.run_sync(_served_by, service)
    operations = list(schema.get_all_operations())

    for operation in operations:
        assert isinstance(operation, Ok)
        key = operator.headers["Authorization"]
        await anyio.to_thread.run_sync(_try, operation.ok(), key, mode)
    assert {(each.ok().method.upper(), each.ok().path) for each in operations} == documented_routes(
        route
        for route in NEEDS
        if route[1].startswith("/ops/") and not route[1].endswith("/progress")
    )


def _served_by(service: Service) -> Any:
    served = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    return served.include(path_regex="^/ops/").exclude(path_regex="/progress$")  # has no end


def _try(operation: Any, key: str, mode: GenerationMode) -> None:
    """Decide on a model that there is half of the time."""

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def each(case: Any, *, known: bool) -> None:
        if known and "name" in case.path_parameters:
            case.path_parameters["name"] = "folders"
        case.call_and_validate(headers={"Authorization": key}, excluded_checks=EXCLUDED)

    each()
