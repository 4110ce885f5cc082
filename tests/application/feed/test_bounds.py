"""Memory bounds of the feed: queues of readers, and the ring for readers that resume."""

import pytest

from application.feed.queue import CHUNK_BYTES, FrameQueue, ReaderLagged
from application.feed.ring import Entry, Ring
from domain.documents.events import DocumentRestored
from tests.support.domain.records import history

pytestmark = pytest.mark.anyio

LOG = history("document-1", *[DocumentRestored()] * 200)


def entry(position: int, size: int = 10) -> Entry:
    frame = b"%d " % position
    return Entry(LOG[position - 1], frame.ljust(size, b"x"), size)


async def test_frames_come_in_order_and_as_many_as_there_are_at_once() -> None:
    queue = FrameQueue()
    for position in (1, 2, 3):
        queue.put(entry(position, 2))

    assert [each.frame for each in await queue.take()] == [b"1 ", b"2 ", b"3 "]
    assert queue.position == 3


async def test_one_send_takes_no_more_than_a_chunk_and_the_frame_that_fills_it() -> None:
    queue, size = FrameQueue(), CHUNK_BYTES // 2 + 1
    for position in (1, 2, 3):
        queue.put(entry(position, size))

    assert [each.size for each in await queue.take()] == [size, size]
    assert queue.position == 2
    assert [each.size for each in await queue.take()] == [size]


async def test_a_reader_with_too_long_a_queue_gets_its_last_position() -> None:
    queue = FrameQueue(max_bytes=30)
    queue.put(entry(1))
    await queue.take()
    for position in (2, 3, 4):
        queue.put(entry(position))
    assert not queue.ended.is_set()

    queue.put(entry(5))

    assert queue.ended.is_set()
    assert [*queue] == []
    for _ in range(2):
        with pytest.raises(ReaderLagged) as lagged:
            await queue.take()
        assert lagged.value.after == 1


async def test_one_frame_is_sent_however_large_it_is() -> None:
    queue = FrameQueue(max_bytes=30)

    queue.put(entry(1, 500))

    assert [each.size for each in await queue.take()] == [500]


async def test_nothing_is_taken_in_after_the_end() -> None:
    queue = FrameQueue()
    queue.end(EOFError())

    queue.put(entry(1))

    with pytest.raises(EOFError):
        await queue.take()


def test_a_ring_serves_what_follows_a_position_or_nothing() -> None:
    ring = ringed(5, 6, 7)

    assert positions(ring, 4) == [5, 6, 7]
    assert positions(ring, 5, limit=1) == [6]
    assert positions(ring, 7) == []
    assert positions(ring, 3) == []
    assert positions(Ring(), 0) == []


def test_the_oldest_of_a_ring_make_room_by_count_and_by_size() -> None:
    few = Ring(max_events=2)
    small = Ring(max_bytes=25)
    for ring in (few, small):
        for position in (1, 2, 3):
            ring.add(entry(position))
        assert positions(ring, 1) == [2, 3]
        assert positions(ring, 0) == []


def test_a_cleared_ring_may_begin_anywhere() -> None:
    ring = ringed(5, 6)
    ring.clear()

    ring.add(entry(2))

    assert positions(ring, 1) == [2]


def ringed(*known: int) -> Ring:
    ring = Ring()
    for position in known:
        ring.add(entry(position))
    return ring


def positions(ring: Ring, after: int, limit: int = 100) -> list[int]:
    return [each.record.position for each in ring.after(after, limit)]
