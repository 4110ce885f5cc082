"""A subscriber of the feed reads each event once, also when the server ends its stream."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from scripts.bench.feed_stream import follow_creates, positions
from scripts.bench.load import Target
from tests.support.waiting import wait_until

DEADLINE_SECONDS = 20.0
EVENT = b"5f\r\nid: %d\nevent: document.created\ndata: {}\n\n\r\n"


def test_an_event_cut_in_two_is_read_once() -> None:
    first, rest = positions(EVENT % 12 + b"5f\r\nid: 1")
    second, _ = positions(rest + b"3\nevent: document.created\ndata: {}\n\n")

    assert (first, second) == ([12], [13])


@contextmanager
def serve(streams: list[list[int]], requests: list[bytes]) -> Iterator[Target]:
    """Answer each connection with one stream of positions, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(DEADLINE_SECONDS)
        thread = Thread(target=_answer_all, args=(listening, streams, requests))
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield Target(url, "key", Path(), 0, ())
        thread.join()


def _answer_all(listening: socket.socket, streams: list[list[int]], requests: list[bytes]) -> None:
    for stream in streams:
        connection, _ = listening.accept()
        with connection:
            requests.append(connection.recv(1_000))
            connection.sendall(b"".join(EVENT % position for position in stream))


def test_a_stream_that_the_server_ends_is_resumed_behind_the_last_position() -> None:
    requests: list[bytes] = []
    with (
        serve([[8, 9], [11]], requests) as target,
        follow_creates(target, after=7) as received,
    ):
        wait_until(lambda: len(received) >= 3)

    assert received[:3] == [8, 9, 11]
    assert [request.split()[1].rpartition(b"after=")[2] for request in requests] == [b"7", b"9"]
