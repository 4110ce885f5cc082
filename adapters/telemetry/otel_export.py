"""OTLP export of spans, configured by the standard ``OTEL_*`` variables."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from adapters.telemetry.otel_tracing import OtelTracing, TraceIds

LAST_SECONDS: Final = 0.3
"""Time to send the last spans; an unreachable collector must not delay the end of a process."""


@asynccontextmanager
async def export_spans(process: str, version: str, service: str) -> AsyncIterator[OtelTracing]:
    """Trace while entered. The SDK reads sampler, limits, endpoint and headers."""
    attributes = {
        "service.name": service,
        "service.version": version,
        "service.instance.id": process,
    }
    ids = TraceIds()
    provider = TracerProvider(
        resource=Resource.create(attributes), id_generator=ids, shutdown_on_exit=False
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield OtelTracing(provider, ids, version)
    finally:
        await _end(provider)


async def _end(provider: TracerProvider) -> None:
    """Send the remaining spans, in a thread that does not keep the process alive."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def shut_down() -> None:
        provider.shutdown()
        loop.call_soon_threadsafe(ended.set)

    Thread(target=shut_down, name="last spans", daemon=True).start()
    try:
        await asyncio.wait_for(ended.wait(), LAST_SECONDS)
    except TimeoutError:
        return
