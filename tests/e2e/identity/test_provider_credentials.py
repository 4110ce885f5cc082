"""The credential of a key: never shown, deleted with the key, sealed in the database."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from httpx import AsyncClient

from application.llm.provider_credentials import Credential
from domain.outbound_addresses import Allowed
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.dumps import dump_database
from tests.support.service.web import Service, fresh_name, running_service

pytestmark = pytest.mark.anyio

SECRET: Final = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"  # noqa: S105 - made up
OPENAI: Final = {"provider": "openai", "model": "gpt-4o", "secret": SECRET}


@pytest.fixture
async def owner(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.browser(fresh_name()) as browser:
        yield browser


@pytest.fixture
async def key(owner: AsyncClient) -> str:
    return str((await owner.post("/v1/keys", json={"name": "ci"})).json()["id"])


async def bound(service: Service, owner: AsyncClient, key: str) -> Credential:
    credential = await found(service, owner, key)
    assert credential is not None
    return credential


async def found(service: Service, owner: AsyncClient, key: str) -> Credential | None:
    org_id = (await owner.get("/v1/me")).json()["organisation"]["id"]
    return await service.backend.contexts.llm.credentials.find(org_id, key)


async def test_a_credential_is_bound_and_shown_without_its_secret(
    service: Service, owner: AsyncClient, key: str
) -> None:
    answered = await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)
    credential = await bound(service, owner, key)

    assert answered.json() == {
        "provider": "openai",
        "baseUrl": "https://api.openai.com/v1",
        "model": "gpt-4o",
        "last4": SECRET[-4:],
    }
    assert credential.secret.reveal() == SECRET
    assert SECRET not in repr(credential)
    for path in ("/v1/keys", f"/audit/keys/{key}", f"/audit/keys/{key}/state", "/events?after=0"):
        assert SECRET not in (await owner.get(path)).text


async def test_another_credential_takes_the_place_of_the_one_before(
    service: Service, owner: AsyncClient, key: str
) -> None:
    await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)
    await owner.put(f"/v1/keys/{key}/credential", json={**OPENAI, "secret": "another-secret"})

    assert (await bound(service, owner, key)).secret.reveal() == "another-secret"
    assert await secrets_kept(service, key) == 1


async def test_what_is_removed_is_gone(service: Service, owner: AsyncClient, key: str) -> None:
    await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)
    removed, again = [await owner.delete(f"/v1/keys/{key}/credential") for _ in range(2)]

    assert removed.status_code == 204
    assert again.status_code == 404
    assert again.json()["error"]["code"] == "CREDENTIAL_NOT_FOUND"
    assert await secrets_kept(service, key) == 0
    assert await found(service, owner, key) is None


async def test_a_revoked_key_takes_its_credential_along(
    service: Service, owner: AsyncClient, key: str
) -> None:
    await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)
    await owner.delete(f"/v1/keys/{key}")
    events = (await owner.get(f"/audit/keys/{key}")).json()["events"]
    refused = await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)

    assert [event["type"].partition(".")[2] for event in events] == [
        *("issued", "credential_bound", "credential_removed", "revoked")
    ]
    assert await secrets_kept(service, key) == 0
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "KEY_IS_OVER"


async def test_a_rotated_key_keeps_its_credential(
    service: Service, owner: AsyncClient, key: str
) -> None:
    await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)
    await owner.post(f"/v1/keys/{key}/rotate")

    assert (await bound(service, owner, key)).secret.reveal() == SECRET


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"provider": None}, "VALIDATION_ERROR"),
        ({"provider": "Open AI"}, "VALIDATION_ERROR"),
        ({"provider": "ollama"}, "VALIDATION_ERROR"),
        ({"model": ""}, "VALIDATION_ERROR"),
        ({"secret": "short"}, "VALIDATION_ERROR"),
        ({"secret": "with\nline ends"}, "VALIDATION_ERROR"),
        ({"baseUrl": "http://api.openai.com/v1"}, "ADDRESS_REFUSED"),
        ({"baseUrl": "https://169.254.169.254/latest"}, "ADDRESS_REFUSED"),
        ({"baseUrl": "https://localhost:11434"}, "ADDRESS_REFUSED"),
        ({"more": 1}, "VALIDATION_ERROR"),
    ],
)
async def test_what_is_no_credential_is_refused_and_not_repeated(
    service: Service, owner: AsyncClient, key: str, changed: dict[str, Any], code: str
) -> None:
    refused = await owner.put(f"/v1/keys/{key}/credential", json={**OPENAI, **changed})

    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == code
    assert SECRET not in refused.text
    assert await secrets_kept(service, key) == 0


async def test_an_operator_allows_a_model_on_their_own_network(
    database: Database, redis_url: str
) -> None:
    options = Options(addresses=Allowed.parsed("127.0.0.1"))
    backend = Backend(database.app, SECRETS, Failures(), options=options)
    async with running_service(database, redis_url, backend) as service, service.browser() as owner:
        key = (await owner.post("/v1/keys", json={"name": "ci"})).json()["id"]
        near = {**OPENAI, "provider": "ollama", "baseUrl": "http://127.0.0.1:11434/v1"}
        answered = await owner.put(f"/v1/keys/{key}/credential", json=near)

    assert answered.status_code == 200


async def test_no_secret_is_in_the_database_in_the_clear(
    database: Database, redis_url: str
) -> None:
    async with running_service(database, redis_url) as service, service.browser() as owner:
        key = (await owner.post("/v1/keys", json={"name": "ci"})).json()["id"]
        await owner.put(f"/v1/keys/{key}/credential", json=OPENAI)
        whole = dump_database(database.owner)

    assert b"key.credential_bound" in whole
    assert SECRET.encode() not in whole
    assert SECRET.encode().hex().encode() not in whole


async def secrets_kept(service: Service, key: str) -> int:
    """Count what is kept for credentials of the key's organisation: texts and their data keys."""
    org_id = await service.backend.contexts.identity.api_keys.owner_of(key)
    [(texts, keys)] = await service.backend.kernel.select(
        """
        SELECT (SELECT count(*) FROM contents WHERE owner LIKE %b),
               (SELECT count(*) FROM data_keys WHERE stream LIKE %b)
        """,
        [f"credential-{org_id}.%"] * 2,
    )
    assert texts == keys
    return int(texts)
