"""Merkle trees: hashes and proofs of RFC 6962."""

from hypothesis import given
from hypothesis import strategies as st

from application.audit.merkle import inclusion_proof, root_of, verify_inclusion

# The leaves and roots that implementations of Certificate Transparency test themselves with.
LEAVES = [
    bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
] + [bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
trees = st.lists(st.binary(max_size=40), min_size=1, max_size=40)


def test_roots_are_those_of_the_standard() -> None:
    assert {size: root_of(LEAVES[:size]).hex() for size in ROOTS} == ROOTS


@given(trees, st.data())
def test_every_leaf_is_proved_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root, size = inclusion_proof(leaves, index), root_of(leaves), len(leaves)

    assert verify_inclusion(leaves[index], index, size, path, root)
    assert not verify_inclusion(leaves[index] + b"x", index, size, path, root)
    assert not verify_inclusion(leaves[index], index, size, [*path, root], root)
    assert not verify_inclusion(leaves[index], size, size, path, root)
    assert not path or not verify_inclusion(leaves[index], index, size, path[:-1], root)


@given(trees, trees)
def test_other_leaves_have_another_root(some: list[bytes], others: list[bytes]) -> None:
    assert (root_of(some) == root_of(others)) == (some == others)
