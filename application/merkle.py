"""Merkle trees as RFC 6962 and RFC 9162 define them: one hash for many, and short proofs for each.

Leaves are hashed behind a zero byte and nodes behind a one, so that neither can pass for the other.
"""

from collections.abc import Sequence
from hashlib import sha256


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the tree's root; that of no leaves is the hash of nothing."""
    if not leaves:
        return sha256().digest()
    level = [_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of a leaf, from its neighbour up."""
    level, path = [_leaf(leaf) for leaf in leaves], list[bytes]()
    while len(level) > 1:
        if (sibling := index ^ 1) < len(level):
            path.append(level[sibling])
        level, index = _above(level), index // 2
    return path


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a path proves that a leaf has this place in a tree of this size and root."""
    if not 0 <= index < size:
        return False
    found, steps, last = _leaf(leaf), iter(path), size - 1
    while last:
        if index ^ 1 <= last:
            if (sibling := next(steps, None)) is None:
                return False
            found = _node(sibling, found) if index & 1 else _node(found, sibling)
        index, last = index // 2, last // 2
    return found == root and next(steps, None) is None


def _above(level: list[bytes]) -> list[bytes]:
    """Pair hashes up; one without a partner goes up as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    return [*(_node(left, right) for left, right in pairs), *level[len(level) & ~1 :]]


def _leaf(leaf: bytes) -> bytes:
    return sha256(b"\0" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
