"""A receiver of OTLP over HTTP for OpenTelemetry's exporters."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Place(NamedTuple):
    trace: str
    span: str


class ReceivedSpan(NamedTuple):
    """A span; ``process`` is the instance that sent it, of the service ``service``."""

    name: str
    service: str
    process: str
    place: Place
    parent: str
    links: Sequence[Place]
    attributes: Mapping[str, Any]
    events: Mapping[str, Mapping[str, Any]]


class TraceReceiver:
    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.raw: list[bytes] = []

    def spans(self) -> list[ReceivedSpan]:
        return [span for body in self.raw for span in _spans(body)]

    def named(self, name: str, trace: str | None = None) -> list[ReceivedSpan]:
        return [
            span for span in self.spans() if span.name == name and trace in (None, span.place.trace)
        ]


@contextmanager
def run_trace_receiver() -> Iterator[TraceReceiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            zipped = self.headers.get("content-encoding") == "gzip"
            receiver.raw.append(decompress(body) if zipped else body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing: tests look at what was received."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = TraceReceiver(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def _spans(body: bytes) -> Iterator[ReceivedSpan]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        sender = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield ReceivedSpan(
                    span.name,
                    sender["service.name"],
                    sender["service.instance.id"],
                    Place(span.trace_id.hex(), span.span_id.hex()),
                    span.parent_span_id.hex(),
                    [Place(link.trace_id.hex(), link.span_id.hex()) for link in span.links],
                    _attributes(span.attributes),
                    {event.name: _attributes(event.attributes) for event in span.events},
                )


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
