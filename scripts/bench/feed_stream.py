"""One subscriber of the event feed in a thread: the positions of the documents it hears about."""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Final

from scripts.bench.load import Target

POSITION: Final = re.compile(rb"^id: (\d+)$", re.MULTILINE)
READ_BYTES: Final = 65_536


@contextmanager
def follow_creates(target: Target, after: int) -> Iterator[Sequence[int]]:
    """Yield the positions received so far, from behind ``after`` on; the list grows."""
    host, port = target.url.removeprefix("http://").split(":")
    received: list[int] = []
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(stream_request(target.key, str(after)))
        reading = Thread(target=_read, args=(connection, received))
        reading.start()
        try:
            yield received
        finally:
            connection.shutdown(socket.SHUT_RDWR)
            reading.join()


def stream_request(key: str, after: str) -> bytes:
    """Return the head of a request for the documents created after a position, or ``latest``."""
    path = f"/events?types=document.created&after={after}"
    head = ("Host: localhost", "Accept: text/event-stream", f"Authorization: Bearer {key}")
    return "\r\n".join([f"GET {path} HTTP/1.1", *head, "", ""]).encode()


def positions(data: bytes) -> tuple[list[int], bytes]:
    """Return the positions of the complete events in received bytes, and the incomplete rest."""
    whole, _, rest = data.rpartition(b"\n\n")
    return [int(position) for position in POSITION.findall(whole)], rest


def _read(connection: socket.socket, received: list[int]) -> None:
    rest = b""
    while data := connection.recv(READ_BYTES):
        new, rest = positions(rest + data)
        received += new
