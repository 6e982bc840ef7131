"""Merkle tree hashing, proofs and their verification (RFC 9162 section 2.1): pure, over hashes that somebody else keeps.

A tree is a function `Nodes`: `(level, index)` → hash of the complete subtree over the leaves `index·2^level` up to
`(index+1)·2^level`. Level 0 holds the leaf hashes. Only complete subtrees are kept; the ragged right edge of the tree is hashed
from them when it is asked for, so that appending writes at most log2(n) + 1 nodes and nothing written ever changes.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Nodes = Callable[[int, int], bytes]

SIZE = 32
EMPTY = hashlib.sha256(b"").digest()


class BadProof(ValueError):
    """A proof that does not lead to the root it was given for, or is not one at all."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes; its prefix 0 keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(size: int, leaf: bytes, nodes: Nodes) -> list[tuple[int, int, bytes]]:
    """The nodes that a leaf hash completes when it becomes leaf number `size` (from 0): `(level, index, hash)`, the leaf first."""
    level, index, current = 0, size, leaf
    made = [(level, index, current)]
    while index % 2:
        current = node_hash(nodes(level, index - 1), current)
        level, index = level + 1, index // 2
        made.append((level, index, current))
    return made


def _complete(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Complete subtrees, largest first, that a span of leaves starting on its own boundary is made of."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def _span(start: int, end: int, nodes: Nodes) -> bytes:
    """The hash of the leaves from `start` to `end`, where the span is one that the recursion of RFC 9162 reaches."""
    parts = [nodes(level, index) for level, index in _complete(start, end)]
    current = parts.pop()
    while parts:
        current = node_hash(parts.pop(), current)
    return current


def root(size: int, nodes: Nodes) -> bytes:
    """The root of a tree of `size` leaves; of an empty one the hash of nothing."""
    return _span(0, size, nodes) if size else EMPTY


def _split(size: int) -> int:
    """The largest power of two smaller than a size of two or more."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves. ValueError where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_span(middle, end, nodes))
            end = middle
        else:
            proof.append(_span(start, middle, nodes))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The hashes that show a tree of `new` leaves to begin with the tree of `old` leaves. ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency from {old} to {new}")
    proof: list[bytes] = []
    start, end = 0, new
    whole = True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_span(middle, end, nodes))
            end = middle
        else:
            proof.append(_span(start, middle, nodes))
            start, whole = middle, False
    if not whole:
        proof.append(_span(start, end, nodes))
    return proof[::-1]


def _check(*hashes: bytes) -> None:
    if any(len(one) != SIZE for one in hashes):
        raise BadProof("a hash has 32 bytes")


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 2.1.3.2). BadProof where it has the wrong shape."""
    _check(leaf, *proof)
    if not 0 <= index < size:
        raise BadProof("no such leaf")
    place, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if place % 2 or place == last:
            current = node_hash(sibling, current)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return current


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> None:
    """BadProof unless the leaf hash stands at `index` of the tree of `size` leaves with that root."""
    if root_from_inclusion(index, size, leaf, proof) != expected:
        raise BadProof("the proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """BadProof unless the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 2.1.4.2)."""
    _check(*proof)
    if not 0 < old <= new:
        raise BadProof("sizes out of order")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof("the same size has one root and needs no proof")
        return
    if not proof:
        raise BadProof("the proof is empty")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if place % 2 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    if first != old_root or second != new_root:
        raise BadProof("the proof leads to another root")
