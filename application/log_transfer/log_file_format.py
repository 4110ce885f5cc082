"""Log file format: the whole log for another database, one JSON object a line, bytes in base64.

First a header with the number of lines of each kind; then, by kind and each in its own order,
checkpoints, events, data keys (wrapped), claims, and texts (encrypted); last the signed digest of
all lines before it. It holds no time of writing: the same log gives the same file. Answers to
idempotent requests, snapshots, jobs and read models are left out: they are short-lived, or built
from the log.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from application.audit.checkpoints import Signer
from application.audit.export_format import CheckpointLine, DigestingEncoder, Line

FORMAT: Final = 1
TITLE: Final = b"forge log 1\n"


class LogHeader(Line, frozen=True, tag="log"):
    """The header; ``public_key`` identifies the secrets to use with it, and proves nothing."""

    format: int
    public_key: bytes
    checkpoints: int
    events: int
    data_keys: int
    claims: int
    contents: int


class LogEvent(Line, frozen=True, tag="event"):
    position: int
    stream: str
    version: int
    topic: str
    recorded_until: datetime
    state: bytes
    chain_hash: bytes


class DataKeyLine(Line, frozen=True, tag="dataKey"):
    stream: str
    org_id: str
    wrapped: bytes
    blind: bytes


class ClaimLine(Line, frozen=True, tag="claim"):
    kind: str
    scope: str
    value: str
    holder: str


class ContentLine(Line, frozen=True, tag="content"):
    owner: str
    place: bytes
    org_id: str
    encoding: int
    data: bytes


class LogEnd(Line, frozen=True, tag="end"):
    """``digest`` is SHA-256 over all bytes before this line; ``signature`` signs it."""

    digest: bytes
    signature: bytes


RowLine: TypeAlias = CheckpointLine | LogEvent | DataKeyLine | ClaimLine | ContentLine
AnyLogLine: TypeAlias = LogHeader | RowLine | LogEnd

KINDS: Final[Mapping[type[RowLine], str]] = {
    CheckpointLine: "checkpoints",
    LogEvent: "events",
    DataKeyLine: "data_keys",
    ClaimLine: "claims",
    ContentLine: "contents",
}
"""The kinds in the order of the file, and the header's fields that count them."""

decode_line: Final = msgspec.json.Decoder(AnyLogLine).decode


def header(public_key: bytes, counts: Mapping[str, int]) -> LogHeader:
    return LogHeader(FORMAT, public_key, **counts)


def end(encoder: DigestingEncoder, signer: Signer) -> bytes:
    digest = encoder.digest()
    return encoder.line(LogEnd(digest, signer.sign(TITLE + digest)))
