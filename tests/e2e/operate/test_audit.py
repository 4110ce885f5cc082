"""Audit: the history of every kind of stream, for callers with the scope."""

from typing import Any

import pytest
from httpx import AsyncClient

from tests.support.json_api.histories import audit_of, events_of, versioned_document
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio


@pytest.fixture
async def versioned(client: AsyncClient) -> str:
    return await versioned_document(client)


async def test_an_audit_is_paged_by_version_oldest_first(
    client: AsyncClient, versioned: str
) -> None:
    everything = await events_of(client, versioned)
    path, after, seen = audit_of(versioned), 0, list[Any]()
    for _ in range(3):
        page = (await client.get(path, params={"after": after, "limit": 1})).json()
        seen += page["events"]
        after = page["next"]

    assert seen == everything
    assert after is None
    assert [event["version"] for event in seen] == [1, 2, 3]
    types = ["document.created", "document.version_added", "document.version_added"]
    assert [event["type"] for event in seen] == types
    assert (await client.get(path, params={"after": 3})).json() == {"events": [], "next": None}


@pytest.mark.parametrize(
    "params", [{"after": "-1"}, {"after": "x"}, {"limit": "0"}, {"limit": "101"}]
)
async def test_an_audit_cannot_be_paged_by_nonsense(
    client: AsyncClient, versioned: str, params: dict[str, str]
) -> None:
    response = await client.get(audit_of(versioned), params=params)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "INVALID_PAGING"


async def test_keys_and_organisations_are_audited_too(service: Service) -> None:
    org = fresh_name()
    issued = await service.issue(org)
    org_id = await service.backend.contexts.identity.organisations.find_by_name(org)
    async with service.client(org, "audit") as auditor:
        key = (await auditor.get(f"/audit/keys/{issued.key_id}")).json()["events"]
        organisation = (await auditor.get(f"/audit/organisations/{org_id}")).json()["events"]
        await service.revoke(issued.key_id)
        revoked = (await auditor.get(f"/audit/keys/{issued.key_id}")).json()["events"]

    assert [event["type"] for event in organisation] == ["organisation.created"]
    assert [event["type"] for event in key] == ["key.issued"]
    assert [event["type"] for event in revoked] == ["key.issued", "key.revoked"]
    assert revoked[0]["actor"] == {"kind": "system", "id": "test", "name": None}
    assert issued.text not in str(revoked)


async def test_an_audit_needs_its_scope_and_shows_only_the_own_organisation(
    service: Service, client: AsyncClient, rival: AsyncClient, versioned: str
) -> None:
    path = audit_of(versioned)
    async with service.client(fresh_name(), "documents") as reader:
        assert (await reader.get(path)).status_code == 403

    assert (await client.get(path)).status_code == 200
    assert (await rival.get(path)).status_code == 404
