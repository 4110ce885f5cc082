"""Text types of events, marked as personal or public, and validation of texts.

``Personal`` texts must be erasable: they are encrypted with the stream's data key. ``Public`` texts
are ids, names of plans and digests, stored in the clear. A test checks that every text of every
event is typed one way or the other.
"""

from typing import Annotated, TypeAlias

import msgspec

from domain.refusals import Invalid

Public: TypeAlias = Annotated[str, msgspec.Meta(extra={"text": "public"})]
Personal: TypeAlias = Annotated[str, msgspec.Meta(extra={"text": "personal"})]


class InvalidText(Invalid):
    """A text contains a NUL or a lone surrogate, or is too short or too long."""

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
