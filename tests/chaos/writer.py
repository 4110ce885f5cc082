"""One writer process: makes documents, and fights others for one; prints what was acknowledged.

``python -m tests.chaos.writer CONNINFO SHARED_DOCUMENT ROUNDS``
"""

import asyncio
import sys

import msgspec

from application.documents.documents import NewDocument, WriteOptions
from application.eventstore.event_store import ConcurrentWrite
from domain.documents.events import Label
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.service.backends import SECRETS, Failures

DRAFT = NewDocument(Label(name="customers"), None, b"{}")


class Report(msgspec.Struct):
    """Positions acknowledged, and the versions won of the shared document."""

    positions: list[int]
    won: list[int]


async def write(conninfo: str, shared: str, rounds: int) -> Report:
    backend, report = Backend(conninfo, SECRETS, Failures()), Report([], [])
    async with backend.running():
        await asyncio.gather(*(_write(backend, shared, rounds, report) for _ in range(8)))
    return report


async def _write(backend: Backend, shared: str, rounds: int, report: Report) -> None:
    for _ in range(rounds):
        _, written = await backend.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
        report.positions.append(written.position)
        try:
            written = await backend.contexts.documents.commands.add_version(
                shared, b"[]", WriteOptions(ACME)
            )
        except ConcurrentWrite:
            continue
        report.positions.append(written.position)
        report.won.append(written.version)


if __name__ == "__main__":
    reported = asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    sys.stdout.buffer.write(msgspec.json.encode(reported))
