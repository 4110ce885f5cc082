"""Master key rotation while the service runs: everything stays readable."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

import httpx
import pytest
from psycopg import connect

from adapters.crypto.master_keys import key_id
from adapters.embedded.servers import EmbeddedServers
from tests.support.json_api.documents import DOCUMENTS, NEW
from tests.support.service.processes import ForgeProcess, data_directory, forge, forge_serving

pytestmark = pytest.mark.drill

OTHERS: Final = "SELECT count(*) FROM data_keys WHERE substring(wrapped FROM 2 FOR 4) <> %b"


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


class Writer:
    """Creates documents and reads them, the older ones too, until it is told to stop."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"})
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.ids: list[str] = []
        self.trouble: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            created = self._client.post(DOCUMENTS, json=NEW)
            if created.status_code != 201:
                self.trouble.append(created.text)
                continue
            self.ids.append(created.json()["document"]["id"])
            for each in (self.ids[-1], self.ids[len(self.ids) // 2], self.ids[0]):
                self.trouble += unreadable(self._client, each)


def unreadable(client: httpx.Client, document_id: str) -> list[str]:
    read = client.get(f"{DOCUMENTS}/{document_id}/content")
    return [] if (read.status_code, read.text) == (200, NEW["contentText"]) else [read.text]


def master_key(data_dir: Path) -> bytes:
    return bytes.fromhex((data_dir / "secrets" / "master_key").read_text())


def test_everything_stays_readable_through_a_rotation_and_is_under_the_new_key_after(
    data_dir: Path,
) -> None:
    with forge_serving(data_dir) as process:
        key, before = process.key or "", master_key(data_dir)
        with Writer(process.url, key) as writer:
            while len(writer.ids) < 30:
                assert not writer.trouble
            rotated = process.run("secrets", "rotate")
            written = len(writer.ids)
            while len(writer.ids) < written + 30:
                assert not writer.trouble
        assert not writer.trouble
        assert rotated["rewrapped"] >= 30
        after = master_key(data_dir)
        process.run("secrets", "rotate")  # as after a kill: it goes on with the one begun
        assert master_key(data_dir) == after != before
        process.stop()
    with forge_serving(data_dir) as process:
        finished = process.run("secrets", "rotate", "--finish")
        assert finished["remaining"] == 0
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=process.url, headers=headers) as client:
            assert [each for each in writer.ids if unreadable(client, each)] == []
        assert _under_others(data_dir) == 0
        assert not (data_dir / "secrets" / "further_master_keys").exists()
        assert process.run("audit", "verify")["verified"] is True


@pytest.mark.chaos
def test_a_backup_made_before_is_restored_with_the_key_of_its_time(data_dir: Path) -> None:
    backup = data_dir.parent / "before.backup"
    with forge_serving(data_dir) as process:
        key, before = process.key or "", master_key(data_dir)
        headers = {"Authorization": f"Bearer {key}"}
        created = httpx.post(f"{process.url}{DOCUMENTS}", json=NEW, headers=headers)
        document_id = created.json()["document"]["id"]
        process.run("backup", str(backup))
        process.run("secrets", "rotate")
        process.run("secrets", "rotate", "--finish")
        process.stop()
    refused = forge("restore", backup, "--replace", "--data-dir", data_dir)
    named = {"FORGE_FURTHER_MASTER_KEYS": before.hex()}
    restored = forge(
        "restore", backup, "--replace", "--data-dir", data_dir, "--json", environ=named
    )

    assert refused.returncode == 1
    assert "FORGE_FURTHER_MASTER_KEYS" in refused.stderr
    assert restored.returncode == 0, restored.stderr
    process = ForgeProcess(data_dir, "--port", "0", environ=named)
    try:
        process.ready()
        done = forge("secrets", "rotate", "--data-dir", data_dir, "--json", environ=named)
        assert json.loads(done.stdout)["remaining"] == 0
        with httpx.Client(base_url=process.url, headers=headers) as client:
            assert unreadable(client, document_id) == []
        process.stop()
    finally:
        process.kill9()


def _under_others(data_dir: Path) -> int:
    with connect(EmbeddedServers.attach(data_dir).database_url()) as connection:
        row = connection.execute(OTHERS, (key_id(master_key(data_dir)),)).fetchone()
    return int(row[0]) if row else -1
