"""The progress of a rebuild as server-sent events, to its end or its failure."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import pytest

from application.eventstore.envelope import RecordedEvent
from domain.identity.organisations import LOCAL
from projections import catalogue
from projections.documents.folders import FOLDERS
from projections.engine.projection import Write
from scripts.composition import kernel
from scripts.composition.backend import Backend
from tests.support.feed.event_streams import EventSource, event_source
from tests.support.json_api.documents import create
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.locks import hold_leadership
from tests.support.service.web import Service, running_service

pytestmark = pytest.mark.anyio

MODEL: Final = "/ops/projections/folders"
PROGRESS: Final = f"{MODEL}/progress"


class Breakable:
    """A fold that does not take events while it is broken."""

    def __init__(self) -> None:
        self.broken = False

    def __call__(self, records: Sequence[RecordedEvent]) -> Sequence[Write]:
        if self.broken:
            raise ValueError("this cannot be")
        return FOLDERS.fold(records)


async def test_a_rebuild_is_followed_from_its_order_to_the_new_tables(pristine: Service) -> None:
    async with pristine.client(LOCAL, "ops", "documents") as operator:
        await create(operator)
        key = operator.headers["Authorization"]
        async with AsyncExitStack() as held:
            await held.enter_async_context(hold_leadership(pristine, "folders", 2))
            await operator.post(f"{MODEL}/rebuild")
            async with event_source(pristine.url, PROGRESS, key) as source:
                first = await source.event()
                await held.aclose()
                *_, last = await to_the_end(source)

    assert source.headers["content-type"].startswith("text/event-stream")
    assert (first.type, building(first.data)["status"]) == ("progress", "building")
    assert first.data["name"] == "folders"
    assert building(first.data).keys() >= {"position", "lag", "rate", "etaSeconds"}
    assert last.type == "done"
    assert [(each["generation"], each["live"]) for each in last.data["generations"]] == [
        (1, False),
        (2, True),
    ]


async def test_progress_without_a_rebuild_ends_at_once(service: Service) -> None:
    key = f"Bearer {await service.key(LOCAL, 'ops')}"
    async with event_source(service.url, PROGRESS, key) as source:
        [only] = await to_the_end(source)

    assert (only.type, only.data["name"], only.data["status"]) == ("done", "folders", "running")


async def test_a_stopped_rebuild_is_reported_with_its_error(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = Breakable()
    failing = FOLDERS._replace(fold=fold)
    models = [failing if each is FOLDERS else each for each in catalogue.PROJECTIONS]
    monkeypatch.setattr(kernel, "PROJECTIONS", models)
    backend = Backend(database.app, SECRETS, Failures())
    async with (
        running_service(database, redis_url, backend) as service,
        service.client(LOCAL, "ops", "documents") as operator,
    ):
        await create(operator)
        fold.broken = True
        await operator.post(f"{MODEL}/rebuild")
        async with event_source(service.url, PROGRESS, operator.headers["Authorization"]) as source:
            *_, last = await to_the_end(source)

    assert last.type == "failed"
    assert "this cannot be" in building(last.data)["error"]


async def test_an_unknown_model_is_refused_before_a_stream_begins(
    service: Service,
) -> None:
    key = f"Bearer {await service.key(LOCAL, 'ops')}"
    async with event_source(service.url, PROGRESS.replace("folders", "nothing"), key) as source:
        assert source.status == 404
        assert source.headers["content-type"] == "application/json"


def building(model: dict[str, Any]) -> dict[str, Any]:
    [found] = [each for each in model["generations"] if not each["live"]]
    return dict(found)


async def to_the_end(source: EventSource) -> list[Any]:
    told = []
    while True:
        try:
            told.append(await source.event())
        except EOFError:
            return told
