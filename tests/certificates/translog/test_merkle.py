"""The tree of the log: against published vectors, against the definition itself, and against every mutilated proof."""
import base64
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.translog import merkle

ROOT = Path(__file__).resolve().parents[3]
VECTORS = Path(os.environ.get("MERKLE_VECTORS", ROOT.parent / "shared" / "data" / "merkle_vectors"))
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
#: Roots of the trees over the first 1 to 8 of these leaves, as Certificate Transparency publishes them.
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Tree:
    """A tree kept in a dictionary, grown a leaf at a time."""

    def __init__(self) -> None:
        self.size, self.kept = 0, {}

    def append(self, leaf: bytes) -> None:
        for level, index, value in merkle.appended(self.size, merkle.leaf_hash(leaf), self.node):
            assert (level, index) not in self.kept, "a node is written once"
            self.kept[level, index] = value
        self.size += 1

    def node(self, level: int, index: int) -> bytes:
        return self.kept[level, index]


def grown(count: int) -> Tree:
    tree = Tree()
    for number in range(count):
        tree.append(LEAVES[number] if number < len(LEAVES) else b"leaf %d" % number)
    return tree


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 9162 2.1.1 writes it down."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS, 1)))
def test_the_published_roots(size, root):
    tree = grown(8)
    assert merkle.root(size, tree.node).hex() == root


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_that_of_the_definition(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    assert merkle.root(len(leaves), tree.node) == by_definition(leaves)


def test_every_leaf_of_every_small_tree_is_proved_and_no_other():
    tree = grown(40)
    for size in range(1, 41):
        root = merkle.root(size, tree.node)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, tree.node)
            merkle.verify_inclusion(index, size, tree.node(0, index), proof, root)
            with pytest.raises(merkle.BadProof):
                merkle.verify_inclusion(index, size, tree.node(0, (index + 1) % 40), proof, root)
            for other in {index - 1, index + 1, size} - {index}:
                with pytest.raises(merkle.BadProof):
                    merkle.verify_inclusion(other, size, tree.node(0, index), proof, root)


def test_every_small_tree_begins_with_every_smaller_one():
    tree = grown(40)
    for new in range(1, 41):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, tree.node)
            roots = merkle.root(old, tree.node), merkle.root(new, tree.node)
            merkle.verify_consistency(old, new, *roots, proof)
            if old < new:
                for broken in (proof[:-1], [*proof, proof[0]], [bytes(32), *proof[1:]], [proof[0][:31], *proof[1:]]):
                    with pytest.raises(merkle.BadProof):
                        merkle.verify_consistency(old, new, *roots, broken)
                with pytest.raises(merkle.BadProof):
                    merkle.verify_consistency(old, new, roots[1], roots[0], proof)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_no_consistency_from_nothing_or_backwards(old, new):
    with pytest.raises(ValueError, match="no consistency"):
        merkle.consistency_proof(old, new, grown(3).node)
    with pytest.raises(merkle.BadProof):
        merkle.verify_consistency(old, new, bytes(32), bytes(32), [])


def test_no_proof_of_a_leaf_that_is_not_there():
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(3, 3, grown(3).node)


def _vectors(kind: str) -> list[Path]:
    return sorted((VECTORS / kind).rglob("*.json")) if VECTORS.is_dir() else []


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_the_vectors_of_another_implementation(kind):
    files = _vectors(kind)
    if not files:
        pytest.skip(f"no vectors in {VECTORS}")
    for path in files:
        case = json.loads(path.read_text())
        proof = [base64.b64decode(one) for one in case["proof"] or []]
        try:
            if kind == "inclusion":
                merkle.verify_inclusion(
                    case["leafIdx"], case["treeSize"], base64.b64decode(case["leafHash"]), proof, base64.b64decode(case["root"]))
            else:
                merkle.verify_consistency(
                    case["size1"], case["size2"], base64.b64decode(case["root1"]), base64.b64decode(case["root2"]), proof)
            refused = False
        except merkle.BadProof:
            refused = True
        assert refused == case["wantErr"], f"{path.relative_to(VECTORS)}: {case['desc']}"
