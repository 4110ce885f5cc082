"""Backup file format: a ``pg_dump`` archive followed by a line with its signed manifest.

``pg_restore`` ignores what follows its archive, so it reads the file as it is. The manifest tells
a complete file from a truncated or altered one: the archive itself has no checksum, and its
contents are executed with the owner's rights.
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

Progress: TypeAlias = Callable[[int], None]
"""Called with the number of further bytes processed."""


class BackupManifest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Manifest of a backup: the log up to ``position``; ``last_hash`` is its chain hash (hex).

    ``checkpoint`` is the number of the newest checkpoint, ``tool`` the major version of the
    ``pg_dump`` that wrote ``size`` bytes of archive, ``digest`` (hex) their SHA-256.
    """

    format: int = FORMAT
    position: int
    last_hash: str | None
    checkpoint: int | None
    tool: int
    size: int
    digest: str


class SignedManifest(msgspec.Struct, frozen=True):
    facts: msgspec.Raw
    signature: bytes


class FormatField(msgspec.Struct, frozen=True):
    format: int


def sign_backup(
    archive: BinaryIO, describe: Callable[[int, str], BackupManifest], signer: Signer
) -> BackupManifest:
    """Append the signed manifest to an archive; ``describe`` is given its size and digest."""
    size = archive.seek(0, os.SEEK_END)
    archive.seek(0)
    manifest = describe(size, _digest(chunks(archive, size, lambda _: None)))
    text = msgspec.json.encode(manifest)
    line = SignedManifest(msgspec.Raw(text), signer.sign(TITLE + text))
    archive.seek(size)
    archive.write(MARK + msgspec.json.encode(line) + b"\n")
    return manifest


def verify_backup(
    file: BinaryIO, public_key: bytes, verify: Verify, progress: Progress
) -> BackupManifest:
    """Verify a whole backup file and return its manifest; raises ``FileRefused``."""
    line = _line(file)
    manifest = _manifest(file.name, line, public_key, verify)
    file.seek(0)
    whole = manifest.size + len(MARK) + len(line) + 1 == file.seek(0, os.SEEK_END)
    file.seek(0)
    if not whole or _digest(chunks(file, manifest.size, progress)) != manifest.digest:
        raise FileRefused(f"{file.name} was altered after it was written.")
    return manifest


def chunks(file: BinaryIO, size: int, progress: Progress) -> Iterator[bytes]:
    """Return ``size`` bytes of a file from its current position, a chunk at a time."""
    while size and (chunk := file.read(min(size, CHUNK))):
        yield chunk
        progress(len(chunk))
        size -= len(chunk)


def _line(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - MAX_LINE))
    _, mark, line = file.read().rpartition(MARK)
    if not mark or not line.endswith(b"\n"):
        raise FileRefused(
            f"{file.name} is not a complete backup of Forge: it was truncated, or is another file."
        )
    return line[:-1]


def _manifest(name: str, line: bytes, public_key: bytes, verify: Verify) -> BackupManifest:
    try:
        sealed = msgspec.json.decode(line, type=SignedManifest)
        found = msgspec.json.decode(sealed.facts, type=FormatField).format
        if found != FORMAT:
            raise FileRefused(f"{name} has format {found}, and this release reads {FORMAT}.")
        manifest = msgspec.json.decode(sealed.facts, type=BackupManifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileRefused(f"{name} was altered after it was written: {error}.") from error
    if not verify(public_key, TITLE + bytes(sealed.facts), sealed.signature):
        raise FileRefused(
            f"{name} is not signed with the present signing key: it was altered, or it was "
            "written with another key (FORGE_SIGNING_KEY, or the file in <data-dir>/secrets)."
        )
    return manifest


def _digest(pieces: Iterator[bytes]) -> str:
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
