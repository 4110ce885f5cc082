"""Use cases of auditors: exports with proofs, and verification of a stream or of the log."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import Final, TypeAlias, TypeVar

from application.audit.checkpoints import Checkpoint, Verify
from application.audit.export import Exporter, ExportScope
from application.audit.export_verification import ExportVerification
from application.audit.verification import Report
from domain.refusals import Unavailable

T = TypeVar("T")
RowObserver: TypeAlias = Callable[[Iterable[T]], Iterable[T]]

TIMEOUT_SECONDS: Final = 30.0


class VerificationTooLong(Unavailable):
    code = "VERIFICATION_TOO_LONG"
    message = (
        f"That takes longer than {TIMEOUT_SECONDS:.0f} s. Use `forge audit verify`, or export it "
        "and verify the file."
    )


class AlreadyVerifying(Unavailable):
    code = "ALREADY_VERIFYING"
    message = "Another request is verifying the log. Try again shortly."


class Proofs:
    """Exports and verifies; ``verify_log`` takes an observer of the rows, and runs in a thread."""

    def __init__(
        self,
        exporter: Exporter,
        public_key: bytes,
        verify: Verify,
        verify_log: Callable[[RowObserver[object]], Report],
    ) -> None:
        self._exporter = exporter
        self.public_key = public_key
        self._verify = verify
        self._verify_log = verify_log
        self.verifying = asyncio.Lock()

    def export(self, scope: ExportScope) -> AsyncGenerator[bytes, None]:
        """Yield the lines of an export (``application/audit/export_format.py``)."""
        return self._exporter.lines(scope)

    async def verify_stream(self, stream: str) -> Report:
        """Verify the export of one stream; raises ``VerificationTooLong``."""
        verification = ExportVerification(self.public_key, self._verify)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                async for line in self.export(ExportScope(stream=stream)):
                    verification.line(line)
        except TimeoutError:
            raise VerificationTooLong from None
        return verification.report()

    async def verify_log(self) -> Report:
        """Verify the whole log; raises ``VerificationTooLong``, or ``AlreadyVerifying``."""
        if self.verifying.locked():
            raise AlreadyVerifying
        async with self.verifying:
            return await asyncio.to_thread(self._verify_log, _with_deadline)


def verify_lines(
    lines: Iterable[bytes], public_key: bytes, verify: Verify, kept: Checkpoint | None
) -> Report:
    """Verify an export with the public key and, optionally, a checkpoint kept elsewhere."""
    verification = ExportVerification(public_key, verify, kept)
    for line in lines:
        verification.line(line)
    return verification.report()


def _with_deadline(rows: Iterable[T]) -> Iterator[T]:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    for row in rows:
        if time.monotonic() > deadline:
            raise VerificationTooLong
        yield row
