"""Without Redis: documents work, log-ins are refused, and readiness names it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.servers.databases import Database
from tests.support.servers.mortal_valkey import MortalValkey
from tests.support.service.web import running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
def valkey() -> Iterator[MortalValkey]:
    with TemporaryDirectory(prefix="forge-") as directory:  # a socket's path must be short
        valkey = MortalValkey(Path(directory))
        yield valkey
        valkey.stop()


async def test_without_redis_documents_go_on_and_readiness_says_what_is_wrong(
    database: Database, valkey: MortalValkey
) -> None:
    valkey.start()
    await eventually(valkey.answers)
    async with running_service(database, valkey.url) as service, service.client("acme") as client:

        async def ready() -> bool:
            return bool((await client.get("/readyz")).json()["status"] == "ready")

        await eventually(ready)
        valkey.stop()
        told = await client.get("/readyz")
        document = f"{DOCUMENTS}/{await create(client)}"
        assert (await client.get(document)).status_code == 200
        valkey.start()
        await eventually(ready)

    checks = told.json()["checks"]
    assert told.status_code == 200
    assert told.json()["status"] == "degraded"
    assert [name for name, said in checks.items() if said != "ok"] == ["redis"]
    assert "no answer" not in checks["redis"]
