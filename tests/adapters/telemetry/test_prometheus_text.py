"""The Prometheus exposition, read back by Prometheus' own parser."""

from collections.abc import Iterator

from prometheus_client.parser import text_string_to_metric_families

from adapters.processes.process_metrics import process_metrics
from adapters.telemetry.prometheus_text import merge, render
from application.telemetry.instruments import Counter, Family, Gauge, Histogram, gauge

AWKWARD = 'a "quoted"\\path\nand a line'


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Read a text as Prometheus would."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def series(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def families() -> Iterator[Family]:
    refused = Counter("refused_total", "Refused.", "reason")
    refused.add(AWKWARD)
    refused.add(AWKWARD)
    waiting = Gauge("waiting", "Waiting.")
    waiting.of().value = 3
    took = Histogram("took_seconds", "Took.", "route", bounds=(0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7.0):
        took.of("/a").observe(seconds)
    yield from (refused.family, waiting.family, took.family)


def test_the_exposition_is_parsed_with_any_labels() -> None:
    read = samples(render(families(), {"process": "api"}))

    assert read[series("refused_total", process="api", reason=AWKWARD)] == 2
    assert read[series("waiting", process="api")] == 3
    for bound, count in (("0.1", 2), ("1.0", 3), ("+Inf", 4)):
        place = series("took_seconds_bucket", process="api", route="/a", le=bound)
        assert read[place] == count
    assert read[series("took_seconds_sum", process="api", route="/a")] == 7.65
    assert read[series("took_seconds_count", process="api", route="/a")] == 4


def test_a_metric_without_values_is_exposed() -> None:
    text = render([Counter("seen_total", "Seen.").family, Counter("by_total", "By.", "who").family])

    assert samples(text) == {series("seen_total"): 0}
    assert "# TYPE by_total counter\n" in text


def test_what_several_processes_tell_of_one_metric_stands_under_one_header() -> None:
    texts = [render(families(), {"process": name}) for name in ("api", "worker")]
    together = merge([*texts, render([gauge("alone", "Alone.", {(): 1})])])

    assert together.count("# TYPE waiting gauge\n") == 1
    assert samples(together) == samples(texts[0]) | samples(texts[1]) | {series("alone"): 1}
    lines = [line for line in together.splitlines() if not line.startswith("#")]
    named = [line.partition("{")[0].partition(" ")[0] for line in lines]
    assert [name for at, name in enumerate(named) if name not in named[:at]] == list(
        dict.fromkeys(named)
    )


def test_a_process_exposes_its_cpu_and_memory() -> None:
    read = samples(render(process_metrics()))

    assert 0 < read[series("process_cpu_seconds_total")] < 10_000
    assert read[series("process_resident_memory_bytes")] > 10_000_000
    assert 0 < read[series("process_open_fds")] < read[series("process_max_fds")]
    assert read[series("process_start_time_seconds")] > 1_700_000_000
