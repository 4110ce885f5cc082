"""``kill -9`` at any moment loses nothing that was acknowledged, and leaves no hole behind."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Final

import httpx
import pytest
from psycopg import Connection

from adapters.embedded.servers import EmbeddedServers
from tests.chaos.load import Acknowledged, TailingReader, Writers
from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.processes import ForgeProcess, data_directory, kill_at_exit
from tests.support.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

WRITERS: Final = 16
SEED: Final = 20261123
HOLES: Final = """
    SELECT originator_id FROM forge_events GROUP BY originator_id
    HAVING count(*) <> max(originator_version)
"""
BEHIND: Final = """
    SELECT d.id FROM models.document_summaries d
    JOIN (SELECT originator_id, max(originator_version) AS version FROM forge_events
          GROUP BY originator_id) e ON e.originator_id = 'document-' || d.id
    WHERE d.version <> e.version
"""
UNSEEN: Final = """
    SELECT count(DISTINCT originator_id) FILTER (WHERE originator_id LIKE 'document-%'),
           (SELECT count(*) FROM models.document_summaries)
    FROM forge_events
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


async def test_a_few_kills_lose_nothing(data_dir: Path) -> None:
    await kill_again_and_again(data_dir, rounds=3)


@pytest.mark.chaos
async def test_many_kills_lose_nothing(data_dir: Path) -> None:
    await kill_again_and_again(data_dir, rounds=30)


async def kill_again_and_again(data_dir: Path, *, rounds: int) -> None:
    chance, reader, key = random.Random(SEED), TailingReader(), ""  # noqa: S311 - repeatable
    acknowledged: list[Acknowledged] = []
    for _ in range(rounds):
        with kill_at_exit(ForgeProcess(data_dir, "--port", "0")) as process:
            process.ready()
            key = key or process.key or ""
            check_everything(process, key, acknowledged)
            writers = Writers(process.url, key)
            conninfo = EmbeddedServers.attach(data_dir).database_url()
            load = asyncio.gather(writers.run(WRITERS), reader.run(conninfo))
            await asyncio.sleep(chance.uniform(0.1, 1.5))  # the moment of the fault, not a wait
            process.kill9()
            await load
            acknowledged += writers.acknowledged
    with kill_at_exit(ForgeProcess(data_dir, "--port", "0")) as process:
        check_everything(process.ready(), key, acknowledged)
        conninfo = EmbeddedServers.attach(data_dir).database_url()
        await reader.catch_up(conninfo)
        await eventually(lambda: models_are_complete(conninfo), within=10)
        check_log(conninfo, reader.seen)
        assert process.stop() == 0
    assert len(acknowledged) > rounds


def check_everything(process: ForgeProcess, key: str, written: Sequence[Acknowledged]) -> None:
    """Find every acknowledged version to the byte, at once after the start."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=process.url, headers=headers, timeout=10) as client:
        for document in written:
            path = f"{DOCUMENTS}/{document.document_id}/versions/{document.number}/content"
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (200, f"[{document.number}]"), path


async def models_are_complete(conninfo: str) -> bool:
    """Tell whether every document is in the list as the log knows it."""
    with Connection.connect(conninfo) as connection:
        behind = connection.execute(BEHIND).fetchall()
        [documents, listed] = connection.execute(UNSEEN).fetchone() or (0, 1)
    return not behind and bool(documents == listed)


def check_log(conninfo: str, seen: Sequence[int]) -> None:
    """No version hole, no position the reader missed."""
    with Connection.connect(conninfo) as connection:
        assert connection.execute(HOLES).fetchall() == []
        total = connection.execute("SELECT count(*) FROM forge_events").fetchone()
    assert total == (len(seen),)
    assert all(position == place for position, place in zip(seen, count(1), strict=False))
