"""The trace of a request through the processes of a service, as a collector receives it."""

import time
from collections.abc import Iterator

import httpx
import pytest

from scripts.bench.processes import free_port
from tests.support.json_api.documents import DOCUMENTS, NEW
from tests.support.service.processes import ForgeProcess, data_directory, kill_at_exit
from tests.support.telemetry.scrapes import ops_key, scrape_process
from tests.support.third_parties.trace_receiver import (
    ReceivedSpan,
    TraceReceiver,
    run_trace_receiver,
)
from tests.support.waiting import wait_until

pytestmark = pytest.mark.drill

CLIENT_TRACE = "0af7651916cd43dd8448eb211c80319c"
CLIENT_SPAN = "b7ad6b7169203331"
TRACEPARENT = f"00-{CLIENT_TRACE}-{CLIENT_SPAN}-01"
POST = f"POST {DOCUMENTS}"
PROJECT = "project document_summaries"


@pytest.fixture(scope="module")
def receiver() -> Iterator[TraceReceiver]:
    with run_trace_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def service(receiver: TraceReceiver) -> Iterator[ForgeProcess]:
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint,
        "OTEL_SERVICE_NAME": "forge-test",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with (
        data_directory() as directory,
        kill_at_exit(ForgeProcess(directory, "--port", "0", environ=environ)) as process,
    ):
        yield process.ready()


def created(service: ForgeProcess, **headers: str) -> httpx.Response:
    key = {"Authorization": f"Bearer {service.key}"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = httpx.post(
        f"{service.url}{DOCUMENTS}?secret=hunter2", json=NEW, headers=key | named, timeout=20
    )
    assert answer.status_code == 201
    return answer


def projected(receiver: TraceReceiver, trace: str) -> ReceivedSpan:
    """Return the batch with the events of a trace, of whatever trace the batch itself is."""

    def found() -> list[ReceivedSpan]:
        return [
            span for span in receiver.named(PROJECT) if trace in {link.trace for link in span.links}
        ]

    wait_until(lambda: bool(found()), 20)
    return found()[0]


def one(receiver: TraceReceiver, name: str, trace: str) -> ReceivedSpan:
    wait_until(lambda: bool(receiver.named(name, trace)), 20)
    [found] = receiver.named(name, trace)
    return found


def test_a_trace_leads_from_the_request_to_its_events_and_to_the_read_models_elsewhere(
    service: ForgeProcess, receiver: TraceReceiver
) -> None:
    answer = created(service)
    trace, span = answer.headers["x-request-id"].split("-")

    request = one(receiver, POST, trace)
    command = one(receiver, "command CreateDocument", trace)
    append = one(receiver, "append", trace)
    batch = projected(receiver, trace)

    assert (request.place.span, request.parent, request.process) == (span, "", "api")
    assert (command.parent, append.parent) == (span, command.place.span)
    assert request.attributes["http.response.status_code"] == 201
    assert request.attributes["http.route"] == DOCUMENTS
    position = int(answer.headers["x-forge-position"])
    assert append.events["document.created"] == {"forge.log.position": position}
    assert batch.process == "projector"
    assert request.place in batch.links
    assert batch.attributes["messaging.destination.name"] == "document_summaries"
    assert {seen.service for seen in receiver.spans()} == {"forge-test"}


def test_a_clients_trace_is_gone_on_with(service: ForgeProcess, receiver: TraceReceiver) -> None:
    created(service, traceparent=TRACEPARENT)

    request = one(receiver, POST, CLIENT_TRACE)
    assert request.parent == CLIENT_SPAN
    assert request.place in projected(receiver, CLIENT_TRACE).links


def test_a_client_that_names_its_request_finds_the_trace_by_that_name(
    service: ForgeProcess, receiver: TraceReceiver
) -> None:
    assert created(service, x_request_id="order-7").headers["x-request-id"] == "order-7"
    wait_until(lambda: bool(named(receiver, "order-7")), 20)
    [request] = named(receiver, "order-7")

    batch = projected(receiver, request.place.trace)
    assert request.parent == ""
    assert batch.process == "projector"


def test_a_client_with_a_name_and_a_trace_finds_the_one_by_the_other(
    service: ForgeProcess, receiver: TraceReceiver
) -> None:
    trace = "1" * 32
    created(service, x_request_id="order-8", traceparent=f"00-{trace}-{CLIENT_SPAN}-01")

    command = one(receiver, "command CreateDocument", trace)
    anchors = [a for a in receiver.named("caused elsewhere") if command.place in a.links]
    assert anchors
    assert anchors[0].attributes["forge.request.id"] == "order-8"
    assert projected(receiver, anchors[0].place.trace).process == "projector"


def test_jobs_are_traced(service: ForgeProcess, receiver: TraceReceiver) -> None:
    assert service.key
    wait_until(lambda: bool(receiver.named("job checkpoint")), 20)
    assert receiver.named("job checkpoint")[0].process == "worker"


def test_nothing_that_a_client_wrote_is_sent(
    service: ForgeProcess, receiver: TraceReceiver
) -> None:
    answer = created(service)
    projected(receiver, answer.headers["x-request-id"].partition("-")[0])

    sent = b"".join(receiver.raw)
    document = answer.json()["document"]["id"]
    for secret in ("customer", "imports", "hunter2", "fje_", str(document)):
        assert secret.encode() not in sent


def test_a_collector_that_is_away_holds_up_neither_answers_nor_the_stop() -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    with (
        data_directory() as directory,
        kill_at_exit(ForgeProcess(directory, "--port", "0", environ=environ)) as process,
    ):
        created(process.ready())
        key = ops_key(directory)
        wait_until(
            lambda: scrape_process(process.url, key).has("forge_process_up", process="worker"), 30
        )
        asked = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - asked < 5


def named(receiver: TraceReceiver, request_id: str) -> list[ReceivedSpan]:
    return [
        span for span in receiver.named(POST) if span.attributes["forge.request.id"] == request_id
    ]
