"""Utilities over HTTP."""

from typing import Any, Final

from httpx import AsyncClient, Response
from msgspec import UNSET

UTILITIES: Final = "/api/v1/utilities"


async def run_utility(
    client: AsyncClient,
    utility_id: str,
    primary: Any,
    config: Any = UNSET,
    secondary: Any = UNSET,
) -> Response:
    body: dict[str, Any] = {"inputs": {"primary": primary}}
    if secondary is not UNSET:
        body["inputs"]["secondary"] = secondary
    if config is not UNSET:
        body["config"] = config
    return await client.post(f"{UTILITIES}/{utility_id}", json=body)
