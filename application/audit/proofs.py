"""Use cases of whoever trusts nobody: exports with proofs, and the record held against itself."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import Final, TypeAlias, TypeVar

from application.audit.checkpoints import Checkpoint, Verify
from application.audit.export import Chosen, Exporter
from application.audit.export_verification import ExportVerification
from application.audit.verification import Report
from domain.refusals import Unavailable

T = TypeVar("T")
Watched: TypeAlias = Callable[[Iterable[T]], Iterable[T]]

PATIENCE_SECONDS: Final = 30.0


class VerificationTooLong(Unavailable):
    code = "VERIFICATION_TOO_LONG"
    message = (
        f"That takes longer than {PATIENCE_SECONDS:.0f} s. Use `forge audit verify`, or export it "
        "and verify the file."
    )


class AlreadyVerifying(Unavailable):
    code = "ALREADY_VERIFYING"
    message = "The log is being verified for somebody else. Try again shortly."


class Proofs:
    """``verify_log`` takes what sees each row go by, and works in a thread."""

    def __init__(
        self,
        exporting: Exporter,
        public_key: bytes,
        verify: Verify,
        verify_log: Callable[[Watched[object]], Report],
    ) -> None:
        self._exporting = exporting
        self.public_key = public_key
        self._verify = verify
        self._verify_log = verify_log
        self.verifying = asyncio.Lock()

    def export(self, chosen: Chosen) -> AsyncGenerator[bytes, None]:
        """Return an export line by line (``application/audit/export_format.py``)."""
        return self._exporting.lines(chosen)

    async def verify_stream(self, stream: str) -> Report:
        """Verify one stream, as its export would be; raises ``VerificationTooLong``."""
        verification = ExportVerification(self.public_key, self._verify)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for line in self.export(Chosen(stream=stream)):
                    verification.line(line)
        except TimeoutError:
            raise VerificationTooLong from None
        return verification.report()

    async def verify_log(self) -> Report:
        """Verify everything; raises ``VerificationTooLong``, or ``AlreadyVerifying``."""
        if self.verifying.locked():
            raise AlreadyVerifying
        async with self.verifying:
            return await asyncio.to_thread(self._verify_log, _patiently)


def verify_lines(
    lines: Iterable[bytes], public_key: bytes, verify: Verify, kept: Checkpoint | None
) -> Report:
    """Verify an export with nothing but the public key and, if there is one, a checkpoint kept."""
    verification = ExportVerification(public_key, verify, kept)
    for line in lines:
        verification.line(line)
    return verification.report()


def _patiently(rows: Iterable[T]) -> Iterator[T]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    for row in rows:
        if time.monotonic() > deadline:
            raise VerificationTooLong
        yield row
