"""Results of a generation: its stored text, its facts for events, its record."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from application.generations.code_generator import Product
from domain.generations.diagnostics import Severity
from domain.generations.events import FileFact, GenerationFailed, GenerationRequested

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Product)


class GenerationRecord(NamedTuple):
    """A generation's first event and its end: ``None`` while it runs. A dry run has no id."""

    id: str | None
    requested: GenerationRequested
    created_at: datetime
    end: Product | GenerationFailed | None


def encode_product(product: Product) -> bytes:
    """Return the text of a product for content storage."""
    return _encode(product)


def decode_product(text: bytes) -> Product:
    return _decoder.decode(text)


def file_facts(product: Product) -> tuple[FileFact, ...]:
    return tuple(
        FileFact(path=file.path, language=file.language, size=file.size, sha256=file.sha256)
        for file in product.files
    )


def count_warnings(product: Product) -> int:
    return sum(each.severity is Severity.WARNING for each in product.diagnostics)
