"""HTTP/1.1 protocol: uvicorn's, with small responses written at once.

Parsing, flow control, pipelining and upgrades stay uvicorn's.
"""

import asyncio
from typing import Final
from urllib.parse import unquote

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.edge.response_cycle import ResponseCycle

ASCII: Final = "ascii"


class HttpProtocol(HttpToolsProtocol):
    """One connection; for ``uvicorn.Config(http=HttpProtocol)``."""

    def on_headers_complete(self) -> None:
        """Start the request whose head has arrived, or queue it behind the one before it."""
        version = self.parser.get_http_version()
        self._complete_scope(version)
        if self.parser.should_upgrade() and self._should_upgrade():
            return
        before, self.cycle = self.cycle, self._new_cycle(keep_alive=version != "1.0")
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _complete_scope(self, version: str) -> None:
        scope, url = self.scope, parse_url(self.url)
        path = url.path.decode(ASCII)
        scope["method"] = self.parser.get_method().decode(ASCII)
        scope["http_version"] = version
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = url.path
        scope["query_string"] = url.query or b""

    def _new_cycle(self, *, keep_alive: bool) -> ResponseCycle:
        return ResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
