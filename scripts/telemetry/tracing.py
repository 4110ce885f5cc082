"""Tracing by OpenTelemetry: turned on by its own variables, and loaded only then."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.http.version import VERSION
from application.telemetry.tracing import NO_TRACING, Tracing
from scripts.config.environment import (
    OTLP_HTTP,
    OTLP_PROTOCOL,
    OTLP_TRACES_PROTOCOL,
    TRACES_EXPORTER,
    TracingSettings,
)
from scripts.terminal.failures import Failure


def is_enabled(settings: TracingSettings) -> bool:
    """Tell whether spans are exported; raises ``Failure`` for an unsupported exporter."""
    exporter = settings.exporter.strip()
    if settings.disabled.strip().lower() == "true" or exporter == "none":
        return False
    if not exporter and not settings.endpoint and not settings.traces_endpoint:
        return False
    if exporter not in ("", "otlp"):
        raise Failure(f"{TRACES_EXPORTER} is {exporter}; there are only otlp and none.")
    for name, protocol in (
        (OTLP_PROTOCOL, settings.protocol),
        (OTLP_TRACES_PROTOCOL, settings.traces_protocol),
    ):
        if protocol != OTLP_HTTP:
            raise Failure(f"{name} is {protocol}; there is only {OTLP_HTTP}.")
    return True


@asynccontextmanager
async def trace_process(process: str, settings: TracingSettings) -> AsyncIterator[Tracing]:
    """Trace this process while entered, if tracing is enabled."""
    if not is_enabled(settings):
        yield NO_TRACING
        return
    from adapters.telemetry.otel_export import export_spans  # noqa: PLC0415 - a third of a second of imports

    async with export_spans(process, VERSION, settings.service_name) as tracing:
        yield tracing
