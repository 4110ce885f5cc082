"""Text codec: zstd for texts that get smaller by it, with a tag for the encoding."""

from typing import Final

import zstandard

PLAIN: Final = 0
ZSTD: Final = 1
MIN_COMPRESSED_BYTES: Final = 1_024
"""Smaller texts are not worth a call of the compressor."""

_LEVEL: Final = 1


def pack(text: bytes) -> tuple[int, bytes]:
    """Return the encoding and the bytes to store."""
    if len(text) < MIN_COMPRESSED_BYTES:
        return PLAIN, text
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(text)
    return (ZSTD, packed) if len(packed) < len(text) else (PLAIN, text)


def unpack(encoding: int, data: bytes) -> bytes:
    """Return the original text."""
    return zstandard.ZstdDecompressor().decompress(data) if encoding == ZSTD else data
