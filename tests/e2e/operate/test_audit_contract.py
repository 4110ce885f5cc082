"""The routes of auditors and readers of the feed against what their document announces."""

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
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

# What a moment is no schema tells, and query parameters that there are not are passed over.
EXCLUDED: Final = [positive_data_acceptance, negative_data_rejection]
bounded = settings(max_examples=10, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def auditor(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(fresh_name()) as client:
        yield client


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_generated_requests_meet_only_announced_answers(
    service: Service, auditor: AsyncClient, mode: GenerationMode
) -> None:
    existing, key = await create(auditor), auditor.headers["Authorization"]
    schema = await anyio.to_thread.run_sync(_served_by, service)

    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)
        await anyio.to_thread.run_sync(_try, operation.ok(), key, existing, mode)


def _served_by(service: Service) -> Any:
    served = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    return served.include(path_regex="^/(audit|events)")


def _try(operation: Any, key: str, existing: str, mode: GenerationMode) -> None:
    """Ask for a document that there is half of the time."""

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def each(case: Any, *, known: bool) -> None:
        if known and "key" in case.path_parameters:
            case.path_parameters |= {"kind": "documents", "key": existing}
        headers = {"Authorization": key, "Accept": "application/json"}  # a stream has no end
        case.call_and_validate(headers=headers, excluded_checks=EXCLUDED)

    each()
