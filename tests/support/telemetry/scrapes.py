"""A scrape of ``/metrics``: samples by name and labels."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
from prometheus_client.parser import text_string_to_metric_families

from domain.identity.organisations import LOCAL
from tests.support.service.processes import forge


class Sample(NamedTuple):
    name: str
    labels: Mapping[str, str]
    value: float


class Scrape:
    def __init__(self, text: str) -> None:
        families = list(text_string_to_metric_families(text))
        self.samples = [
            Sample(sample.name, sample.labels, sample.value)
            for family in families
            for sample in family.samples
        ]
        self.declared = {
            line.split()[2]: line.split()[3]
            for line in text.splitlines()
            if line.startswith("# TYPE ")
        }

    def matching(self, name: str, **labels: str) -> list[Sample]:
        return [
            sample
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def has(self, name: str, **labels: str) -> bool:
        """Tell whether there is such a sample, and it is not 0."""
        return any(sample.value for sample in self.matching(name, **labels))

    def value(self, name: str, **labels: str) -> float:
        """Return the one value that these labels name, or the sum of all."""
        found = self.matching(name, **labels)
        assert found, f"no {name} {labels}"
        return sum(sample.value for sample in found)

    def names(self) -> set[str]:
        """Return every name that a query could use."""
        suffixes = ("_bucket", "_sum", "_count")
        histograms = {name for name, kind in self.declared.items() if kind == "histogram"}
        return {*self.declared, *(name + suffix for name in histograms for suffix in suffixes)}


def scrape_process(url: str, key: str) -> Scrape:
    answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Scrape(answer.text)


def ops_key(data_dir: Path, **environ: str) -> str:
    made = ("keys", "create", "--name", "prometheus", "--scopes", "ops", "--org", LOCAL)
    done = forge(*made, "--data-dir", data_dir, environ=environ)
    return next(word for word in done.stdout.split() if word.startswith("fje_"))
