"""Audit trails of documents, and a document with several versions."""

from typing import Any

from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS


def audit_of(document: str) -> str:
    """Return where the history of a document at an address is."""
    return f"/audit/documents/{document.rpartition('/')[2]}"


async def events_of(client: AsyncClient, document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(audit_of(document))).json()["events"]
    return found


async def position_of(client: AsyncClient, document: str, version: int = 0) -> int:
    """Return the position of a document's event of that version, or of its last."""
    return int((await events_of(client, document))[version - 1]["position"])


async def versioned_document(client: AsyncClient) -> str:
    """Make a document of three versions and return its address."""
    body = {"name": "versioned", "contentText": '{"a": 1}'}
    document = (await client.post(DOCUMENTS, json=body)).headers["location"]
    for content in ({"a": 2}, {"a": 2, "b": []}):
        await client.put(f"{document}/content", json={"content": content})
    return document
