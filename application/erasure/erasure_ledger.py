"""The ledger of erasures, kept outside the database: a restore erases again what it brings back.

The log certifies every erasure, and the ledger repeats that where no restore reaches. Each entry
names its certificate by position and chain hash, so whoever goes on with a ledger finds out how far
it agrees with the log at hand, be that another log than before: nothing else is remembered of it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.jobs.jobs import Arguments
from domain.erasure.events import ErasureCertified

NOTE: Final = "note-erasures"
NOTE_EVERY: Final = timedelta(minutes=1)
PAGE: Final = 500


class Entry(msgspec.Struct, frozen=True, rename="camel"):
    """One erasure, of nothing personal: ``digest`` is what the certificate says was erased.

    ``position`` and ``hash`` (hex) are the certificate's own place in the log.
    """

    stream: str
    org_id: str
    erased_at: datetime
    position: int
    digest: str
    hash: str


class LedgerEnd(Protocol):
    """Port: where entries are added. All of it may take as long as a disk does."""

    def begin(self) -> None:
        """Let an empty ledger be there, if it has a place: one that is missing was lost then."""
        ...

    def newest(self) -> Sequence[Entry]:
        """Return some of the last entries; as good as none, when nothing is noted yet."""
        ...

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries; they survive the machine's end once this returns."""
        ...


class CertifiedErasures(Protocol):
    """Port: what the log says of erasures."""

    async def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        """Return the next certificates, by position."""
        ...

    async def hashes(self, positions: Sequence[int]) -> Mapping[int, str]:
        """Return the chain hashes (hex) of those of these positions that there are."""
        ...


class ErasureLedger:
    """``report`` hears of what could not be noted: the next attempt makes up for it."""

    def __init__(
        self,
        end: LedgerEnd,
        certified: CertifiedErasures,
        report: Callable[[str, Exception], None],
    ) -> None:
        self._end = end
        self._certified = certified
        self._report = report
        self._noted = 0
        self._noting = asyncio.Lock()

    async def noted(self, position: int) -> None:
        """Note all erasures up to a position, before one of them is answered for.

        The erasure stands whatever becomes of this: a failure is reported, never raised.
        """
        async with self._noting:
            if position > self._noted:
                try:
                    await self._catch_up()
                except Exception as error:  # noqa: BLE001 - whatever it is, what is erased is erased
                    self._report("erasure ledger", error)

    async def __call__(self, _: Arguments) -> None:
        """Note what a process that ended too soon has not; raises what is in the way."""
        async with self._noting:
            await asyncio.to_thread(self._end.begin)
            await self._catch_up()

    async def _catch_up(self) -> None:
        position = await self._agreed()
        while records := await self._certified.after(position, PAGE):
            await asyncio.to_thread(self._end.append, [_entry(record) for record in records])
            position = records[-1].position
        self._noted = position

    async def _agreed(self) -> int:
        """Return how far the ledger has followed this very log; 0 when it followed another."""
        newest = await asyncio.to_thread(self._end.newest)
        hashes = await self._certified.hashes([entry.position for entry in newest])
        agreed = [e.position for e in newest if hashes.get(e.position) == e.hash]
        return max(agreed, default=0)


class NoLedger:
    """For processes whose erasures others note: the log keeps them until then."""

    async def noted(self, _: int) -> None:
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
