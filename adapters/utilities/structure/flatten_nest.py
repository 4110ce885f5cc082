"""Utility ``structure.flatten-nest``: each mode is the inverse of the other.

An array element is named by its index. A backslash marks an object's name that is a number or
contains the delimiter.
"""

from collections.abc import Iterator
from typing import Any, Final

from adapters.utilities.inputs import Inputs
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.structure import FlattenMode, FlattenNest

MAX_DEPTH: Final = 512


class _Element(int):
    """The index of an array element, as opposed to the name of an object's field."""


def run(inputs: Inputs, config: FlattenNest) -> Any:
    return _convert(inputs.primary, config)


def _convert(value: Any, config: FlattenNest) -> Any:
    if isinstance(value, list):
        return [_convert(item, config) for item in value]
    if not isinstance(value, dict):
        return value
    if config.mode is FlattenMode.FLATTEN:
        return dict(_flatten(value, "", config.delimiter))
    return _nest(value, config.delimiter)


def _flatten(value: Any, prefix: str, delimiter: str) -> Iterator[tuple[str, Any]]:
    named = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in named:
        name = str(key) if isinstance(key, int) else _escape(key, delimiter)
        path = prefix + name
        if isinstance(child, dict | list) and child:
            yield from _flatten(child, path + delimiter, delimiter)
        else:
            yield path, child


def _escape(name: str, delimiter: str) -> str:
    """Escape a name in which the delimiter would be found before its end."""
    plain = name.replace("\\", "\\\\")
    if (name + delimiter).find(delimiter) < len(name):
        plain = plain.replace(delimiter[0], "\\" + delimiter[0])
    return "\\" + plain if name.isdecimal() and name.isascii() else plain


def _nest(flat: dict[str, Any], delimiter: str) -> Any:
    tree: dict[Any, Any] = {}
    for path, leaf in flat.items():
        *parents, last = _split(path, delimiter)
        at = tree
        for step in parents:
            at = at.setdefault(step, _Branch())
            if not isinstance(at, _Branch):
                raise InvalidInput(f"{path!r} lies within a value that is there already.")
        if last in at:
            raise InvalidInput(f"{path!r} is there more than once.")
        at[last] = leaf
    return _build(tree, whole=True)


class _Branch(dict[Any, Any]):
    """An inner node of the tree, as opposed to an object that is a leaf."""


def _split(path: str, delimiter: str) -> list[Any]:
    """Split a path at the delimiters that are not escaped."""
    parts, name, at, escaped = list[Any](), "", 0, False
    while at < len(path):
        if path[at] == "\\" and at + 1 < len(path):
            name, escaped = name + path[at + 1], True
            at += 2
        elif path.startswith(delimiter, at):
            parts.append(_step(name, escaped=escaped))
            name, escaped = "", False
            at += len(delimiter)
        else:
            name += path[at]
            at += 1
    parts.append(_step(name, escaped=escaped))
    if len(parts) > MAX_DEPTH:
        raise InvalidInput(f"A name leads deeper than {MAX_DEPTH} levels.")
    return parts


def _step(name: str, *, escaped: bool) -> Any:
    numbered = not escaped and name.isdecimal() and name.isascii()
    plain = numbered and (name == "0" or not name.startswith("0"))
    return _Element(name) if plain and len(name) < len("1000000000") else name


def _build(branch: dict[Any, Any], *, whole: bool = False) -> Any:
    built = {
        key: _build(child) if isinstance(child, _Branch) else child for key, child in branch.items()
    }
    numbers = [key for key in built if isinstance(key, _Element)]
    if not whole and len(numbers) == len(built) and sorted(numbers) == [*range(len(built))]:
        return [built[number] for number in sorted(numbers)]
    return {str(key): child for key, child in built.items()}
