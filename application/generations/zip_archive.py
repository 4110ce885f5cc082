"""ZIP archives of programs, reproducible: the same files give the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from application.generations.code_generator import File

FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time of the format (APPNOTE.TXT, 4.4.6)."""
UNIX: Final = 3
PLAIN: Final = 0o100644 << 16
EXECUTABLE: Final = 0o100755 << 16


def archive(files: Sequence[File]) -> bytes:
    """Return a ZIP of files, in the order of their paths.

    They are stored, not deflated: the output of deflate differs between versions of zlib.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archived:
        for file in sorted(files, key=lambda each: each.path):
            archived.writestr(_entry(file), file.content.encode())
    return out.getvalue()


def _entry(file: File) -> zipfile.ZipInfo:
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or "\\" in file.path:
        raise ValueError(f"{file.path} leads out of the archive")
    entry = zipfile.ZipInfo(file.path, FIRST_DAY)
    entry.create_system = UNIX
    entry.external_attr = EXECUTABLE if file.language == "batch" else PLAIN
    return entry
