"""Escapes for C literals and Markdown."""

import re
from typing import Final

from domain.generations.plans import visible_line

_PLAIN: Final = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\", "?"}
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#<>&|~])")


def c_string(text: str) -> str:
    """Return a C string literal for a text, in UTF-8.

    All but plain ASCII is written in octal, which never takes in the digits that follow; question
    marks are escaped for the sake of trigraphs (C11, 5.2.1.1).
    """
    return '"' + "".join(map(_escape, text)) + '"'


def c_char(character: str) -> str:
    """Return a C character constant for one ASCII character."""
    if len(character) != 1 or not character.isascii():
        raise ValueError("a character constant holds one ASCII character")
    return "'" + ("\\'" if character == "'" else _escape(character)) + "'"


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", visible_line(text))


def _escape(character: str) -> str:
    if character in _PLAIN:
        return character
    if character in '"\\?':
        return "\\" + character
    if character == "\n":
        return "\\n"
    return "".join(f"\\{byte:03o}" for byte in character.encode())
