"""Audit: states of a stream at any position, and filters on its events."""

from typing import Any

import pytest
from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS
from tests.support.json_api.histories import audit_of, events_of, versioned_document
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def versioned(client: AsyncClient) -> str:
    return await versioned_document(client)


async def test_events_tell_their_hash_and_what_people_call_the_key_that_acted(
    client: AsyncClient, service: Service, versioned: str
) -> None:
    events = await events_of(client, versioned)
    log = service.backend.kernel.log
    stored = await log.read(f"document-{versioned.rpartition('/')[2]}")

    assert [event["hash"] for event in events] == [record.chain_hash.hex() for record in stored]
    assert {event["actor"]["kind"] for event in events} == {"key"}
    assert {event["actor"]["name"] for event in events} == {"test"}


async def test_events_are_chosen_by_actor_request_type_and_time(
    client: AsyncClient, versioned: str
) -> None:
    path, events = audit_of(versioned), await events_of(client, versioned)
    first, second, third = events
    actor = f"key:{first['actor']['id']}"

    async def chosen(**params: object) -> list[Any]:
        found = (await client.get(path, params=params)).json()  # type: ignore[arg-type]  # httpx
        return [event["version"] for event in found["events"]]

    assert await chosen(actor=actor) == [1, 2, 3]
    assert await chosen(actor="key:another") == []
    assert await chosen(requestId=second["requestId"]) == [2]
    assert await chosen(type="document.created") == [1]
    assert await chosen(type="no.such") == []
    assert await chosen(**{"from": f"@{second['position']}"}) == [2, 3]
    assert await chosen(until=f"@{second['position']}") == [1, 2]
    assert await chosen(**{"from": third["recordedAt"]}) == [3]
    assert await chosen(until=first["recordedAt"]) == [1]
    assert await chosen(actor=actor, after=1, limit=1) == [2]
    assert await chosen(**{"from": "0001-01-01", "until": "2000-01-01"}) == []


async def test_a_search_looks_at_so_many_events_and_says_where_to_go_on(
    client: AsyncClient, versioned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.postgres.audit_trail.WINDOW", 2)
    path = audit_of(versioned)

    first = (await client.get(path, params={"type": "no.such"})).json()
    rest = (await client.get(path, params={"type": "no.such", "after": first["next"]})).json()

    assert (first, rest) == ({"events": [], "next": 2}, {"events": [], "next": None})


@pytest.mark.parametrize(
    ("route", "params", "code"),
    [
        ("", {"from": "yesterday"}, "INVALID_MOMENT"),
        ("", {"until": "@"}, "INVALID_MOMENT"),
        ("", {"actor": "a\0b"}, "INVALID_PARAMETER"),
        ("/state", {"asOf": "@-1"}, "INVALID_AS_OF"),
        ("/diff", {}, "INVALID_MOMENT"),
        ("/diff", {"from": "@1", "to": "later"}, "INVALID_MOMENT"),
    ],
)
async def test_invalid_moments_and_parameters_have_different_codes(
    client: AsyncClient, versioned: str, route: str, params: dict[str, str], code: str
) -> None:
    response = await client.get(audit_of(versioned) + route, params=params)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == code


async def test_the_state_as_of_any_time_or_position_is_folded_from_the_events_until_then(
    client: AsyncClient, versioned: str
) -> None:
    path, events = f"{audit_of(versioned)}/state", await events_of(client, versioned)

    now = (await client.get(path)).json()
    second = (await client.get(path, params={"asOf": f"@{events[1]['position']}"})).json()
    at_first = (await client.get(path, params={"asOf": events[0]["recordedAt"]})).json()
    before = await client.get(path, params={"asOf": f"@{events[0]['position'] - 1}"})

    assert [now["version"], second["version"], at_first["version"]] == [3, 2, 1]
    assert second["position"] == events[1]["position"]
    assert second["recordedAt"] == events[1]["recordedAt"]
    assert [now["state"]["number"], second["state"]["number"]] == [3, 2]
    assert now["state"]["label"]["name"] == "versioned"
    assert before.status_code == 404


async def test_two_states_are_compared_as_a_patch(client: AsyncClient, versioned: str) -> None:
    path, events = f"{audit_of(versioned)}/diff", await events_of(client, versioned)
    await client.delete(versioned)
    first, last = events[0]["position"], events[-1]["position"]

    found = (await client.get(path, params={"from": f"@{first}", "to": f"@{last}"})).json()
    beginning = (await client.get(path, params={"from": "@0", "to": f"@{first}"})).json()
    trashed = (await client.get(path, params={"from": f"@{last}"})).json()

    assert [found["from"]["version"], found["to"]["version"]] == [1, 3]
    changed = {operation["path"]: operation for operation in found["patch"]}
    assert changed["/number"] == {"op": "replace", "path": "/number", "value": 3}
    assert changed.keys() == {"/number", "/content/digest", "/content/size"}
    assert (beginning["from"], [each["op"] for each in beginning["patch"]]) == (None, ["replace"])
    assert {"op": "replace", "path": "/status", "value": "trashed"} in trashed["patch"]


async def test_every_kind_of_stream_is_audited_alike(client: AsyncClient) -> None:
    body = {"name": "a", "folder": "kept", "contentText": "{}"}
    document = (await client.post(DOCUMENTS, json=body)).json()["document"]
    await client.delete(f"{DOCUMENTS}/{document['id']}")
    await client.post(f"{DOCUMENTS}/{document['id']}/purge")

    folder = (await client.get(f"/audit/folders/{document['folderId']}/state")).json()
    purged = (await client.get(f"/audit/documents/{document['id']}/state")).json()
    erasure = (await client.get(f"/audit/erasures/{document['id']}/state")).json()

    assert folder["state"] == {"path": "kept"}
    assert purged["state"]["status"] == "purged"
    assert erasure["state"] == {"subject": f"document-{document['id']}"}
