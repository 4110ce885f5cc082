"""Reader of log files that verifies each line before it yields it.

Chains, positions, times and checkpoints are verified line by line. Whether the file is complete and
unaltered is known only at its end: until then no service may use the data.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Final

import msgspec

from application.audit.checkpoints import Checkpoint, Verify
from application.audit.export_format import CheckpointLine
from application.audit.verification import ChainFault, Row, Verification
from application.log_transfer.log_file_format import (
    FORMAT,
    KINDS,
    TITLE,
    AnyLogLine,
    LogEnd,
    LogEvent,
    LogHeader,
    RowLine,
    decode_line,
)
from domain.refusals import Invalid

ORDER: Final = [*KINDS]


class LogFileRefused(Invalid):
    """The log file is not valid; nothing was changed."""

    code = "LOG_FILE_REFUSED"


class LogFileReader:
    """Reads log files; ``row`` converts an event to the row that is verified."""

    def __init__(self, public_key: bytes, verify: Verify, row: Callable[[LogEvent], Row]) -> None:
        self._public_key = public_key
        self._verify = verify
        self._row = row
        self._digest = sha256()
        self._counts = dict.fromkeys(KINDS, 0)
        self._checkpoints: list[Checkpoint] = []
        self._verification: Verification | None = None

    def rows(self, lines: Iterable[bytes]) -> Iterator[RowLine]:
        """Yield the lines between header and end; may raise ``LogFileRefused`` at the very end."""
        numbered = enumerate(lines, start=1)
        first = self._header(numbered)
        for number, text in numbered:
            line = _decode(number, text)
            if isinstance(line, LogEnd):
                self._end(first, line)
                break
            yield self._check_line(number, line)
            self._digest.update(text)
        else:
            raise LogFileRefused("The file was cut short: its last line is missing.")
        if next(numbered, None) is not None:
            raise LogFileRefused("There is more in the file behind its end.")

    def _header(self, numbered: Iterator[tuple[int, bytes]]) -> LogHeader:
        _, text = next(numbered, (1, b""))
        try:
            found = msgspec.json.decode(text, type=LogHeader)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise LogFileRefused("That is no log file: `forge log export` writes one.") from error
        if found.format != FORMAT:
            raise LogFileRefused(
                f"The file has format {found.format}, and this release reads {FORMAT}."
            )
        if found.public_key != self._public_key:
            raise LogFileRefused(
                "The file was written with another signing key: bring the three secrets along."
            )
        self._digest.update(text)
        return found

    def _check_line(self, number: int, line: AnyLogLine) -> RowLine:
        match line:
            case LogHeader() | LogEnd():
                raise _misplaced(number)
            case CheckpointLine(checkpoint=checkpoint):
                self._checkpoints.append(checkpoint)
            case LogEvent():
                self._verify_event(line)
        later = ORDER[ORDER.index(type(line)) + 1 :]
        if any(self._counts[kind] for kind in later):
            raise _misplaced(number)
        self._counts[type(line)] += 1
        return line

    def _verify_event(self, event: LogEvent) -> None:
        if self._verification is None:
            self._verification = self._new_verification()
        _require_no_faults(self._verification.row(self._row(event)))

    def _new_verification(self) -> Verification:
        return Verification(self._checkpoints, self._public_key, self._verify)

    def _end(self, first: LogHeader, last: LogEnd) -> None:
        """Check counts, digest and signature by the first and the last line."""
        _require_no_faults((self._verification or self._new_verification()).finish())
        for kind, name in KINDS.items():
            if self._counts[kind] != (expected := getattr(first, name)):
                raise LogFileRefused(
                    f"The file has {self._counts[kind]} {name}, and should have {expected}."
                )
        signed = self._verify(self._public_key, TITLE + last.digest, last.signature)
        if not signed or last.digest != self._digest.digest():
            raise LogFileRefused("The file was altered after it was written.")


def _decode(number: int, text: bytes) -> AnyLogLine:
    try:
        line: AnyLogLine = decode_line(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LogFileRefused(f"Line {number} cannot be read: {error}.") from error
    return line


def _misplaced(number: int) -> LogFileRefused:
    return LogFileRefused(f"Line {number} is not where it should be.")


def _require_no_faults(faults: Iterator[ChainFault]) -> None:
    for fault in faults:
        raise LogFileRefused(
            f"The log in it is not verified from position {fault.position} on: {fault.kind}, "
            f"{fault.detail}."
        )
