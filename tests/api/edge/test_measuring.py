"""Request metrics: each request once, by route and never by path."""

import pytest

from application.telemetry.instruments import Distribution
from application.telemetry.metrics import Metrics
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio

DOCUMENTS = "/api/v1/documents"


def seen(metrics: Metrics) -> dict[tuple[str, ...], int]:
    samples = metrics.request_seconds.family.samples
    return {
        labels: sum(sample.counts)
        for labels, sample in samples.items()
        if isinstance(sample, Distribution)
    }


async def test_every_answer_is_measured_under_its_route_and_kind_of_status() -> None:
    metrics = Metrics()
    async with client_of(edge(metrics=metrics)) as client:
        for method, path in (
            ("GET", DOCUMENTS),
            ("GET", f"{DOCUMENTS}/1234/content"),
            ("GET", f"{DOCUMENTS}/5678/content"),
            ("HEAD", f"{DOCUMENTS}/5678/content"),
            ("GET", f"{DOCUMENTS}/crash"),
            ("GET", "/api/v1/nothing"),
            ("GET", f"/{'x' * 50}"),
            ("PATCH", DOCUMENTS),
            ("BREW", DOCUMENTS),
        ):
            await client.request(method, path)
        await client.get(DOCUMENTS, headers={"Host": "evil.example"})

    content = f"{DOCUMENTS}/{{document_id}}/content"
    assert seen(metrics) == {
        ("GET", DOCUMENTS, "2xx"): 1,
        ("GET", content, "2xx"): 2,
        ("HEAD", content, "2xx"): 1,
        ("GET", f"{DOCUMENTS}/crash", "5xx"): 1,
        ("GET", "none", "4xx"): 3,
        ("PATCH", "none", "4xx"): 1,
        ("other", "none", "4xx"): 1,
    }
    assert metrics.requests_in_flight.of().value == 0


async def test_refusals_are_counted() -> None:
    metrics = Metrics()
    async with client_of(edge(metrics=metrics)) as client:
        await client.post(DOCUMENTS, headers={"Origin": "https://evil.example"})

    assert metrics.authentication_refusals.of("403").value == 1
