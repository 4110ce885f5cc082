"""Each role as a process of its own, on external servers, as the compose file runs them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.servers.databases import Database
from tests.support.service.processes import ForgeProcess, data_directory, forge, kill_at_exit

pytestmark = pytest.mark.drill

SECRETS = ("FORGE_MASTER_KEY", "FORGE_KEY_PEPPER", "FORGE_SIGNING_KEY")


@pytest.fixture
def environ(empty_database: Database, redis_url: str) -> dict[str, str]:
    servers = {"DATABASE_URL": empty_database.owner, "REDIS_URL": redis_url}
    return servers | dict.fromkeys(SECRETS, "5e" * 32)


@pytest.fixture
def nowhere() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


def printed(arguments: list[str], directory: Path, environ: Mapping[str, str]) -> object:
    done = forge(*arguments, "--json", "--data-dir", directory, environ=environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_roles_of_their_own_make_one_service_and_need_no_data_directory(
    nowhere: Path, environ: dict[str, str]
) -> None:
    migrations = printed(["migrate"], nowhere, environ)
    assert isinstance(migrations, list)
    assert migrations[0]["name"] == "0001_event_log"
    with ExitStack() as stack:
        for role in ("projector", "worker"):
            stack.enter_context(kill_at_exit(ForgeProcess(nowhere, role=role, environ=environ)))
        options = ("--remote", "--host", "0.0.0.0", "--port", "0", "--allow-host", "forge.test")  # noqa: S104 - what a container does
        api = stack.enter_context(
            kill_at_exit(ForgeProcess(nowhere, *options, role="api", environ=environ))
        ).ready()
        key = printed(["keys", "create", "--name", "ci", "--org", "acme"], nowhere, environ)
        assert isinstance(key, dict)
        headers = {"Authorization": f"Bearer {key['key']}", "Host": "forge.test"}
        answer = httpx.get(f"{api.url}/api/v1/documents", headers=headers)
        assert answer.status_code == 200
        assert api.stop() == 0
    assert not nowhere.exists()


def test_serve_uses_servers_of_ones_own(nowhere: Path, environ: dict[str, str]) -> None:
    with kill_at_exit(ForgeProcess(nowhere, "--port", "0", environ=environ)) as process:
        process.ready()
        assert process.key
        assert process.stop() == 0
    assert not nowhere.exists()


@pytest.mark.parametrize("alone", ["DATABASE_URL", "REDIS_URL"])
def test_one_server_alone_is_refused(nowhere: Path, environ: dict[str, str], alone: str) -> None:
    refused = forge("serve", "--data-dir", nowhere, environ={alone: environ[alone]})
    assert refused.returncode == 1
    assert "set both" in refused.stderr
    assert not nowhere.exists()
