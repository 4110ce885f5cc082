"""Creates documents over HTTP, before reads are measured."""

import asyncio
from collections.abc import Iterable
from typing import Final

import uvloop
from httpx import AsyncClient, Limits

from scripts.bench.load import Target

DOCUMENTS: Final = 1_000
AT_ONCE: Final = 16
TEXT: Final = '{"customers": [{"id": 1, "email": "ada@example.com", "name": "Ada Lovelace"}]}\n'


def seed(target: Target) -> None:
    """Create a thousand documents and write their ids to the file of the load generator."""
    target.ids.write_text("\n".join(uvloop.run(_create_all(target))) + "\n")


async def _create_all(target: Target) -> list[str]:
    headers = {"Authorization": f"Bearer {target.key}"}
    limits = Limits(max_connections=AT_ONCE)
    async with AsyncClient(base_url=target.url, headers=headers, limits=limits) as client:
        shares = (range(first, DOCUMENTS, AT_ONCE) for first in range(AT_ONCE))
        shares_of_ids = await asyncio.gather(
            *(_create_share(client, numbers) for numbers in shares)
        )
    return [document_id for ids in shares_of_ids for document_id in ids]


async def _create_share(client: AsyncClient, numbers: Iterable[int]) -> list[str]:
    return [await _create(client, number) for number in numbers]


async def _create(client: AsyncClient, number: int) -> str:
    document = {
        "name": f"customer-records-{number:07}",
        "description": "Imported customer records",
        "tags": ["crm", "import"],
        "contentText": TEXT,
    }
    response = await client.post("/api/v1/documents", json=document)
    response.raise_for_status()
    return str(response.json()["document"]["id"])
