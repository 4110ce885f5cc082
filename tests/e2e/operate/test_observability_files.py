"""Dashboard, alert rules and runbooks, held against each other and a real scrape of the service."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest
import rich_click as click

from domain.identity.organisations import LOCAL
from scripts.forge import cli
from tests.support.service.web import Service
from tests.support.telemetry.rules import OBSERVABILITY, RUNBOOKS, rules
from tests.support.telemetry.scrapes import Scrape

OURS: Final = re.compile(r"\b((?:forge|process)_[a-z_]+)\b(\{[^}]*\})?")
COMMAND: Final = re.compile(r"\bforge ([a-z][^`\n#)]*)")
PROCEDURES: Final = ("restore", "rotate-master-key")
"""Runbooks that no alert asks for."""
HEADINGS: Final = [
    "## What it means",
    "## What users see",
    "## How to look",
    "## How to fix",
    "## How to know that it is over",
]


@pytest.fixture(scope="module")
async def scrape(service: Service) -> Scrape:
    async with service.client(LOCAL, "ops") as operator:
        await operator.get("/metrics")  # that there is a request to tell of
        return Scrape((await operator.get("/metrics")).text)


def dashboard() -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads((OBSERVABILITY / "grafana-dashboard.json").read_text())
    return decoded


def panels() -> list[dict[str, Any]]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def drawn() -> Iterator[str]:
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"]


def named(expression: str) -> set[str]:
    return {name for name, _ in OURS.findall(expression)}


@pytest.mark.anyio
async def test_every_metric_in_a_panel_or_alert_is_exposed(scrape: Scrape) -> None:
    wanted = {name for each in drawn() for name in named(each)}
    wanted |= {name for rule in rules().values() for name in named(rule.expr)}

    assert wanted - scrape.names() == set()


@pytest.mark.anyio
async def test_every_exposed_metric_is_in_a_panel(scrape: Scrape) -> None:
    drawn_names = {name for each in drawn() for name in named(each)}
    unseen = {
        name
        for name in scrape.declared
        if not any(each == name or each.startswith(f"{name}_") for each in drawn_names)
    }

    assert unseen == set()


@pytest.mark.anyio
async def test_every_label_in_a_panel_or_alert_is_exposed(scrape: Scrape) -> None:
    expressions = [*drawn(), *(rule.expr for rule in rules().values())]
    asked = [
        (name, label)
        for expression in expressions
        for name, selector in OURS.findall(expression)
        for label in re.findall(r"(\w+)[=!]", selector)
        if label != "instance" and scrape.matching(name)
    ]

    assert len(asked) > 7
    assert [each for each in asked if each[1] not in scrape.matching(each[0])[0].labels] == []


def test_the_dashboard_is_one_that_grafana_can_load() -> None:
    told = dashboard()
    variables = {variable["name"] for variable in told["templating"]["list"]}

    assert (told["schemaVersion"], told["uid"]) == (39, "forge-service")
    assert variables == {"datasource", "instance"}
    numbers = [panel["id"] for panel in told["panels"]]
    assert len(numbers) == len(set(numbers))
    for panel in panels():
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"


def test_no_panel_lies_over_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert taken.isdisjoint(cells), panel["title"]
        taken |= cells


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.iterdir()} == {*rules(), *PROCEDURES}
    for name, rule in rules().items():
        assert rule.annotations["runbook_url"] == f"docs/runbooks/{name}.md"
        assert rule.annotations["summary"]
        assert rule.labels["severity"] in {"critical", "warning", "info"}


@pytest.mark.parametrize("name", rules())
def test_a_runbook_answers_what_an_operator_asks(name: str) -> None:
    text = (RUNBOOKS / f"{name}.md").read_text()

    assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    for linked in re.findall(r"\]\((\w+)\.md\)", text):
        assert linked in rules()
    for words in COMMAND.findall(text):
        _require_command(words.split())


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_procedure_names_only_commands_that_there_are(name: str) -> None:
    commands = COMMAND.findall((RUNBOOKS / f"{name}.md").read_text())

    assert commands
    for words in commands:
        _require_command(words.split())


def test_the_example_of_a_scrape_names_the_rules() -> None:
    decoded: Any = msgspec.yaml.decode((OBSERVABILITY / "prometheus.yml").read_bytes())

    [job] = decoded["scrape_configs"]
    assert decoded["rule_files"] == ["alerts.yml"]
    assert (job["job_name"], job["authorization"]["type"]) == ("forge", "Bearer")
    assert job["metrics_path"] == "/metrics"


def _require_command(words: list[str]) -> None:
    """Hold ``projections skip NAME --reason ...`` to the command line itself."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0).strip("\"';,."))
        assert found, words
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
