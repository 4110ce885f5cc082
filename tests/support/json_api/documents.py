"""The document of seed 002, as a client posts it."""

from typing import Final

from httpx import AsyncClient

DOCUMENTS: Final = "/api/v1/documents"
TEXT: Final = '{\n  "customers": [\n    { "id": 1, "email": "ada@example.com" }\n  ]\n}\n'
NEW: Final = {
    "name": "customer-records",
    "description": "Imported customer records",
    "tags": ["crm", "import"],
    "folder": "imports/2026",
    "contentText": TEXT,
}


async def create(client: AsyncClient, **fields: object) -> str:
    """Create the document, with some fields changed, and return its id."""
    response = await client.post(DOCUMENTS, json=NEW | fields)
    assert response.status_code == 201, response.text
    return str(response.json()["document"]["id"])
