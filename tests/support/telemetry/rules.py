"""Alert rules, evaluated on a scrape by the little of PromQL that they use."""

import operator
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.support.telemetry.scrapes import Scrape

DOCS: Final = Path(__file__).parents[3] / "docs"
OBSERVABILITY: Final = DOCS / "observability"
RUNBOOKS: Final = DOCS / "runbooks"
PER_MODEL: Final = re.compile(
    r"(?:max|min) by \(\w+\) \((?P<name>\w+)(?:\{(?P<labels>[^}]*)\})?\) "
    r"(?P<compare>==|>|<) (?P<bound>[\d.]+)"
)
COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


class Rule(msgspec.Struct, frozen=True):
    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]

    def alarms(self, scrape: Scrape) -> set[str]:
        """Return for which read models it holds; only of the form ``max by (label) (x) == n``."""
        asked = PER_MODEL.fullmatch(self.expr)
        assert asked, f"too much to ask here: {self.expr}"
        wanted = dict(re.findall(r'(\w+)="([^"]*)"', asked["labels"] or ""))
        holds = COMPARE[asked["compare"]]
        return {
            sample.labels["projection"]
            for sample in scrape.matching(asked["name"], **wanted)
            if holds(sample.value, float(asked["bound"]))
        }


def rules() -> dict[str, Rule]:
    decoded: Any = msgspec.yaml.decode((OBSERVABILITY / "alerts.yml").read_bytes())
    found = [rule for group in decoded["groups"] for rule in group["rules"]]
    return {rule["alert"]: msgspec.convert(rule, Rule) for rule in found}
