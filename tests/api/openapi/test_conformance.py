"""API documents against the routes of a sample, by generated requests."""

from typing import Any

import anyio
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth

from tests.api.serving import edge, listening

pytestmark = pytest.mark.anyio


def probe(base: str) -> int:
    """Try every operation with generated input, and return how many there were."""
    schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json")
    found = list(schema.get_all_operations())
    for operation in found:
        assert isinstance(operation, Ok)
        _try(operation.ok(), base)
    return len(found)


def _try(operation: Any, base: str) -> None:
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def each(case: Any) -> None:
        # The sample asks for keys in its documents only.
        case.call_and_validate(base_url=base, excluded_checks=[ignored_auth])

    each()


async def test_generated_requests_meet_only_documented_answers() -> None:
    async with listening(edge()) as port:
        tried = await anyio.to_thread.run_sync(probe, f"http://127.0.0.1:{port}")
    assert tried == 4
