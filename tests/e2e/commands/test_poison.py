"""An event of a later release stops every model of a service; the command line gets past it."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from psycopg import connect

from tests.support.json_api.documents import DOCUMENTS, NEW
from tests.support.projections.tallies import OF_TOMORROW
from tests.support.service.processes import ForgeProcess, data_directory, forge, forge_serving
from tests.support.waiting import wait_until

pytestmark = pytest.mark.drill

REASON = "written by a release that was taken back"


@pytest.fixture
def service() -> Iterator[ForgeProcess]:
    with data_directory() as directory, forge_serving(directory) as process:
        headers = {"Authorization": f"Bearer {process.key}"}
        created = httpx.post(process.url + DOCUMENTS, json=NEW, headers=headers)
        assert created.status_code == 201
        yield process


def test_an_undecodable_event_is_found_shown_and_skipped(service: ForgeProcess) -> None:
    with connect(service.run("db", "url")["url"], autocommit=True) as connection:
        connection.execute(OF_TOMORROW)
    wait_until(_are(service, "failed"), 20)
    assert httpx.get(f"{service.url}/readyz").json()["status"] == "degraded"
    checked = forge("projections", "check", "folders", "--json", "--data-dir", service.data_dir)
    assert checked.returncode == 1
    assert "levitated" in checked.stdout

    failure = service.run("projections", "failure", "folders")
    assert (failure["type"], failure["data"]) == ("document.levitated", None)
    place = ("--position", str(failure["position"]))
    for name in _statuses(service):
        skipped = service.run("projections", "skip", name, "--reason", REASON, *place)
        assert skipped == {"name": name, "skipped": failure["position"]}

    wait_until(_are(service, "running"), 20)
    assert service.run("projections", "check", "folders")["faults"] == []
    wait_until(lambda: httpx.get(f"{service.url}/readyz").json()["status"] == "ready", 20)


def _are(service: ForgeProcess, status: str) -> Callable[[], bool]:
    return lambda: set(_statuses(service).values()) == {status}


def _statuses(service: ForgeProcess) -> dict[str, str]:
    return {model["name"]: model["status"] for model in service.run("projections", "list")}
