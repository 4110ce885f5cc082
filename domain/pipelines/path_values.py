"""Operations on values at field paths: read, change, remove, pick. Arguments are not mutated."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any, Final, TypeAlias

from domain.pipelines.paths import Path, Step, Wild, parse_path

REMOVED: Final = object()
"""Returned by a ``Change`` to remove a value."""

Change: TypeAlias = Callable[[Any], Any]


def values_at(value: Any, path: Path) -> Iterator[Any]:
    """Yield the values at a path, in document order."""
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    if step is Wild.DEPTH:
        if _ends_at(value, rest):
            yield from values_at(value, rest)
        for _, child in _children(value):
            yield from values_at(child, path)
    elif isinstance(value, list) and not _enters(step):
        for child in value:
            yield from values_at(child, path)
    else:
        for key, child in _children(value):
            if _matches(step, key):
                yield from values_at(child, rest)


def first_at(value: Any, path: Path, missing: Any = None) -> Any:
    return next(values_at(value, path), missing)


def change_at_paths(value: Any, paths: Iterable[str], change: Change) -> Any:
    """Return the value with ``change`` applied at each path in turn."""
    return reduce(lambda so_far, path: change_at(so_far, parse_path(path), change), paths, value)


def change_all_texts(value: Any, change: Change) -> Any:
    """Return the value with ``change`` applied to each text in it, except names of fields."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [change_all_texts(child, change) for child in value]
    if isinstance(value, dict):
        return {key: change_all_texts(child, change) for key, child in value.items()}
    return value


def change_texts(value: Any, targets: Sequence[str], change: Callable[[str], Any]) -> Any:
    """Return the value with ``change`` applied to texts at the targets; no targets: to all."""
    if not targets:
        return change_all_texts(value, change)
    return change_at_paths(value, targets, lambda child: change_all_texts(child, change))


def remove_paths(value: Any, paths: Iterable[str]) -> Any:
    left = change_at_paths(value, paths, lambda _: REMOVED)
    return None if left is REMOVED else left


def pick_paths(value: Any, paths: Iterable[str]) -> Any:
    """Return only the values at the paths, within their enclosing objects and arrays."""
    kept = _Picker([parse_path(path) for path in paths]).of(value)
    return None if kept is REMOVED else kept


def change_at(value: Any, path: Path, change: Change) -> Any:
    """Return the value with ``change`` applied at one path."""
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if step is Wild.DEPTH:
        here = change_at(value, rest, change) if _ends_at(value, rest) else value
        return _map_children(here, lambda _, child: change_at(child, path, change))
    if isinstance(value, list) and not _enters(step):
        return _map_children(value, lambda _, child: change_at(child, path, change))
    if isinstance(value, dict) and isinstance(step, str):
        return (
            _with_child(value, step, change_at(value[step], rest, change))
            if step in value
            else value
        )
    return _map_children(
        value, lambda key, child: change_at(child, rest, change) if _matches(step, key) else child
    )


def _with_child(value: dict[str, Any], key: str, child: Any) -> dict[str, Any]:
    made = {**value, key: child}
    if child is REMOVED:
        del made[key]
    return made


def _map_children(value: Any, change: Callable[[Any, Any], Any]) -> Any:
    if isinstance(value, dict):
        changes = ((key, change(key, child)) for key, child in value.items())
        return {key: child for key, child in changes if child is not REMOVED}
    if isinstance(value, list):
        children = (change(index, child) for index, child in enumerate(value))
        return [child for child in children if child is not REMOVED]
    return value


class _Picker:
    """Picks values at paths; caches the remaining paths below each name."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.whole = any(not path for path in paths)
        self._paths = paths
        self._listed = any(_enters(path[0]) or path[0] is Wild.DEPTH for path in paths if path)
        self._below: dict[tuple[bool, str | int], _Picker | None] = {}

    def of(self, value: Any) -> Any:
        if self.whole:
            return value
        if isinstance(value, dict):
            return {
                key: kept
                for key, child in value.items()
                if (below := self._under(key)) is not None
                and (kept := below.of(child)) is not REMOVED
            }
        if not isinstance(value, list):
            return REMOVED
        picked = (self._element(index).of(child) for index, child in enumerate(value))
        kept = [child for child in picked if child is not REMOVED]
        return kept if kept or not value else REMOVED

    def _element(self, index: int) -> "_Picker":
        if not self._listed:
            return self
        return self._under(index, listed=True) or _NOTHING

    def _under(self, key: str | int, *, listed: bool = False) -> "_Picker | None":
        if (listed, key) not in self._below:
            further = self._further(key, listed=listed)
            self._below[listed, key] = _Picker(further) if further else None
        return self._below[listed, key]

    def _further(self, key: str | int, *, listed: bool) -> list[Path]:
        further = list[Path]()
        for path in self._paths:
            step, rest = path[0], path[1:]
            if step is Wild.DEPTH:
                further += [path, *([rest[1:]] if rest and _matches(rest[0], key) else [])]
            elif listed and not _enters(step):
                further.append(path)
            elif _matches(step, key):
                further.append(rest)
        return further


_NOTHING: Final = _Picker([])


def _children(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _enters(step: Step) -> bool:
    """Say whether a step selects elements of an array, rather than fields of its elements."""
    return isinstance(step, int) or step is Wild.ELEMENT


def _ends_at(value: Any, rest: Path) -> bool:
    """Say whether ``**`` may match zero levels here; elements of arrays are matched below."""
    return not (isinstance(value, list) and rest and not _enters(rest[0]))


def _matches(step: Step, key: str | int) -> bool:
    if step is Wild.NAME:
        return isinstance(key, str)
    if step is Wild.ELEMENT:
        return isinstance(key, int)
    return step == key and isinstance(step, str) is isinstance(key, str)
