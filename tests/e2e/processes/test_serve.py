"""``forge serve``: starts, stops, crashes and refusals."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.operating_system import alive
from tests.support.service.processes import (
    ForgeProcess,
    data_directory,
    forge,
    forge_serving,
    pids_of,
)
from tests.support.waiting import wait_until

DOCUMENT = {"name": "orders", "contentText": "[1, 2]"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


def create(process: ForgeProcess, key: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.post(f"{process.url}/api/v1/documents", json=DOCUMENT, headers=headers)


def names(process: ForgeProcess, key: str | None) -> list[str]:
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.get(f"{process.url}/api/v1/documents", headers=headers)
    return [document["name"] for document in answer.json()["documents"]]


def refuses_connections(url: str) -> bool:
    place = urlsplit(url)
    with socket.socket() as connection:
        return connection.connect_ex((place.hostname, place.port)) != 0


def half_a_request(process: ForgeProcess, body: bytes) -> socket.socket:
    """Send all of a creating request but its body, and wait until the service asks for that."""
    place = urlsplit(process.url)
    connection = socket.create_connection((place.hostname, place.port), timeout=10)
    head = (
        f"POST /api/v1/documents HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Authorization: Bearer {process.key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    connection.sendall(head.encode())
    assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
    return connection


def test_the_first_start_shows_a_key_that_works_and_the_second_shows_none(data_dir: Path) -> None:
    with forge_serving(data_dir) as first:
        key = first.key
        assert create(first, key).status_code == 201
        assert first.stop() == 0
    with forge_serving(data_dir) as second:
        assert second.key is None
        assert names(second, key) == ["orders"]
        assert second.stop() == 0
    assert pids_of(data_dir) == []


def test_a_request_in_flight_is_answered_before_sigterm_ends_the_service(data_dir: Path) -> None:
    body = json.dumps(DOCUMENT).encode()
    with forge_serving(data_dir) as process, half_a_request(process, body) as connection:
        process.ask_to_stop()
        asked = time.monotonic()
        wait_until(lambda: refuses_connections(process.url))
        connection.sendall(body)
        answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 201 "), answer
        assert b"connection: close" in answer.lower()
        assert process.wait() == 0
        assert time.monotonic() - asked < 5
    assert pids_of(data_dir) == []


def test_a_request_that_never_ends_does_not_hold_up_the_stop(data_dir: Path) -> None:
    with forge_serving(data_dir) as process, half_a_request(process, b"{}"):
        asked = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - asked < 5
    assert pids_of(data_dir) == []


def test_a_second_signal_while_it_stops_changes_nothing(data_dir: Path) -> None:
    with forge_serving(data_dir) as process, half_a_request(process, b"{}") as connection:
        process.ask_to_stop()
        wait_until(lambda: refuses_connections(process.url))
        process.ask_to_stop()
        os.kill(process.pid, signal.SIGINT)
        connection.sendall(b"{}")
        assert process.wait() == 0
        assert "Traceback" not in process.error_output()


def test_sigkill_leaves_no_process_and_the_next_start_has_what_was_acknowledged(
    data_dir: Path,
) -> None:
    with forge_serving(data_dir, "--workers", "2") as killed:
        key = killed.key
        wait_until(lambda: bool(killed.children("worker") and killed.children("api")))
        assert create(killed, key).status_code == 201
        killed.kill9()
        wait_until(lambda: not pids_of(data_dir))
    with forge_serving(data_dir) as process:
        assert names(process, key) == ["orders"]
        assert process.stop() == 0


def test_the_end_of_a_server_ends_the_service_and_is_logged(data_dir: Path) -> None:
    with forge_serving(data_dir) as process:
        postmaster = (data_dir / "pg" / "postmaster.pid").read_text().split()[0]
        os.kill(int(postmaster), signal.SIGKILL)
        assert process.wait() == 1
        assert "postgres ended on its own" in process.error_output()
    assert pids_of(data_dir) == []


def test_each_of_two_workers_answers_and_a_dead_child_is_replaced(data_dir: Path) -> None:
    with forge_serving(data_dir, "--workers", "2") as process:
        wait_until(lambda: bool(process.children("api") and process.children("worker")))
        api, worker = process.children("api") + process.children("worker")
        for stopped in (process.pid, api):
            os.kill(stopped, signal.SIGSTOP)
            answer = httpx.get(f"{process.url}/livez", timeout=30)
            os.kill(stopped, signal.SIGCONT)
            assert answer.status_code == 200
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: process.children("worker") not in ([], [worker]), within=30)
        assert process.stop() == 0
        assert not alive(api)


def test_several_ports_are_served_at_once(data_dir: Path) -> None:
    with forge_serving(data_dir, "--port", "0") as process:
        urls = [word for word in process.output().split() if word.startswith("http://")]
        assert len(set(urls)) == 2
        assert all(httpx.get(f"{url}/livez").status_code == 200 for url in urls)
        assert process.stop() == 0


def test_a_port_in_use_is_reported_in_one_line(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = forge("serve", "--data-dir", data_dir, "--port", port)
    assert refused.returncode == 1
    assert f"Port {port} of 127.0.0.1 is in use" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not data_dir.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - that it is refused is the point
def test_an_address_others_can_reach_is_refused_without_remote(data_dir: Path, host: str) -> None:
    refused = forge("serve", "--data-dir", data_dir, "--host", host, "--port", "0")
    assert refused.returncode == 1
    assert "can be reached from other machines" in refused.stderr
    assert "--remote" in refused.stderr
    assert not data_dir.exists()


def test_remote_mode_wants_secrets_of_its_own(data_dir: Path) -> None:
    refused = forge("serve", "--data-dir", data_dir, "--port", "0", "--remote")
    assert refused.returncode == 1
    assert "Set FORGE_MASTER_KEY, FORGE_KEY_PEPPER, FORGE_SIGNING_KEY" in refused.stderr
    assert not data_dir.exists()
