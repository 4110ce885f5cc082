"""The access log: one line per request, without secrets."""

from typing import Any

import anyio
import msgspec
import pytest

from api.edge import access_log
from api.edge.access_log import AccessLog, Line, console_line
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio

DOCUMENTS = "/api/v1/documents"


class Written:
    """A place for lines, which knows how often it was written to."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []

    def __call__(self, lines: bytes) -> None:
        self.writes.append(lines)

    @property
    def lines(self) -> list[dict[str, Any]]:
        text = b"".join(self.writes).splitlines()
        return [msgspec.json.decode(line) for line in text]


async def test_a_line_says_who_asked_what_and_how_it_went() -> None:
    written = Written()
    log = AccessLog(written)
    async with client_of(edge(access_log=log)) as client:
        await client.post(
            f"{DOCUMENTS}?token=secret",
            json={"name": "secret"},
            headers={"X-Request-Id": "r-1", "Authorization": "Bearer secret"},
        )
    log.flush()

    [line] = written.lines
    duration = line.pop("duration_ms")
    size = line.pop("bytes")
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "event": "request",
        "method": "POST",
        "path": DOCUMENTS,
        "route": DOCUMENTS,
        "status": 201,
        "request_id": "r-1",
        "actor": "key:key-1",
        "org_id": "org-1",
        "client": "127.0.0.1",
    }
    assert duration > 0
    assert size > 0
    assert b"secret" not in b"".join(written.writes)


async def test_the_route_template_is_logged_for_head_too() -> None:
    written = Written()
    log = AccessLog(written)
    async with client_of(edge(access_log=log)) as client:
        await client.head(f"{DOCUMENTS}/1/content")
    log.flush()

    [line] = written.lines
    assert (line["method"], line["route"]) == ("HEAD", DOCUMENTS + "/{document_id}/content")


async def test_what_no_route_saw_and_what_was_refused_is_logged() -> None:
    written = Written()
    log = AccessLog(written)
    async with client_of(edge(access_log=log)) as client:
        await client.get("/nothing")
        await client.get(DOCUMENTS, headers={"Host": "evil.example"})
    log.flush()

    assert [line["status"] for line in written.lines] == [404, 421]
    assert all("route" not in line and "actor" not in line for line in written.lines)


async def test_a_path_with_control_characters_stays_on_its_line() -> None:
    written = Written()
    log = AccessLog(written)
    async with client_of(edge(access_log=log)) as client:
        await client.get('/a%0A{"event":"forged"}%1B[31m%C2%85')
    log.flush()

    [line] = written.lines
    assert line["path"].startswith("/a%0A")
    assert all(byte >= 0x20 for byte in written.writes[0].rstrip(b"\n"))


async def test_lines_are_gathered_and_written_together_soon() -> None:
    written = Written()
    async with client_of(edge(access_log=AccessLog(written))) as client:
        for _ in range(5):
            await client.get(DOCUMENTS)
        assert written.writes == []
        with anyio.fail_after(access_log.FLUSH_SECONDS * 4):
            while not written.writes:  # noqa: ASYNC110  (a timer of the loop writes them)
                await anyio.sleep(0.01)

    assert (len(written.writes), len(written.lines)) == (1, 5)


async def test_many_lines_do_not_wait_for_the_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "FLUSH_BYTES", 1000)
    written = Written()
    async with client_of(edge(access_log=AccessLog(written))) as client:
        for _ in range(5):
            await client.get(DOCUMENTS)

    assert written.writes


async def test_the_last_lines_are_written_when_the_application_stops() -> None:
    written = Written()
    log = AccessLog(written)

    async def app(scope: Any, _: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    wrapped = edge(app, access_log=log)
    async with client_of(wrapped) as client:
        await client.get("/")
    assert not written.writes
    await wrapped({"type": "lifespan"}, _never, _nowhere)

    assert len(written.lines) == 1


async def test_a_log_that_cannot_be_written_harms_no_request() -> None:
    def gone(_: bytes) -> None:
        raise BrokenPipeError

    log = AccessLog(gone)
    async with client_of(edge(access_log=log)) as client:
        answer = await client.get(DOCUMENTS)
    log.flush()

    assert answer.status_code == 200


def test_people_get_a_line_they_can_read() -> None:
    line = Line(
        time="2026-01-31T12:30:01.123Z",
        level="info",
        event="request",
        method="GET",
        path=DOCUMENTS,
        route=DOCUMENTS,
        status=200,
        duration_ms=1.25,
        bytes=345,
        request_id="r-1",
        actor="key:k",
        org_id="o",
        client="127.0.0.1",
    )
    assert console_line(line) == b"12:30:01 GET /api/v1/documents 200 1.25 ms 345 B\n"


async def _never() -> dict[str, Any]:
    await anyio.sleep_forever()
    return {}


async def _nowhere(_: Any) -> None:
    return None
