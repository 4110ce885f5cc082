"""The commands that attach to a service that runs, and what they say when none does."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from psycopg import connect

from projections.catalogue import PROJECTIONS
from scripts.operator.doctor import CHECKS
from tests.support.service.processes import ForgeProcess, data_directory, forge, forge_serving


@pytest.fixture(scope="module")
def service() -> Iterator[ForgeProcess]:
    with data_directory() as directory, forge_serving(directory) as process:
        yield process


def status_with(service: ForgeProcess, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.get(f"{service.url}/api/v1/documents", headers=headers).status_code


def test_a_key_works_as_soon_as_it_is_printed_and_its_organisation_is_founded(
    service: ForgeProcess,
) -> None:
    key = service.run("keys", "create", "--org", "acme", "--name", "ci", "--scopes", "documents")
    assert (key["org"], key["scopes"]) == ("acme", ["documents"])
    assert status_with(service, key["key"]) == 200
    [acme] = [org for org in service.run("orgs", "list") if org["name"] == "acme"]
    assert acme["plan"] == "starter"
    [listed] = service.run("keys", "list", "--org", "acme")
    assert (listed["id"], listed["last4"]) == (key["id"], key["key"][-4:])


def test_a_key_without_organisation_belongs_to_the_local_one(service: ForgeProcess) -> None:
    key = service.run("keys", "create", "--name", "laptop", "--scopes", "*, ops")
    assert (key["org"], key["scopes"]) == ("local", ["*", "ops"])


def test_a_revoked_key_is_listed_as_inactive(service: ForgeProcess) -> None:
    key = service.run("keys", "create", "--org", "brief", "--name", "short-lived")
    service.run("keys", "revoke", key["id"])
    assert [listed["active"] for listed in service.run("keys", "list", "--org", "brief")] == [False]


def test_an_organisation_changes_plans(service: ForgeProcess) -> None:
    made = service.run("orgs", "create", "globex", "--plan", "trial")
    service.run("orgs", "set-plan", "globex", "team")
    [globex] = [org for org in service.run("orgs", "list") if org["id"] == made["id"]]
    assert globex["plan"] == "team"


def test_projections_are_listed_with_their_lag(service: ForgeProcess) -> None:
    models = {model["name"]: model for model in service.run("projections", "list")}
    assert {"document_summaries", "folders", "organisations", "api_keys"} <= set(models)
    assert all(model["status"] == "running" for model in models.values())
    fields = {"name", "status", "position", "lag", "lagSeconds"}
    assert all(fields <= set(model) for model in models.values())


def test_a_rebuild_is_watched_until_the_new_tables_answer(service: ForgeProcess) -> None:
    rebuilt = service.run("projections", "rebuild", "organisations")
    assert rebuilt["generation"] == 2
    [model] = [m for m in service.run("projections", "list") if m["name"] == "organisations"]
    assert model["status"] == "running"
    assert (model["building"], len(model["kept"])) == ([], 1)
    assert "local" in [org["name"] for org in service.run("orgs", "list")]


def test_a_model_is_held_compared_switched_to_rolled_back_and_dropped(
    service: ForgeProcess,
) -> None:
    def run(command: str, *options: str) -> Any:
        return service.run("projections", command, "api_keys", *options)

    assert run("rebuild", "--hold")["generation"] == 2
    found = run("diff")
    assert (found["live"], found["other"], found["clean"]) == (1, 2, True)
    assert run("switch")["generation"] == 2
    assert run("rollback")["generation"] == 1
    assert run("drop")["dropped"] == [2]
    assert run("rebuild", "--hold")["generation"] == 3
    assert run("cancel")["dropped"] == [3]
    [model] = [m for m in service.run("projections", "list") if m["name"] == "api_keys"]
    assert (model["status"], model["building"], model["kept"]) == ("running", [], [])


def test_a_model_is_paused_and_resumed(service: ForgeProcess) -> None:
    service.run("projections", "pause", "folders")
    [model] = [m for m in service.run("projections", "list") if m["name"] == "folders"]
    assert model["status"] == "paused"
    service.run("projections", "resume", "folders")
    [model] = [m for m in service.run("projections", "list") if m["name"] == "folders"]
    assert model["status"] == "running"


def test_all_models_are_rebuilt_side_by_side(service: ForgeProcess) -> None:
    rebuilt = service.run("projections", "rebuild", "--all")
    assert {row["name"] for row in rebuilt} == {projection.name for projection in PROJECTIONS}
    assert service.run("projections", "check", "folders")["faults"] == []


def test_the_doctor_finds_nothing_wrong(service: ForgeProcess) -> None:
    findings = service.run("doctor")
    assert [finding["check"] for finding in findings] == [*CHECKS]
    assert not [finding for finding in findings if finding["state"] == "wrong"]


def test_migrating_again_applies_nothing(service: ForgeProcess) -> None:
    assert service.run("migrate") == []


@pytest.mark.parametrize(("role", "user"), [("owner", "forge"), ("app", "forge_app")])
def test_the_address_of_the_database_opens_it(service: ForgeProcess, role: str, user: str) -> None:
    with connect(service.run("db", "url", "--role", role)["url"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (user,)


def test_people_get_tables(service: ForgeProcess) -> None:
    shown = forge("orgs", "list", "--data-dir", service.data_dir)
    assert "createdAt" in shown.stdout
    assert "local" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["orgs", "create", "local"], 1, "There is an organisation of that name."),
        (["orgs", "set-plan", "nobody", "pro"], 1, "There is no such organisation."),
        (["keys", "create", "--name", "k", "--scopes", "all"], 1, "Unknown scopes: all."),
        (["keys", "create", "--org", "acme", "--name", "k", "--scopes", "ops"], 1, "'ops'"),
        (["projections", "rebuild", "nothing"], 1, "There is no read model nothing"),
        (["projections", "rebuild"], 2, "or say --all"),
        (["projections", "cancel", "folders"], 1, "no such build"),
        (["projections", "failure", "folders"], 1, "not stopped at any event"),
        (["projections", "skip", "folders", "--reason", "r"], 1, "not stopped at that event"),
        (["orgs", "create", "x", "--plan", "gold"], 2, "'gold' is not one of"),
    ],
)
def test_a_refusal_is_a_line_without_traceback(
    service: ForgeProcess, arguments: list[str], status: int, message: str
) -> None:
    refused = forge(*arguments, "--data-dir", service.data_dir)
    assert refused.returncode == status
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [["keys", "list"], ["db", "url"], ["api", "--port", "0"], ["worker"]],
)
def test_without_a_service_commands_say_how_to_start_one(arguments: list[str]) -> None:
    with data_directory() as directory:
        refused = forge(*arguments, "--data-dir", directory)
    assert refused.returncode == 1
    assert f"start them with `forge serve --data-dir {directory}`" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_without_a_service_the_doctor_says_what_is_wrong() -> None:
    with data_directory() as directory:
        found = forge("doctor", "--data-dir", directory)
    assert found.returncode == 1
    assert f"`forge serve --data-dir {directory}` creates it" in found.stdout
