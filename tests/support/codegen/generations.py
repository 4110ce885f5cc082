"""Generations over HTTP, as seed 000 has them."""

from typing import Any, Final

from httpx import AsyncClient, Response

GENERATIONS: Final = "/v1/generations"
SEED: Final[dict[str, Any]] = {
    "prompt": "Export released parts to CSV",
    "requestId": "req_123",
    "projectContext": {"tcVersion": "14.3", "compiler": "gcc", "codePrefix": "PNX"},
    "options": {"explicitType": "itk-batch", "explicitPattern": "query-export", "dryRun": False},
}
"""The request of seed 000."""
STAGES: Final = (
    *("planning", "selecting-pattern", "loading-kb", "generating", "validating", "packaging"),
)


def request_body(prompt: str = "Export released parts to CSV", **others: Any) -> dict[str, Any]:
    return {"prompt": prompt, "projectContext": SEED["projectContext"], **others}


async def post_generation(client: AsyncClient, body: dict[str, Any] | None = None) -> Response:
    return await client.post(GENERATIONS, json=body or request_body(), timeout=30)


async def create_generation(
    client: AsyncClient, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    response = await post_generation(client, body)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told
