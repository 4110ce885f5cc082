"""Differences of two JSON texts, as a JSON Patch (RFC 6902).

Values are compared and copied as text, so numbers of any size are exact. The time is linear in the
texts for each level of nesting: arrays are aligned by their common ends, which does not always give
the shortest patch.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

import msgspec

from domain.json_text import compact, mask_lone_surrogates, unmask
from domain.refusals import Unprocessable

Member: TypeAlias = tuple[str, bytes, bytes]
"""A path, and the compact JSON texts of the two values there."""

_object: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_array: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class NoPatch(Unprocessable):
    code = "NO_PATCH"
    message = "A key with a lone surrogate changed, which no JSON Patch can name."


class Operation(NamedTuple):
    """``op`` is add, remove or replace; ``value`` is compact JSON text, ``None`` for remove."""

    op: str
    path: str
    value: bytes | None = None


def diff(old: bytes, new: bytes) -> list[Operation]:
    """Return the operations that turn ``old`` into ``new``; none when they are equal.

    Objects are compared by key, where the last duplicate counts, as in tools of RFC 6902. Raises
    ``InvalidJson``.
    """
    texts, mark = mask_lone_surrogates(compact(old) + b"\0" + compact(new))
    before, _, after = texts.partition(b"\0")
    return [_unmasked(operation, mark) for operation in _operations(before, after)]


def _operations(old: bytes, new: bytes) -> list[Operation]:
    operations: list[Operation] = []
    pending: list[Member] = [("", old, new)]
    while pending:
        path, before, after = pending.pop()
        if before == after:
            continue
        if before[:1] == after[:1] == b"{":
            found = _objects(path, before, after)
        elif before[:1] == after[:1] == b"[":
            found = _arrays(path, before, after)
        else:
            found = iter([Operation("replace", path, after)])
        for item in found:
            if isinstance(item, Operation):
                operations.append(item)
            else:
                pending.append(item)
    return operations


def _objects(path: str, before: bytes, after: bytes) -> Iterator[Operation | Member]:
    old, new = _object(before), _object(after)
    for key, value in old.items():
        if key in new:
            yield (f"{path}/{_escaped(key)}", bytes(value), bytes(new[key]))
        else:
            yield Operation("remove", f"{path}/{_escaped(key)}")
    for key, value in new.items():
        if key not in old:
            yield Operation("add", f"{path}/{_escaped(key)}", bytes(value))


def _arrays(path: str, before: bytes, after: bytes) -> Iterator[Operation | Member]:
    """Compare elements between the common ends; then remove or add the remaining ones.

    Removals and additions come at indices beyond all compared ones, so they do not shift those.
    """
    old, new = [*map(bytes, _array(before))], [*map(bytes, _array(after))]
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    for index in range(start, min(old_end, new_end)):
        yield (f"{path}/{index}", old[index], new[index])
    for index in reversed(range(new_end, old_end)):
        yield Operation("remove", f"{path}/{index}")
    for index in range(old_end, new_end):
        yield Operation("add", f"{path}/{index}", new[index])


def _unmasked(operation: Operation, mark: bytes) -> Operation:
    """Restore lone surrogates in values; raises ``NoPatch`` for one in a key."""
    op, path, value = operation
    if mark.decode() in path:
        raise NoPatch
    return Operation(op, path, value and unmask(value, mark))


def _common(old: list[bytes], new: list[bytes]) -> int:
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _escaped(key: str) -> str:
    """Escape a key as a reference token (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1")
