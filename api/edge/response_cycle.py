"""Response cycle: uvicorn's, and a way to send head and body of a response in one write.

uvicorn writes them apart, which costs a second system call and often a second packet.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from api.edge.header_lines import HeaderLines, split_block
from api.edge.headers import Header

LENGTH: Final = b"content-length"
HOP_BY_HOP: Final = frozenset({b"connection", b"transfer-encoding"})
BODYLESS: Final = frozenset({204, 304})
CLOSE: Final = b"connection: close\r\n"
END: Final = b"\r\n"
LINES: Final = HeaderLines()


class _NoWaiter:
    """Stands for the event of a cycle that nothing waits for."""

    def set(self) -> None:
        pass


NO_WAITER: Final = _NoWaiter()


class ResponseCycle(RequestResponseCycle):
    """One request and its response.

    A cycle is made for each request, so most of its attributes are defaults of the class.
    """

    access_log = False
    body: Any = b""
    disconnected = False
    more_body = True
    response_started = False
    response_complete = False
    chunked_encoding = None
    expected_content_length = 0
    message_event: Any = NO_WAITER

    def __init__(self, protocol: HttpToolsProtocol, *, keep_alive: bool) -> None:
        self.scope = protocol.scope
        self.transport = protocol.transport
        self.flow = protocol.flow
        self.logger = protocol.logger
        self.default_headers = protocol.server_state.default_headers
        self.on_response = protocol.on_response_complete
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = protocol.expect_100_continue

    async def receive(self) -> Any:
        """Return a body that is complete already; else wait as uvicorn does."""
        if self.more_body or self.waiting_for_100_continue or self.message_event is not NO_WAITER:
            self._expect_more()
            return await super().receive()
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        self.flow.resume_reading()
        self.message_event = asyncio.Event()  # from now on only the end can come
        body, self.body = bytes(self.body), b""
        return {"type": "http.request", "body": body, "more_body": False}

    def respond(self, status: int, headers: Sequence[Header], body: bytes) -> bool:
        """Send a whole response; return whether it was possible (``api.http.whole_response``).

        It is not for ``HEAD``, a client that reads too slowly, a response without its length, or
        headers of the connection. Raises ``InvalidHeader``.
        """
        block, others = split_block(headers)
        values = dict(others)
        length = None if status in BODYLESS else b"%d" % len(body)
        if (
            self.response_started
            or self.scope["method"] == "HEAD"
            or self.flow.write_paused
            or values.get(LENGTH) != length
            or not HOP_BY_HOP.isdisjoint(values)
        ):
            return False
        server, lines = LINES.of_server(self.default_headers), LINES.of(others, values)
        end = END if self.keep_alive else CLOSE + END
        if not self.disconnected:
            head = b"".join((STATUS_LINE[status], server, block, lines, end))
            self.transport.writelines((head, body))
            self._end()
        return True

    def _expect_more(self) -> None:
        if self.message_event is NO_WAITER:
            self.message_event = asyncio.Event()
            if self.body or not self.more_body:
                self.message_event.set()

    def _end(self) -> None:
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
