"""Merkle trees by RFC 6962 and RFC 9162: a root hash, and inclusion proofs of leaves.

Leaves are hashed with a prefix byte 0 and nodes with 1, so that neither can pass for the other.
"""

from collections.abc import Sequence
from hashlib import sha256


class Tree:
    """A Merkle tree, with its root and the proofs of its leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        level = [_leaf(leaf) for leaf in leaves]
        self._levels = [level]
        while len(level) > 1:
            level = _parents(level)
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The root hash; without leaves, the hash of the empty string."""
        top = self._levels[-1]
        return top[0] if top else sha256().digest()

    def path(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf, from its sibling up."""
        found = list[bytes]()
        for level in self._levels[:-1]:
            if (sibling := index ^ 1) < len(level):
                found.append(level[sibling])
            index //= 2
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    return Tree(leaves).root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    return Tree(leaves).path(index)


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether a path proves that a leaf has this index in a tree of this size and root."""
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


def _parents(level: list[bytes]) -> list[bytes]:
    """Hash pairs into the level above; a hash without a partner goes up unchanged."""
    pairs = zip(level[::2], level[1::2], strict=False)
    return [*(_node(left, right) for left, right in pairs), *level[len(level) & ~1 :]]


def _leaf(leaf: bytes) -> bytes:
    return sha256(b"\0" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
