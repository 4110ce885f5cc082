"""Prefix of generated files and symbols."""

import re
from collections.abc import Collection
from typing import Final

from domain.refusals import Invalid

DEFAULT_PREFIX: Final = "FORGE"
MAX_PREFIX: Final = 16
_SHAPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")


class InvalidPrefix(Invalid):
    code = "VALIDATION_ERROR"
    message = (
        f"projectContext.codePrefix takes 1 to {MAX_PREFIX} letters, digits and single underscores"
        " between them, beginning with a letter."
    )


def checked_prefix(given: str | None, reserved: Collection[str]) -> str:
    """Return the given prefix or the default; raises ``InvalidPrefix``.

    ``reserved`` are the modules of ITK, which prefix its functions.
    """
    if given is None:
        return DEFAULT_PREFIX
    if len(given) > MAX_PREFIX or _SHAPE.fullmatch(given) is None:
        raise InvalidPrefix
    if given.partition("_")[0].upper() in reserved:
        raise InvalidPrefix(f"projectContext.codePrefix {given} is a module of ITK itself.")
    return given
