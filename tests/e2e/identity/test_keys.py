"""``/v1/keys`` as an owner at a browser meets it (seed 000; wire.md, codegen)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from httpx import AsyncClient

from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.json_api.documents import DOCUMENTS
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.dumps import dump_database
from tests.support.service.web import Service, fresh_name, running_service

pytestmark = pytest.mark.anyio

KEYS: Final = "/v1/keys"
DAY: Final = timedelta(days=1)


@pytest.fixture
async def owner(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.browser(fresh_name()) as browser:
        yield browser


async def issued(browser: AsyncClient, **fields: Any) -> dict[str, Any]:
    response = await browser.post(KEYS, json={"name": "ci", **fields})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def opens(service: Service, key: str) -> bool:
    async with service.anonymous() as client:
        headers = {"Authorization": f"Bearer {key}"}
        return (await client.get(DOCUMENTS, headers=headers)).status_code == 200


async def test_a_key_is_shown_once_and_works_at_once(service: Service, owner: AsyncClient) -> None:
    key = await issued(owner, scopes=["documents", "audit"], expiresAt="2099-01-01T00:00:00Z")
    [listed] = [each for each in (await owner.get(KEYS)).json()["keys"] if each["id"] == key["id"]]

    assert await opens(service, key["key"])
    assert key["key"].endswith(key["last4"])
    assert set(key) == {"id", "name", "key", "last4", "scopes", "createdAt", "expiresAt"}
    assert (key["scopes"], key["expiresAt"]) == (["audit", "documents"], "2099-01-01T00:00:00Z")
    assert listed == {
        **{name: value for name, value in key.items() if name != "key"},
        "active": True,
        "lastUsedAt": None,
    }


async def test_a_key_has_all_scopes_and_no_end_unless_it_is_said(owner: AsyncClient) -> None:
    key = await issued(owner)

    assert (key["scopes"], key["expiresAt"]) == (["*"], None)


async def test_when_a_key_was_used_is_listed(service: Service, owner: AsyncClient) -> None:
    key = await issued(owner)
    assert await opens(service, key["key"])
    await service.backend.contexts.identity.key_uses.flush()
    listed = {each["id"]: each for each in (await owner.get(KEYS)).json()["keys"]}

    used = datetime.fromisoformat(listed[key["id"]]["lastUsedAt"])
    assert abs(datetime.now(UTC) - used) < timedelta(minutes=1)


async def test_a_revoked_key_is_dead_at_once_and_stays_listed(
    service: Service, owner: AsyncClient
) -> None:
    key = await issued(owner)
    assert await opens(service, key["key"])
    refused = service.backend.kernel.metrics.key_refusals.of("revoked")
    before = refused.value
    gone = [await owner.delete(f"{KEYS}/{key['id']}") for _ in range(2)]
    listed = {each["id"]: each for each in (await owner.get(KEYS)).json()["keys"]}

    assert [response.status_code for response in gone] == [204, 204]
    assert not await opens(service, key["key"])
    assert refused.value == before + 1
    assert listed[key["id"]]["active"] is False


async def test_a_key_is_dead_here_though_the_read_model_does_not_know(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.eventstore.read_your_writes.PATIENCE_SECONDS", 0.05)
    async with (
        running_service(database, redis_url) as service,
        service.browser() as owner,
    ):
        key = await issued(owner)
        assert await opens(service, key["key"])
        await service.backend.contexts.operate.operations.pause("api_keys")
        assert (await owner.delete(f"{KEYS}/{key['id']}")).status_code == 204
        assert not await opens(service, key["key"])


async def test_a_rotated_key_goes_on_under_its_new_text_and_both_work_for_the_overlap(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.0)
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with (
        running_service(database, redis_url, backend) as service,
        service.browser() as owner,
    ):
        first = await issued(owner)
        second = (await owner.post(f"{KEYS}/{first['id']}/rotate")).json()
        clock.advance(DAY / 2)
        third = (await owner.post(f"{KEYS}/{first['id']}/rotate")).json()
        texts = [each["key"] for each in (first, second, third)]
        working = []
        for _ in range(3):
            working.append([await opens(service, text) for text in texts])
            clock.advance(DAY / 2)
        [listed] = [
            each for each in (await owner.get(KEYS)).json()["keys"] if each["id"] == first["id"]
        ]

    assert [second["id"], third["id"]] == [first["id"]] * 2
    assert working == [[True, True, True], [False, True, True], [False, False, True]]
    assert listed["last4"] == third["last4"]


async def test_without_an_overlap_the_text_before_is_dead_at_once(
    service: Service, owner: AsyncClient
) -> None:
    first = await issued(owner)
    assert await opens(service, first["key"])
    rotated = await owner.post(f"{KEYS}/{first['id']}/rotate", json={"overlapSeconds": 0})

    assert rotated.status_code == 200
    assert not await opens(service, first["key"])
    assert await opens(service, rotated.json()["key"])


async def test_what_is_over_is_not_rotated(owner: AsyncClient) -> None:
    key = await issued(owner)
    await owner.delete(f"{KEYS}/{key['id']}")
    refused = await owner.post(f"{KEYS}/{key['id']}/rotate")

    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "KEY_IS_OVER"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "VALIDATION_ERROR"),
        ({"name": ""}, 400, "INVALID_TEXT"),
        ({"name": "n" * 101}, 400, "INVALID_TEXT"),
        ({"name": "n", "scopes": []}, 400, "UNKNOWN_SCOPE"),
        ({"name": "n", "scopes": ["everything"]}, 400, "UNKNOWN_SCOPE"),
        ({"name": "n", "scopes": ["ops"]}, 403, "OPERATOR_SCOPE"),
        ({"name": "n", "expiresAt": "2000-01-01T00:00:00Z"}, 400, "KEY_EXPIRES_IN_PAST"),
        ({"name": "n", "expiresAt": "2099-01-01T00:00:00"}, 400, "VALIDATION_ERROR"),
        ({"name": "n", "expiresAt": "tomorrow"}, 400, "VALIDATION_ERROR"),
        ({"name": "n", "admin": True}, 400, "VALIDATION_ERROR"),
    ],
)
async def test_what_is_no_key_is_refused(
    owner: AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    refused = await owner.post(KEYS, json=body)

    assert refused.status_code == status
    assert refused.json()["error"]["code"] == code


async def test_a_repeated_request_issues_one_key_and_shows_it_once(
    service: Service, owner: AsyncClient
) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    first, again = [await owner.post(KEYS, json={"name": "ci"}, headers=headers) for _ in range(2)]
    other = await owner.post(KEYS, json={"name": "other"}, headers=headers)

    assert [first.status_code, again.status_code, other.status_code] == [201, 201, 422]
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == {name: v for name, v in first.json().items() if name != "key"}
    assert len((await owner.get(KEYS)).json()["keys"]) == 2  # one is of the organisation's making
    assert await opens(service, first.json()["key"])


async def test_anothers_key_is_as_missing_as_none(service: Service, owner: AsyncClient) -> None:
    key = await issued(owner)
    async with service.browser(fresh_name()) as stranger:
        for method, path in [("DELETE", "/v1/keys/{}"), ("POST", "/v1/keys/{}/rotate")]:
            theirs = await stranger.request(method, path.format(key["id"]))
            none = await stranger.request(method, path.format(uuid4().hex))
            assert theirs.status_code == 404
            assert none.status_code == 404
            assert theirs.content == none.content
        listed = (await stranger.get(KEYS)).json()["keys"]

    assert key["id"] not in {each["id"] for each in listed}
    assert await opens(service, key["key"])


async def test_keys_have_a_history_with_people_in_it(owner: AsyncClient) -> None:
    key = await issued(owner)
    await owner.post(f"{KEYS}/{key['id']}/rotate")
    await owner.delete(f"{KEYS}/{key['id']}")
    me = (await owner.get("/v1/me")).json()["user"]
    events = (await owner.get(f"/audit/keys/{key['id']}")).json()["events"]

    assert [event["type"] for event in events] == ["key.issued", "key.rotated", "key.revoked"]
    assert {event["actor"]["name"] for event in events} == {me["email"]}


async def test_the_text_of_a_key_is_nowhere_in_the_database(
    database: Database, redis_url: str
) -> None:
    async with (
        running_service(database, redis_url) as service,
        service.browser() as owner,
    ):
        once, too = {"Idempotency-Key": "first"}, {"Idempotency-Key": "second"}
        key = (await owner.post(KEYS, json={"name": "ci"}, headers=once)).json()
        rotated = (await owner.post(f"{KEYS}/{key['id']}/rotate", headers=too)).json()

        whole = dump_database(database.owner)

    assert b"key.rotated" in whole
    for text in (key["key"], rotated["key"]):
        assert text.encode() not in whole
