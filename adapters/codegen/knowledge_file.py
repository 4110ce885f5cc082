"""The ITK knowledge base, read from the data file beside this module."""

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from domain.generations.knowledge import TYPES, Knowledge

_HERE: Final = Path(__file__).parent


@cache
def read_knowledge() -> Knowledge:
    data = (_HERE / "knowledge" / "itk.json").read_bytes()
    return msgspec.json.decode(data, type=Knowledge)


@cache
def read_types() -> tuple[str, str]:
    """Return the name and the text of the stub header of types."""
    return TYPES, (_HERE / "stubs" / TYPES).read_text("utf-8")
