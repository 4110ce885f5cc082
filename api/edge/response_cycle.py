"""Response cycle: uvicorn's, with head and body of a response in one write.

uvicorn writes them apart, which costs a second system call and often a second packet.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from api.edge.exchange import Message
from api.edge.header_lines import CONSTANT, header_line

LENGTH: Final = b"content-length"
HOP_BY_HOP: Final = frozenset({b"connection", b"transfer-encoding"})
BODYLESS: Final = frozenset({204, 304})
CLOSE: Final = b"connection: close\r\n"
END: Final = b"\r\n"


class ResponseCycle(RequestResponseCycle):
    """Holds a head that names the length of its body until that body comes.

    Streams, responses to ``HEAD``, and those to a client that reads too slowly take uvicorn's way.
    """

    _held: tuple[Any, bytes, int] | None = None

    async def send(self, message: Any) -> None:
        held, self._held = self._held, None
        if held is None or message["type"] != "http.response.body":
            if message["type"] != "http.response.start" or not self._hold(message):
                await super().send(message)
            return
        start, head, length = held
        body = message.get("body", b"")
        if len(body) == length and not message.get("more_body") and not self.flow.write_paused:
            self._write(head, body)
        else:
            await super().send(start)
            await super().send(message)

    def _hold(self, start: Message) -> bool:
        """Encode and hold a head; tell whether it was held. Raises ``InvalidHeader``."""
        if self.response_started or self.scope["method"] == "HEAD":
            return False
        status = start["status"]
        length = 0 if status in BODYLESS else None
        lines = [STATUS_LINE[status]]
        for header in (*self.default_headers, *start.get("headers", ())):
            lines.append(CONSTANT.get(header) or header_line(header))
            if header[0] == LENGTH:
                length = int(header[1])
            elif header[0] in HOP_BY_HOP:
                return False
        if length is None:
            return False
        if not self.keep_alive:
            lines.append(CLOSE)
        lines.append(END)
        self._held = (start, b"".join(lines), length)
        return True

    def _write(self, head: bytes, body: bytes) -> None:
        """Write a whole response, unless the client has gone, and end the cycle."""
        if self.disconnected:
            return
        self.transport.writelines((head, body))
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
