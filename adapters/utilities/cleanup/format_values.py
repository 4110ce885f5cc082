"""Utility ``cleanup.format-values``: applies a text format to values."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import number
from domain.pipelines.path_values import change_texts
from domain.pipelines.utilities.cleanup import Format, FormatValues

_WHITE: Final = re.compile(r"\s+")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0"), False),
}


def run(inputs: Inputs, config: FormatValues) -> Any:
    return change_texts(inputs.primary, config.targets, _FORMATS[config.operation])


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub("-", plain).strip("-")


def _number(text: str) -> Any:
    bare = text.strip()
    value = number(bare.replace(",", "") if _GROUPED.fullmatch(bare) else bare)
    return text if value is None else value


def _title(text: str) -> str:
    """Capitalise words; ``str.title`` would do so after an apostrophe as well."""
    return re.sub(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", lambda word: word[0].capitalize(), text)


_FORMATS: Final[Mapping[Format, Callable[[str], Any]]] = {
    Format.TRIM: str.strip,
    Format.LOWERCASE: str.lower,
    Format.UPPERCASE: str.upper,
    Format.TITLECASE: _title,
    Format.SLUGIFY: _slug,
    Format.COLLAPSE_WHITESPACE: lambda text: _WHITE.sub(" ", text).strip(),
    Format.NUMBER: _number,
    Format.BOOLEAN: lambda text: _BOOLEANS.get(text.strip().lower(), text),
}
