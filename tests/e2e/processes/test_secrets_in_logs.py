"""No secret is in a log, an error, a table or a file after traffic of every kind."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
import pytest

from tests.support.json_api.documents import DOCUMENTS
from tests.support.service.dumps import dump_data_directory, find_in_files
from tests.support.service.processes import ForgeProcess, data_directory, kill_at_exit
from tests.support.service.sockets import free_port
from tests.support.waiting import wait_until

pytestmark = pytest.mark.drill

EMAIL: Final = f"{uuid4().hex}@example.com"
AI_SECRET: Final = f"sk-{uuid4().hex}"
SMTP_PASSWORD: Final = uuid4().hex
CLIENT_SECRET: Final = uuid4().hex
TOKEN: Final = re.compile(r"token=(\S+)")
MEANT_FOR: Final = ("secrets", "mailbox")
"""Directories where secrets are: their own, and the mailbox that a mail server stands for."""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


def test_no_secret_is_left_in_logs_tables_or_files(data_dir: Path) -> None:
    environ = {
        "FORGE_GITHUB_CLIENT_ID": "Iv1.0",
        "FORGE_GITHUB_CLIENT_SECRET": CLIENT_SECRET,
        "FORGE_GITHUB_URL": f"http://127.0.0.1:{free_port()}",
    }
    debug = ("--port", "0", "--log-level", "debug")
    with kill_at_exit(ForgeProcess(data_dir, *debug, environ=environ)) as started:
        process = started.ready()
        with httpx.Client(base_url=process.url, headers={"Origin": process.url}) as browser:
            secrets = [process.key or "", *_logged_in(process, browser), *_keys(browser)]
            _strange(browser, secrets)
        tables = dump_data_directory(data_dir)
        assert process.stop() == 0
        logged = process.error_output()  # its last lines, too
    secrets += [path.read_text().strip() for path in (data_dir / "secrets").iterdir()]
    secrets += [AI_SECRET, CLIENT_SECRET]

    assert len(secrets) > 10
    assert all(len(secret) > 15 for secret in secrets)
    assert '"/v1/keys"' in logged
    assert [secret for secret in secrets if secret in logged] == []
    assert [secret for secret in secrets if secret.encode() in tables] == []
    found = find_in_files(data_dir, [secret.encode() for secret in secrets])
    assert [place for place in found if place[0].split("/")[0] not in MEANT_FOR] == []
    assert found, "nothing would ever be found this way"


def test_a_mail_server_that_is_away_is_named_without_its_password(data_dir: Path) -> None:
    environ = {
        "FORGE_SMTP_URL": f"smtp://forge:{SMTP_PASSWORD}@127.0.0.1:{free_port()}",
        "FORGE_MAIL_FROM": "Forge <forge@example.com>",
    }
    with kill_at_exit(ForgeProcess(data_dir, "--port", "0", environ=environ)) as started:
        process = started.ready()
        asked = httpx.post(f"{process.url}/v1/auth/magic-link", json={"email": EMAIL})
        wait_until(lambda: "mail-login-link" in process.error_output())
        tables = dump_data_directory(data_dir)
        assert httpx.get(f"{process.url}/dev/mailbox").status_code == 404
        process.stop()

    assert asked.status_code == 202
    assert SMTP_PASSWORD not in process.error_output() + tables.decode(errors="replace")


def _logged_in(process: ForgeProcess, browser: httpx.Client) -> list[str]:
    """Log in by a link as an owner; return what cookies and mails have held."""
    process.run("orgs", "invite", "local", EMAIL)
    browser.post("/v1/auth/magic-link", json={"email": EMAIL})
    held = [browser.cookies["forge_browser"]]
    wait_until(lambda: TOKEN.search(browser.get("/dev/mailbox").text) is not None)
    found = TOKEN.search(browser.get("/dev/mailbox").json()["mails"][0]["text"])
    found = found or TOKEN.search(browser.get("/dev/mailbox").text)
    assert found is not None
    token = found[1].split("\\n")[0]
    used = browser.post("/v1/auth/magic-link/verify", params={"token": token})
    assert used.status_code == 200
    assert browser.post("/v1/auth/magic-link/verify", params={"token": token}).status_code == 401
    return [*held, token, browser.cookies["forge_session"]]


def _keys(browser: httpx.Client) -> list[str]:
    """Issue, use, rotate and revoke keys, and bind a credential; return their texts."""
    once = {"Idempotency-Key": "keys"}
    issued = browser.post("/v1/keys", json={"name": "ci"}, headers=once).json()
    browser.post("/v1/keys", json={"name": "ci"}, headers=once)
    place = f"/v1/keys/{issued['id']}"
    rotated = browser.post(f"{place}/rotate").json()
    bound = {"provider": "openai", "model": "m", "secret": AI_SECRET}
    assert browser.put(f"{place}/credential", json=bound).status_code == 200
    assert browser.put(f"{place}/credential", json={**bound, "baseUrl": "x"}).status_code == 400
    assert browser.put(f"{place}/credential", json=[bound]).status_code == 400
    for path in (place, f"/audit/keys/{issued['id']}", "/events?after=0", "/v1/keys"):
        browser.get(path)
    return [issued["key"], rotated["key"]]


def _strange(browser: httpx.Client, secrets: list[str]) -> None:
    """Put secrets where they do not belong: clients do."""
    assert browser.get("/api/auth/github/login").status_code == 302
    assert browser.post("/api/auth/github/device").status_code == 503
    for secret in secrets:
        browser.get(DOCUMENTS, params={"key": secret, "cursor": secret})
        browser.get(DOCUMENTS, headers={"Authorization": f"Bearer {secret}x"})
        browser.get(DOCUMENTS, headers={"Authorization": secret, "X-Request-Id": f"={secret}"})
        browser.post(DOCUMENTS, json={"name": 1, "secret": secret})
        browser.post("/v1/keys", content=f'{{"name": "{secret}'.encode())
