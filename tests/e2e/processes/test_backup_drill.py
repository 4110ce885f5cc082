"""The drill of docs/runbooks/restore.md: a backup under load, everything lost, all of it back.

All but what has been purged since: that is erased again, and leaves nothing but certificates.
"""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest

from adapters.embedded.layout import make_data_directory
from adapters.embedded.servers import EmbeddedServers
from scripts.config.settings import Settings
from scripts.operator.log_files import export_log, import_log
from tests.chaos.load import Writers
from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.dumps import dump_data_directory, find_in_files
from tests.support.service.processes import (
    ForgeProcess,
    data_directory,
    forge,
    forge_serving,
    kill_at_exit,
    pids_of,
)
from tests.support.waiting import eventually, wait_until

pytestmark = pytest.mark.drill

NAME: Final = "Ada Lovelace's confidential ledger"
TEXT: Final = '{"patient":"Ada Lovelace","diagnosis":"a text to be forgotten"}'
NEEDLES: Final = [NAME.encode(), TEXT.encode(), b"a text to be forgotten"]
KEPT: Final = {"secrets", "erasures.ndjson", "backups"}
WRITERS: Final = 4
FURTHER: Final = 20
"""Documents made after the backup, so that the log which is lost went far beyond it."""


class Drill(NamedTuple):
    """The service after the restore, and what was known before."""

    process: ForgeProcess
    client: httpx.Client
    acknowledged: Sequence[tuple[str, int]]
    purged: str
    position: str
    backup: Any
    restored: Any


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    with data_directory() as data_dir:
        with kill_at_exit(ForgeProcess(data_dir, "--port", "0")) as lost:
            key = lost.ready().key
            purged, acknowledged, backup, position = asyncio.run(_under_load(lost, key or ""))
        wait_until(lambda: not pids_of(data_dir))
        _lose_all_but_what_is_kept(data_dir)
        done = forge("restore", backup["file"], "--data-dir", data_dir)
        assert done.returncode == 0, done.stderr
        with forge_serving(data_dir) as process, _client(process.url, key) as client:
            yield Drill(process, client, acknowledged, purged, position, backup, done.stdout)


async def _under_load(
    process: ForgeProcess, key: str
) -> tuple[str, Sequence[tuple[str, int]], Any, str]:
    """Write, back up meanwhile, purge what is in the backup, and kill it all."""
    writers = Writers(process.url, key)

    async def written(documents: int) -> None:
        async def are() -> bool:
            return len(writers.acknowledged) > documents

        await eventually(are, within=20)

    with _client(process.url, key) as client:
        body = {"name": NAME, "contentText": TEXT}
        purged = client.post(DOCUMENTS, json=body).headers["location"]
        load = asyncio.create_task(writers.run(WRITERS))
        await written(WRITERS)
        acknowledged = [(each.document_id, each.number) for each in writers.acknowledged]
        backup = await asyncio.to_thread(process.run, "backup")
        await written(len(writers.acknowledged) + FURTHER)
        assert client.delete(purged).status_code == 200
        answer = client.post(f"{purged}/purge")
        assert answer.status_code == 200
    process.kill9()
    await load
    return purged, acknowledged, backup, answer.headers["X-Forge-Position"]


def _lose_all_but_what_is_kept(data_dir: Path) -> None:
    for path in data_dir.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _client(url: str, key: str | None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=url, headers=headers, timeout=10)


def test_what_was_acknowledged_before_the_backup_is_there_to_the_byte(drill: Drill) -> None:
    assert len(drill.acknowledged) > WRITERS
    for document_id, number in drill.acknowledged:
        found = drill.client.get(f"{DOCUMENTS}/{document_id}/versions/{number}/content")
        assert found.status_code == 200
        assert found.text == f"[{number}]"


def test_the_record_verifies_and_the_service_goes_on(drill: Drill) -> None:
    assert "verified" in drill.restored
    assert drill.process.run("audit", "verify")["verified"]
    assert drill.client.post(DOCUMENTS, json={"name": "new", "content": 1}).status_code == 201


def test_a_position_of_the_lost_history_is_answered_with_reset(drill: Drill) -> None:
    [beyond, known] = [
        drill.client.get(DOCUMENTS, headers={"X-Forge-Min-Position": position})
        for position in (drill.position, str(drill.backup["position"]))
    ]

    assert beyond.status_code == 409
    assert beyond.json()["code"] == "POSITION_RESET"
    assert known.status_code == 200


def test_what_was_purged_after_the_backup_is_erased_again_and_certified(drill: Drill) -> None:
    key = drill.purged.rpartition("/")[2]
    [certificate] = drill.process.run("audit", "history", "erasures", key)
    last = drill.process.run("audit", "history", "documents", key)[-1]

    assert "1 erased again" in drill.restored
    assert drill.client.get(drill.purged).status_code == 404
    assert (last["type"], last["actor"]["id"]) == ("document.purged", "restore")
    assert certificate["data"]["subject"] == f"document-{key}"
    tables = dump_data_directory(drill.process.data_dir)
    assert [needle for needle in NEEDLES if needle in tables] == []
    assert find_in_files(drill.process.data_dir, NEEDLES) == []
    assert find_in_files(drill.process.data_dir, [key.encode()]), "nothing would ever be found"


def test_the_log_moves_to_another_data_directory_and_is_the_same(
    drill: Drill, tmp_path: Path
) -> None:
    file, again = tmp_path / "log.ndjson.gz", tmp_path / "again.ndjson.gz"
    events = drill.process.run("log", "export", str(file))["events"]
    with data_directory() as elsewhere:
        make_data_directory(elsewhere)
        shutil.copytree(drill.process.data_dir / "secrets", elsewhere / "secrets")
        settings = Settings(data_dir=elsewhere)
        done = import_log(settings, file)
        with EmbeddedServers(elsewhere):
            export_log(settings, again)
            verified = forge("audit", "verify", "--data-dir", elsewhere)

    assert (done["position"], done["verified"]) == (events, True)
    assert verified.returncode == 0
    assert "Verified" in verified.stdout
    assert again.read_bytes() == file.read_bytes()
