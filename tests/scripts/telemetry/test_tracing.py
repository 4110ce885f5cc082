"""Tracing: the variables that turn it on, and that OpenTelemetry is loaded only then."""

import subprocess
import sys

import pytest

from scripts.config.environment import TracingSettings, read_part
from scripts.telemetry.tracing import is_enabled
from scripts.terminal.failures import Failure

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environ", "enabled"),
    [
        ({}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "True"}, False),
        (ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True),
        ({"OTEL_SERVICE_NAME": "forge"}, False),
    ],
)
def test_the_standard_variables_decide(environ: dict[str, str], *, enabled: bool) -> None:
    assert is_enabled(read_part(TracingSettings, environ)) is enabled


@pytest.mark.parametrize(
    "environ",
    [{"OTEL_TRACES_EXPORTER": "zipkin"}, ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}],
)
def test_an_exporter_or_protocol_that_is_not_supported_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(Failure, match=r"there (is|are) only"):
        is_enabled(read_part(TracingSettings, environ))


def test_a_process_that_does_not_trace_loads_nothing_of_it() -> None:
    program = (
        "import sys; from scripts.lean_imports import import_leanly; import_leanly();"
        "from scripts.processes import all_in_one, background_roles; print(*sys.modules)"
    )
    loaded = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "scripts.telemetry.tracing" in loaded
    assert not [
        name for name in loaded if name.startswith(("opentelemetry.sdk.trace", "prometheus"))
    ]
