"""HTTP/1.1 protocol: uvicorn's, with small responses written at once, and no timer per response.

Parsing, flow control, pipelining and upgrades stay uvicorn's.
"""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.edge.response_cycle import ResponseCycle

ASCII: Final = "ascii"
VERSION: Final = "1.1"


class HttpProtocol(HttpToolsProtocol):
    """One connection; for ``uvicorn.Config(http=HttpProtocol)``.

    ``idle_since`` is the loop's time of the last response, ``None`` while a request is read or
    answered, and before the first.
    """

    idle_since: float | None = None

    def on_message_begin(self) -> None:
        """Forget the request before; the scope is made once the head is complete."""
        self.idle_since = None
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Start the request whose head has arrived, or queue it behind the one before it."""
        version = self.parser.get_http_version()
        self.scope = self._scope(version)
        if self.parser.should_upgrade() and self._should_upgrade():
            return
        keep_alive = version != "1.0" and self.parser.should_keep_alive()
        before, self.cycle = self.cycle, ResponseCycle(self, keep_alive=keep_alive)
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_response_complete(self) -> None:
        """Start the next request of a pipeline, if there is one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.idle_since = self.loop.time()

    def _scope(self, version: str) -> Any:
        url = parse_url(self.url)
        path = url.path.decode(ASCII)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            "headers": self.headers,
            "state": self.app_state.copy(),
            "method": self.parser.get_method().decode(ASCII),
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
        }


def close_idle(connections: Iterable[Any], now: float) -> None:
    """Close connections that have waited for a request for longer than they may."""
    for each in [*connections]:
        idle_since: float | None = getattr(each, "idle_since", None)  # a WebSocket has none
        if idle_since is not None and now - idle_since > each.timeout_keep_alive:
            each.timeout_keep_alive_handler()
