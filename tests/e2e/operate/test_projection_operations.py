"""Operations on read models over HTTP, and the reach of a poison event."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

import pytest
from httpx import AsyncClient
from psycopg import AsyncConnection

from application.eventstore.envelope import RecordedEvent
from domain.identity.organisations import LOCAL
from projections import catalogue
from projections.documents.folders import FOLDERS
from projections.engine.projection import Projection, Write
from scripts.composition import kernel
from scripts.composition.backend import Backend
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, running_service
from tests.support.telemetry.rules import rules
from tests.support.telemetry.scrapes import Scrape
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MODELS: Final = "/ops/projections"
POISONED: Final = "a poisoned folder"


@pytest.fixture
async def operator(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(LOCAL, "ops") as client:
        yield client


async def test_models_are_listed_with_their_builds(operator: AsyncClient) -> None:
    models = (await operator.get(MODELS)).json()["projections"]

    assert {model["name"] for model in models} >= {"document_summaries", "folders", "api_keys"}
    for model in models:
        [generation] = [each for each in model["generations"] if each["live"]]
        assert model["status"] == generation["status"] == "running"
        assert generation["openedAt"].endswith("Z")
        assert generation.keys() >= {"position", "lag", "lagSeconds", "rate", "etaSeconds", "held"}


async def test_a_model_is_rebuilt_compared_switched_to_and_rolled_back(
    operator: AsyncClient, client: AsyncClient
) -> None:
    model = f"{MODELS}/document_summaries"
    document = await create(client)
    rebuilt = (await operator.post(f"{model}/rebuild", json={"hold": True})).json()
    again = (await operator.post(f"{model}/rebuild", json={"hold": True})).json()
    assert [each["generation"] for each in again["generations"]] == [1, 2]
    assert [each["held"] for each in rebuilt["generations"]] == [False, True]
    await eventually(_shows(operator, 2, held=True, lag=0))

    found = (await operator.get(f"{model}/diff")).json()
    assert (found["live"], found["other"], found["clean"], found["note"]) == (1, 2, True, "")
    assert found["tables"][0]["liveRows"] == found["tables"][0]["otherRows"] > 0

    assert (await operator.post(f"{model}/switch")).status_code == 200
    await eventually(_shows(operator, 2, live=True))
    assert (await client.get(f"{DOCUMENTS}/{document}")).status_code == 200
    assert (await operator.post(f"{model}/rollback")).status_code == 200
    await eventually(_shows(operator, 1, live=True))
    refused = await operator.post(f"{model}/rollback")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "NO_SUCH_GENERATION"
    dropped = (await operator.post(f"{model}/drop")).json()
    assert [each["generation"] for each in dropped["generations"]] == [1]
    await operator.post(f"{model}/rebuild", json={"hold": True})
    cancelled = (await operator.post(f"{model}/cancel")).json()
    assert [each["live"] for each in cancelled["generations"]] == [True]


async def test_a_paused_model_is_seen_to_be_and_harms_no_readiness(
    operator: AsyncClient, client: AsyncClient
) -> None:
    paused = (await operator.post(f"{MODELS}/document_summaries/pause")).json()
    assert paused["status"] == "paused"
    document = await create(client)
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    assert "document_summaries paused" in ready.json()["checks"]["projections"]
    unseen = await client.get(f"{DOCUMENTS}/{document}")
    assert unseen.status_code == 404

    resumed = (await operator.post(f"{MODELS}/document_summaries/resume")).json()
    assert resumed["status"] == "running"

    async def is_served() -> bool:
        return (await client.get(f"{DOCUMENTS}/{document}")).status_code == 200

    await eventually(is_served)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("nothing/pause", {}, 404, "PROJECTION_NOT_FOUND"),
        ("folders/cancel", {}, 409, "NO_SUCH_GENERATION"),
        ("folders/skip", {"reason": "r"}, 409, "NOT_STOPPED_THERE"),
        ("folders/skip", {}, 400, "VALIDATION_ERROR"),
        ("folders/skip", {"reason": " "}, 409, "NOT_STOPPED_THERE"),
        ("folders/skip", {"reason": "r", "position": 0}, 400, "VALIDATION_ERROR"),
        ("folders/rebuild", {"wait": True}, 400, "VALIDATION_ERROR"),
    ],
)
async def test_what_cannot_be_decided_is_refused_and_changes_nothing(
    operator: AsyncClient, path: str, body: object, status: int, code: str
) -> None:
    before = (await operator.get(MODELS)).json()["projections"]

    refused = await operator.post(f"{MODELS}/{path}", json=body)

    assert refused.status_code == status
    assert refused.json()["error"]["code"] == code
    after = (await operator.get(MODELS)).json()["projections"]
    assert [_numbers(model) for model in after] == [_numbers(model) for model in before]


async def test_what_has_not_failed_has_no_failure(operator: AsyncClient) -> None:
    answer = await operator.get(f"{MODELS}/folders/failure")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NOTHING_FAILED"


async def test_a_poison_event_stops_one_model_and_alarms_until_an_operator_passes_over_it(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "PROJECTIONS", _with_brittle_folders())
    backend = Backend(database.app, SECRETS, Failures())
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme") as client,
        service.client(LOCAL, "ops") as operator,
    ):
        await eventually(_ready(client))
        alert = rules()["ProjectionFailed"]
        assert alert.alarms(await _scraped(operator)) == set()
        await create(client, folder=POISONED)
        await eventually(_failed(operator))

        told = await client.get("/readyz")
        assert told.status_code == 200
        assert told.json()["status"] == "degraded"
        scrape = await _scraped(operator)
        assert alert.alarms(scrape) == {"folders"}
        assert scrape.value("forge_projection_stops_total", projection="folders") == 1
        other = await create(client)
        assert (await client.get(f"{DOCUMENTS}/{other}")).status_code == 200

        failure = (await operator.get(f"{MODELS}/folders/failure")).json()
        place = scrape.value("forge_projection_failed_position", projection="folders")
        assert place == failure["position"]
        assert (failure["type"], failure["data"]["path"]) == ("folder.created", POISONED)
        assert "cannot be" in failure["error"]
        skip = {"reason": "made by a test", "position": failure["position"]}
        assert (await operator.post(f"{MODELS}/folders/skip", json=skip)).status_code == 200

        await eventually(_ready(client))
        assert alert.alarms(await _scraped(operator)) == set()
        later = await create(client, folder="fine")
        assert (await client.get(f"{DOCUMENTS}/{later}")).status_code == 200
        names = [each["name"] for each in (await client.get("/api/v1/folders")).json()["folders"]]
        assert POISONED not in names


async def test_an_edited_tracking_row_alarms_until_the_model_is_rebuilt(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.admin.completeness.LOOK_SECONDS", 0.05)
    async with (
        running_service(database, redis_url) as service,
        service.client(LOCAL, "ops") as operator,
        await AsyncConnection.connect(database.owner, autocommit=True) as looker,
    ):
        await eventually(_ready(operator))
        await looker.execute("UPDATE projections SET digest = 7 WHERE name = 'folders'")

        async def alarmed() -> bool:
            return bool((await operator.get("/readyz")).json()["status"] == "degraded")

        await eventually(alarmed)
        models = (await operator.get(MODELS)).json()["projections"]
        assert [model["name"] for model in models if model["incomplete"]] == ["folders"]
        alert = rules()["ProjectionIncomplete"]
        assert alert.alarms(await _scraped(operator)) == {"folders"}
        await operator.post(f"{MODELS}/folders/rebuild")
        await eventually(_ready(operator))
        assert alert.alarms(await _scraped(operator)) == set()


async def _scraped(operator: AsyncClient) -> Scrape:
    return Scrape((await operator.get("/metrics")).text)


def _with_brittle_folders() -> Sequence[Projection]:
    def brittle(records: Sequence[RecordedEvent]) -> Sequence[Write]:
        if any(getattr(record.event, "path", "") == POISONED for record in records):
            raise ValueError("this cannot be")
        return FOLDERS.fold(records)

    failing = FOLDERS._replace(fold=brittle)
    return [failing if each is FOLDERS else each for each in catalogue.PROJECTIONS]


def _shows(
    operator: AsyncClient, generation: int, **wanted: object
) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        models = (await operator.get(MODELS)).json()["projections"]
        return any(
            each["generation"] == generation and wanted.items() <= each.items()
            for model in models
            if model["name"] == "document_summaries"
            for each in model["generations"]
        )

    return ask


def _ready(client: AsyncClient) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return bool((await client.get("/readyz")).json()["status"] == "ready")

    return ask


def _failed(operator: AsyncClient) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        models = (await operator.get(MODELS)).json()["projections"]
        return [model["name"] for model in models if model["status"] == "failed"] == ["folders"]

    return ask


def _numbers(model: Any) -> object:
    return model["name"], [each["generation"] for each in model["generations"]]
