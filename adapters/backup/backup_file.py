"""A backup: an archive of ``pg_dump``'s and, behind it, a signed line that says what it is.

``pg_restore`` does not look behind its archive, so it reads the file as it is. The line tells a
whole file from one cut short or altered: the archive itself has no checksum, and whatever is in it
is run with the owner's rights.
"""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import BinaryIO, Final, TypeAlias

import msgspec

from adapters.backup.backup_errors import FileRefused
from application.audit.checkpoints import Signer, Verify

FORMAT: Final = 1
TITLE: Final = b"forge backup 1\n"
MARK: Final = b"\nforge backup "
MAX_LINE: Final = 4_096
CHUNK: Final = 1 << 20

Watched: TypeAlias = Callable[[int], None]
"""Hears how many more bytes have gone by."""


class Facts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was dumped: the log up to ``position``, whose last chain hash is ``last_hash`` (hex).

    ``checkpoint`` is the number of the newest, ``tool`` the major version of the ``pg_dump`` that
    wrote ``size`` bytes of archive, ``digest`` (hex) their SHA-256.
    """

    format: int = FORMAT
    position: int
    last_hash: str | None
    checkpoint: int | None
    tool: int
    size: int
    digest: str


class Seal(msgspec.Struct, frozen=True):
    facts: msgspec.Raw
    signature: bytes


class Shape(msgspec.Struct, frozen=True):
    format: int


def seal(archive: BinaryIO, facts: Callable[[int, str], Facts], signer: Signer) -> Facts:
    """Write the line behind an archive; ``facts`` is given its size and digest."""
    size = archive.seek(0, os.SEEK_END)
    archive.seek(0)
    told = facts(size, _digest(chunks(archive, size, lambda _: None)))
    text = msgspec.json.encode(told)
    line = Seal(msgspec.Raw(text), signer.sign(TITLE + text))
    archive.seek(size)
    archive.write(MARK + msgspec.json.encode(line) + b"\n")
    return told


def opened(file: BinaryIO, public_key: bytes, verify: Verify, watched: Watched) -> Facts:
    """Return what a backup is, all of it looked at; raises ``FileRefused``."""
    line = _line(file)
    facts = _facts(file.name, line, public_key, verify)
    file.seek(0)
    whole = facts.size + len(MARK) + len(line) + 1 == file.seek(0, os.SEEK_END)
    file.seek(0)
    if not whole or _digest(chunks(file, facts.size, watched)) != facts.digest:
        raise FileRefused(f"{file.name} was altered after it was written.")
    return facts


def chunks(file: BinaryIO, size: int, watched: Watched) -> Iterator[bytes]:
    """Return so many bytes of a file, from where it stands, a piece at a time."""
    while size and (chunk := file.read(min(size, CHUNK))):
        yield chunk
        watched(len(chunk))
        size -= len(chunk)


def _line(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - MAX_LINE))
    _, mark, line = file.read().rpartition(MARK)
    if not mark or not line.endswith(b"\n"):
        raise FileRefused(
            f"{file.name} is no whole backup of Forge's: it was cut short, or is something else."
        )
    return line[:-1]


def _facts(name: str, line: bytes, public_key: bytes, verify: Verify) -> Facts:
    try:
        sealed = msgspec.json.decode(line, type=Seal)
        shape = msgspec.json.decode(sealed.facts, type=Shape).format
        if shape != FORMAT:
            raise FileRefused(f"{name} has format {shape}, and this release reads {FORMAT}.")
        facts = msgspec.json.decode(sealed.facts, type=Facts)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused(f"{name} was altered after it was written: {error}.") from error
    if not verify(public_key, TITLE + bytes(sealed.facts), sealed.signature):
        raise FileRefused(
            f"{name} is not signed with the signing key at hand: it was altered, or the key "
            "(FORGE_SIGNING_KEY, or the file in <data-dir>/secrets) is not the one of then."
        )
    return facts


def _digest(pieces: Iterator[bytes]) -> str:
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
