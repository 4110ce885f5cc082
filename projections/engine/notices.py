"""Notices of a connection, read from its socket by a callback of the event loop.

psycopg's generator of notices wakes a task for each read; the callback wakes only tasks that wait
for a position that it brings.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from psycopg import AsyncConnection


async def read_notices(
    connection: AsyncConnection[Any], on_notice: Callable[[str, str], None], seconds: float
) -> None:
    """Call ``on_notice`` with channel and payload of each notice that arrives within ``seconds``.

    No query may run meanwhile: psycopg waits for the same socket. Raises ``OperationalError`` as
    soon as the connection is lost, and what ``on_notice`` raises.
    """
    loop, socket = asyncio.get_running_loop(), connection.pgconn.socket
    failed: asyncio.Future[None] = loop.create_future()

    def on_readable() -> None:
        try:
            _deliver(connection, on_notice)
        except Exception as error:  # noqa: BLE001 - raised by the task that waits for it
            loop.remove_reader(socket)
            if not failed.done():
                failed.set_exception(error)

    loop.add_reader(socket, on_readable)
    try:
        on_readable()  # what the last query has left in libpq's buffer wakes no reader
        await asyncio.wait([failed], timeout=seconds)
    finally:
        loop.remove_reader(socket)
    if failed.done():
        failed.result()


def _deliver(connection: AsyncConnection[Any], on_notice: Callable[[str, str], None]) -> None:
    connection.pgconn.consume_input()
    while (notice := connection.pgconn.notifies()) is not None:
        on_notice(notice.relname.decode(), notice.extra.decode())
