"""Lookup of a sample's fields by their names in English: ``first name`` is ``first_name``."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

from domain.pipelines.drafting.words import Word
from domain.pipelines.paths import format_path

MAX_DEPTH: Final = 6
ELEMENTS: Final = 50
"""Elements of an array that are searched for fields."""
MAX_VALUES: Final = 20_000
MAX_PATHS: Final = 1_000
MAX_WORDS: Final = 5
"""Words that one name may consist of."""
_NOT_NAME: Final = re.compile(r"[\W_]+")


Path: TypeAlias = tuple[str, ...]


class Fields:
    """Field paths of a value, searchable by words."""

    def __init__(self, value: Any) -> None:
        self.value = value
        paths = [*dict.fromkeys(islice(_paths(value, ()), MAX_VALUES))][:MAX_PATHS]
        self.names = {name.lower() for path in paths for name in path}
        self._exact = dict[str, list[Path]]()
        self._alike = dict[str, list[Path]]()
        for path in paths:
            for name in {format_path(path), path[-1]}:
                self._exact.setdefault(name, []).append(path)
            for name in {_normalised(path[-1]), _normalised(" ".join(path))}:
                self._alike.setdefault(name, []).append(path)

    @property
    def rows(self) -> str | None:
        """Path of the records: ``$``, the only array of objects, or ``None``."""
        if isinstance(self.value, list):
            return "$"
        if not isinstance(self.value, dict):
            return None
        found = [
            name
            for name, child in self.value.items()
            if isinstance(child, list) and child and all(isinstance(e, dict) for e in child)
        ]
        return format_path((found[0],)) if len(found) == 1 else None

    def match(self, words: Sequence[Word]) -> tuple[str, int] | None:
        """Return the path that the first words name, and their number; the longest match wins."""
        for length in range(min(MAX_WORDS, len(words)), 0, -1):
            some = words[:length]
            if length > 1 and any(word.kind != "word" for word in some):
                continue
            if some[0].kind in {"sign", "number"}:
                continue
            if (path := self._named(" ".join(word.text for word in some))) is not None:
                return path, length
        return None

    def _named(self, name: str) -> str | None:
        """Find the shallowest path by its whole or last name, if it is unambiguous."""
        exact, alike = self._exact.get(name, ()), self._alike.get(_normalised(name), ())
        return _unambiguous(exact) or _unambiguous(alike)


def _unambiguous(paths: Sequence[Path]) -> str | None:
    shallowest = min((len(path) for path in paths), default=0)
    nearest = [path for path in paths if len(path) == shallowest]
    return format_path(nearest[0]) if len(nearest) == 1 else None


def _normalised(name: str) -> str:
    """Normalise a name, so that similar names are equal."""
    return _singular(_NOT_NAME.sub("", name).lower())


def _singular(name: str) -> str:
    if name.endswith("ies") and len(name) > len("ties"):
        return name[:-3] + "y"
    if name.endswith("ses"):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _paths(value: Any, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, list):
        for element in value[:ELEMENTS]:
            yield from _paths(element, above)
    elif isinstance(value, dict) and len(above) < MAX_DEPTH:
        for name, child in value.items():
            yield (*above, name)
            yield from _paths(child, (*above, name))
