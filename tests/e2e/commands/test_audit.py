"""The audit commands, on a service that runs and on exports of it where none does."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import connect

from tests.support.service.processes import ForgeProcess, data_directory, forge, forge_serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def service() -> Iterator[ForgeProcess]:
    with data_directory() as directory, forge_serving(directory) as process:
        yield process


def test_the_record_is_verified_and_a_checkpoint_can_be_saved(
    service: ForgeProcess, tmp_path: Path
) -> None:
    async def signed() -> bool:
        return bool(service.run("audit", "verify")["checkpoints"])

    asyncio.run(eventually(signed, within=20))
    kept = tmp_path / "checkpoint.json"
    kept.write_text(forge("audit", "checkpoint", "--data-dir", service.data_dir).stdout)

    report = service.run("audit", "verify", "--checkpoint", str(kept))

    assert (report["verified"], report["firstBadPosition"]) == (True, None)
    assert 0 < report["covered"] <= report["events"]


def test_an_altered_record_is_reported_with_exit_status_1(service: ForgeProcess) -> None:
    altered = "UPDATE forge_events SET topic = %s WHERE notification_id = 2 RETURNING topic"
    found = "SELECT topic FROM forge_events WHERE notification_id = 2"
    with connect(service.run("db", "url")["url"], autocommit=True) as connection:
        topic = connection.execute(found).fetchone()
        connection.execute(altered, ("key.revoked",))
        try:
            told = forge("audit", "verify", "--data-dir", service.data_dir)
        finally:
            connection.execute(altered, topic)

    assert told.returncode == 1
    assert "NOT verified from position 2 on" in told.stdout
    assert "altered event" in told.stdout


def test_an_export_is_verified_offline_with_the_public_key_alone(
    service: ForgeProcess, tmp_path: Path
) -> None:
    file = tmp_path / "all.ndjson"
    told = service.run("audit", "export", str(file))
    key = forge("audit", "public-key", "--data-dir", service.data_dir).stdout.strip()
    nowhere = ("--data-dir", tmp_path / "nowhere")

    whole = forge("audit", "verify", "--offline", file, "--public-key", key, *nowhere, "--json")
    file.write_bytes(file.read_bytes().replace(b'"version":1', b'"version":2', 1))
    altered = forge("audit", "verify", "--offline", file, "--public-key", key, *nowhere)

    assert told == {"file": str(file), "scope": "log", "publicKey": key}
    assert (whole.returncode, json.loads(whole.stdout)["verified"]) == (0, True), whole.stderr
    assert altered.returncode == 1
    assert "broken stream" in altered.stdout
    assert forge("audit", "export", file, "--data-dir", service.data_dir).returncode == 1


def test_history_state_and_differences_are_shown_of_any_stream(service: ForgeProcess) -> None:
    [first, *_] = service.run("keys", "list")
    issued = service.run("audit", "history", "keys", first["id"], "--type", "key.issued")
    at = f"@{issued[0]['position']}"

    state = service.run("audit", "state", "keys", first["id"], "--as-of", at)
    diff = service.run("audit", "diff", "keys", first["id"], "--from", at)
    shown = forge("audit", "history", "keys", first["id"], "--data-dir", service.data_dir)
    none = forge("audit", "history", "keys", "none", "--data-dir", service.data_dir)

    assert state["state"]["revoked"] is False
    assert diff["patch"] == []
    assert "key.issued" in shown.stdout
    assert none.returncode == 1
    assert "Nothing is recorded" in none.stderr


def test_a_read_model_whose_tracking_was_edited_is_named(service: ForgeProcess) -> None:
    edit = "UPDATE projections SET applied = applied + {} WHERE live AND name = 'folders'"
    with connect(service.run("db", "url")["url"]) as connection:
        connection.execute(edit.format(1).encode())
    try:
        told = forge("audit", "verify", "--data-dir", service.data_dir)
    finally:
        with connect(service.run("db", "url")["url"]) as connection:
            connection.execute(edit.format(-1).encode())

    assert told.returncode == 1
    assert "altered tracking, folders" in told.stdout
