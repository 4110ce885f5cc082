"""Four processes share one limit; proxy headers count only from trusted networks."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.processes import ForgeProcess, data_directory, forge, kill_at_exit
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

LIMIT: Final = 100
PERIOD: Final = 60
ASKED: Final = 200
WORKERS: Final = 4
FORWARDED: Final = {"X-Forwarded-For": "192.0.2.66, 2001:db8::7", "X-Forwarded-Proto": "https"}
SECRETS: Final = ("FORGE_MASTER_KEY", "FORGE_KEY_PEPPER", "FORGE_SIGNING_KEY")
REMOTE: Final = dict.fromkeys(SECRETS, "ab" * 32)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


async def test_of_two_hundred_at_once_a_hundred_pass_whichever_process_they_meet(
    data_dir: Path,
) -> None:
    rates = {"FORGE_RATES": f"json_api.local={LIMIT}/{PERIOD}"}
    with kill_at_exit(
        ForgeProcess(data_dir, "--port", "0", "--workers", str(WORKERS), environ=rates)
    ) as started:
        process = started.ready()
        wait_until(lambda: len(process.children("api")) == WORKERS - 1)
        headers = {"Authorization": f"Bearer {process.key}"}
        limits = httpx.Limits(max_connections=ASKED)
        async with httpx.AsyncClient(
            base_url=process.url, headers=headers, limits=limits, timeout=30
        ) as client:
            began = time.monotonic()
            answers = await asyncio.gather(*(client.get(DOCUMENTS) for _ in range(ASKED)))
            took = time.monotonic() - began
            await client.get("/v1/me", headers=FORWARDED)
        process.stop()

    passed = sum(answer.status_code == 200 for answer in answers)
    assert {answer.status_code for answer in answers} == {200, 429}
    assert LIMIT <= passed <= LIMIT + 1 + took * LIMIT / PERIOD
    assert _clients(process) == {"127.0.0.1"}, "no proxy is trusted by default"


def test_a_trusted_proxy_says_who_calls(data_dir: Path) -> None:
    """A client's own words come first in the header; the proxy adds what it sees at the end."""
    trusted = ("--trust-proxy", "127.0.0.0/8")
    remote = ForgeProcess(data_dir, "--port", "0", "--remote", *trusted, environ=REMOTE)
    with kill_at_exit(remote) as started:
        process = started.ready()
        asked = httpx.get(f"{process.url}/v1/me", headers=FORWARDED)
        process.stop()

    assert asked.status_code == 401
    assert _clients(process) == {"2001:db8::7"}


def test_an_invalid_network_is_refused_at_the_start(data_dir: Path) -> None:
    refused = forge("serve", "--data-dir", data_dir, "--trust-proxy", "10.0.0.1/8")

    assert refused.returncode == 2
    assert "has host bits set" in refused.stderr


def _clients(process: ForgeProcess) -> set[str]:
    """Return who called, by the access log."""
    lines = [json.loads(line) for line in process.error_output().splitlines() if line[:1] == "{"]
    return {line["client"] for line in lines if line.get("path") == "/v1/me"}
