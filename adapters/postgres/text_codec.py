"""Texts as stored bytes: compressed where that pays, tagged with how."""

from typing import Final

import zstandard

PLAIN: Final = 0
ZSTD: Final = 1
WORTH_IT: Final = 1_024
"""Smaller texts gain less than the call costs."""

_LEVEL: Final = 1


def pack(text: bytes) -> tuple[int, bytes]:
    """Return the encoding and the bytes to store."""
    if len(text) < WORTH_IT:
        return PLAIN, text
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(text)
    return (ZSTD, packed) if len(packed) < len(text) else (PLAIN, text)


def unpack(encoding: int, data: bytes) -> bytes:
    """Return the text as it was given."""
    return zstandard.ZstdDecompressor().decompress(data) if encoding == ZSTD else data
