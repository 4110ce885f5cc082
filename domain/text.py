"""Texts in events: each says whether it can hold personal data, and all of them can be stored.

``Personal`` texts are what an erasure must reach: they are sealed under the stream's data key.
``Public`` ones are ids, names of plans, digests: ours, and kept in the clear.
A test walks every event and refuses a text that is typed neither way.
"""

from typing import Annotated, TypeAlias

import msgspec

from domain.refusals import Invalid

Public: TypeAlias = Annotated[str, msgspec.Meta(extra={"text": "public"})]
Personal: TypeAlias = Annotated[str, msgspec.Meta(extra={"text": "personal"})]


class InvalidText(Invalid):
    """A text with a NUL or a lone surrogate, empty where it must not be, or too long."""

    code = "INVALID_TEXT"


def valid_text(text: str, *, field: str, longest: int, shortest: int = 0) -> str:
    """Return the text, or raise ``InvalidText`` naming the field.

    ``longest`` and ``shortest`` count characters. NUL and lone surrogates can be stored by neither
    Postgres nor UTF-8 (wire.md, bodies).
    """
    if not shortest <= len(text) <= longest:
        raise InvalidText(f"{field} must have {shortest} to {longest} characters.")
    if "\0" in text or not _encodable(text):
        raise InvalidText(f"{field} must not contain NUL or lone surrogates.")
    return text


def _encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
