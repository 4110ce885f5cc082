"""Erasure ledger, stored outside the database: after a restore, erasures are reapplied from it.

The log certifies every erasure, and the ledger copies the certificates to where no restore reaches.
An entry names its certificate by position and chain hash, so the ledger finds the last position it
has in common with any log, be it the same one or another.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.jobs.jobs import Arguments
from domain.erasure.events import ErasureCertified

RECORD_ERASURES: Final = "note-erasures"
RECORD_EVERY: Final = timedelta(minutes=1)
PAGE: Final = 500


class Entry(msgspec.Struct, frozen=True, rename="camel"):
    """One erasure, without personal data: ``digest`` is the certificate's, of the erased history.

    ``position`` and ``hash`` (hex, chain hash) are those of the certificate in the log.
    """

    stream: str
    org_id: str
    erased_at: datetime
    position: int
    digest: str
    hash: str


class LedgerWriter(Protocol):
    """Port: the ledger's storage. Its methods block on the disk."""

    def create(self) -> None:
        """Create an empty ledger if its directory exists: a missing ledger is then a lost one."""
        ...

    def newest(self) -> Sequence[Entry]:
        """Return some of the last entries; none if the ledger is empty."""
        ...

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries; they are on disk when this returns."""
        ...


class CertificateLog(Protocol):
    """Port: the certificates of erasure in the log."""

    async def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        """Return the next certificates, by position."""
        ...

    async def hashes(self, positions: Sequence[int]) -> Mapping[int, str]:
        """Return the chain hashes (hex) of the positions that exist."""
        ...


class ErasureLedger:
    """``report`` receives failures to write; the next attempt catches up."""

    def __init__(
        self,
        writer: LedgerWriter,
        certified: CertificateLog,
        report: Callable[[str, Exception], None],
    ) -> None:
        self._writer = writer
        self._certified = certified
        self._report = report
        self._recorded = 0
        self._lock = asyncio.Lock()

    async def record_up_to(self, position: int) -> None:
        """Record all erasures up to a position, before the response to one of them.

        The erasure itself is done: a failure is reported, never raised.
        """
        async with self._lock:
            if position > self._recorded:
                try:
                    await self._catch_up()
                except Exception as error:  # noqa: BLE001 - no error undoes the erasure
                    self._report("erasure ledger", error)

    async def __call__(self, _: Arguments) -> None:
        """Record erasures that a crashed process has not; raises errors of storage."""
        async with self._lock:
            await asyncio.to_thread(self._writer.create)
            await self._catch_up()

    async def _catch_up(self) -> None:
        position = await self._common_position()
        while records := await self._certified.after(position, PAGE):
            await asyncio.to_thread(self._writer.append, [_entry(record) for record in records])
            position = records[-1].position
        self._recorded = position

    async def _common_position(self) -> int:
        """Return the last position that ledger and log have in common; 0 for another log."""
        newest = await asyncio.to_thread(self._writer.newest)
        hashes = await self._certified.hashes([entry.position for entry in newest])
        agreed = [e.position for e in newest if hashes.get(e.position) == e.hash]
        return max(agreed, default=0)


class NoLedger:
    """Null object, for processes without a ledger: another process records their erasures."""

    async def record_up_to(self, _: int) -> None:
        pass

    async def __call__(self, _: Arguments) -> None:
        pass


def _entry(record: RecordedEvent) -> Entry:
    certificate = record.event
    if not isinstance(certificate, ErasureCertified):
        raise TypeError(f"position {record.position} holds no certificate")
    return Entry(
        stream=certificate.subject,
        org_id=record.origin.org_id,
        erased_at=record.recorded_at,
        position=record.position,
        digest=certificate.digest,
        hash=record.chain_hash.hex(),
    )
