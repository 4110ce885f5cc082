"""Tracing by OpenTelemetry, with attributes named by its semantic conventions.

No attribute holds data of clients: no path (there is the route), no query, no name, no value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

from opentelemetry import context as contexts
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from application.eventstore.envelope import Origin, RecordedEvent
from application.telemetry.tracing import Place, StoredEvents, place_of, places_of, request_id_at
from domain.messages import Command
from domain.refusals import Refusal

MAX_LINKS: Final = 128
SERVER_ERROR: Final = 500
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
REQUEST_ID: Final = "forge.request.id"
APPENDING: Final = {"db.system.name": "postgresql", "db.operation.name": "append"}
PROCESSING: Final = {"messaging.system": "forge", "messaging.operation.type": "process"}

Attributes: TypeAlias = Mapping[str, str | int]


class TraceIds(RandomIdGenerator):
    """Generates random trace ids; ``next`` sets the id of the next trace."""

    def __init__(self) -> None:
        self.next: int | None = None

    def generate_trace_id(self) -> int:
        known, self.next = self.next, None
        return known or super().generate_trace_id()

    def is_trace_id_random(self) -> bool:
        """Return false: some ids are derived from the request ids of clients."""
        return False


class OtelRequest:
    """Implements ``application.telemetry.tracing.RequestSpan``."""

    def __init__(self, span: Span, method: str, request_id: str | None) -> None:
        self._span = span
        self._method = method
        self._token = contexts.attach(set_span_in_context(span))
        self.request_id = request_id or request_id_at(_place(span))
        span.set_attribute(REQUEST_ID, self.request_id)

    def end(self, route: str | None, status: int) -> None:
        if route:
            self._span.update_name(f"{self._method} {route}")
            self._span.set_attribute("http.route", route)
        if status:
            self._span.set_attribute("http.response.status_code", status)
        if status >= SERVER_ERROR:
            self._span.set_attribute("error.type", str(status))
            self._span.set_status(Status(StatusCode.ERROR))
        contexts.detach(self._token)
        self._span.end()


class OtelCommand:
    """Implements ``application.eventstore.transactions.CommandSpan``."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def of(self, command: Command, category: str) -> None:
        name = type(command).__name__
        self._span.update_name(f"command {name}")
        self._span.set_attributes({"forge.command": name, "forge.stream.category": category})


class OtelTracing:
    """Implements ``application.telemetry.tracing.Tracing``; ``ids`` are those of the provider."""

    def __init__(self, provider: TracerProvider, ids: TraceIds, version: str) -> None:
        self._tracer = provider.get_tracer("forge", version)
        self._ids = ids
        self._propagator = TraceContextTextMapPropagator()

    def request(self, method: str, sent: str | None, parent: str | None) -> OtelRequest:
        """Begin a span in the client's trace or, without one, in the trace of its request id."""
        known = method if method in METHODS else "_OTHER"
        carried = {"traceparent": parent} if parent else {}
        within = self._propagator.extract(carried, Context())
        if sent and not get_current_span(within).get_span_context().is_valid:
            self._ids.next = place_of(sent).trace
        span = self._tracer.start_span(
            known,
            within,
            SpanKind.SERVER,
            {"http.request.method": known, "url.scheme": "http"},
        )
        return OtelRequest(span, known, sent)

    @contextmanager
    def command(self, by: Origin) -> Iterator[OtelCommand]:
        with self._span_of("command", SpanKind.INTERNAL, {}) as span:
            self._anchor(_place(span), by.correlation_id)
            yield OtelCommand(span)

    @contextmanager
    def append(self, records: Sequence[RecordedEvent]) -> Iterator[StoredEvents]:
        attributes: Attributes = {**APPENDING, "db.operation.batch.size": len(records)}
        with self._span_of("append", SpanKind.CLIENT, attributes) as span:

            def record_events(stored: Iterable[RecordedEvent]) -> None:
                for record in stored:
                    event = record.event.stored_name()
                    span.add_event(event, {"forge.log.position": record.position})

            yield record_events

    @contextmanager
    def batch(self, projection: str, records: Sequence[RecordedEvent]) -> Iterator[None]:
        """Link a batch to the traces of its events; a single trace becomes its parent."""
        causes = [_context(place) for place in places_of(records, MAX_LINKS)]
        within = set_span_in_context(NonRecordingSpan(causes[0]), Context())
        attributes: Attributes = {
            **PROCESSING,
            "messaging.destination.name": projection,
            "messaging.batch.message_count": len(records),
            "forge.log.position": records[-1].position,
        }
        links = [Link(cause) for cause in causes]
        root = within if len(causes) == 1 else Context()
        with self._span_of(f"project {projection}", SpanKind.CONSUMER, attributes, links, root):
            yield

    @contextmanager
    def job(self, kind: str) -> Iterator[None]:
        attributes = {**PROCESSING, "messaging.destination.name": kind}
        with self._span_of(f"job {kind}", SpanKind.CONSUMER, attributes, (), Context()):
            yield

    @contextmanager
    def _span_of(
        self,
        name: str,
        kind: SpanKind,
        attributes: Attributes,
        links: Sequence[Link] = (),
        within: Context | None = None,
    ) -> Iterator[Span]:
        """Run in a span; an exception is recorded by its type alone: its message may quote data."""
        span = self._tracer.start_span(name, within, kind, attributes, links)
        token = contexts.attach(set_span_in_context(span, within))
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", _code(error))
            if not isinstance(error, Refusal):
                span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            contexts.detach(token)
            span.end()

    def _anchor(self, place: Place, correlation_id: str) -> None:
        """Link the trace of the correlation id to the trace in which the command runs.

        Those differ for a client that sends both an id and a trace, and for commands of jobs.
        """
        named = place_of(correlation_id)
        if named.trace != place.trace:
            self._ids.next = named.trace
            links = [Link(_context(place))]
            attributes = {REQUEST_ID: correlation_id}
            self._tracer.start_span(
                "caused elsewhere", Context(), attributes=attributes, links=links
            ).end()


def _place(span: Span) -> Place:
    context = span.get_span_context()
    return Place(context.trace_id, context.span_id)


def _context(place: Place) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(place.trace, place.span, is_remote=True, trace_flags=flags)


def _code(error: BaseException) -> str:
    return error.code if isinstance(error, Refusal) else type(error).__name__
