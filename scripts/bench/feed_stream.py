"""A subscriber of the event feed: the positions of the documents whose creation it receives."""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Final

from scripts.bench.load import Target

POSITION: Final = re.compile(rb"^id: (\d+)$", re.MULTILINE)
READ_BYTES: Final = 65_536
LOOK_SECONDS: Final = 0.2
"""Between looks at whether the subscriber is to stop."""


class Subscriber:
    """Receives from behind a position on; a stream that the server ends is resumed."""

    def __init__(self, target: Target, after: int) -> None:
        self.received: list[int] = []
        self._target = target
        self._after = after
        self._stopped = Event()

    def run(self) -> None:
        """Receive until it is stopped."""
        while not self._stopped.is_set():
            with self._connect() as connection:
                self._read(connection)

    def stop(self) -> None:
        self._stopped.set()

    def _connect(self) -> socket.socket:
        host, port = self._target.url.removeprefix("http://").split(":")
        connection = socket.create_connection((host, int(port)), timeout=LOOK_SECONDS)
        last = self.received[-1] if self.received else self._after
        connection.sendall(stream_request(self._target.key, str(last)))
        return connection

    def _read(self, connection: socket.socket) -> None:
        rest, data = b"", b" "
        while data and not self._stopped.is_set():
            with suppress(TimeoutError):
                data = connection.recv(READ_BYTES)
                new, rest = positions(rest + data)
                self.received += new


@contextmanager
def follow_creates(target: Target, after: int) -> Iterator[Sequence[int]]:
    """Yield the positions received so far by a subscriber in a thread; the list grows."""
    subscriber = Subscriber(target, after)
    thread = Thread(target=subscriber.run)
    thread.start()
    try:
        yield subscriber.received
    finally:
        subscriber.stop()
        thread.join()


def stream_request(key: str, after: str) -> bytes:
    """Return the head of a request for the documents created after a position, or ``latest``."""
    path = f"/events?types=document.created&after={after}"
    head = ("Host: localhost", "Accept: text/event-stream", f"Authorization: Bearer {key}")
    return "\r\n".join([f"GET {path} HTTP/1.1", *head, "", ""]).encode()


def positions(data: bytes) -> tuple[list[int], bytes]:
    """Return the positions of the complete events in received bytes, and the incomplete rest."""
    whole, _, rest = data.rpartition(b"\n\n")
    return [int(position) for position in POSITION.findall(whole)], rest
