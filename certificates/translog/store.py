"""The tree as it is kept in the database, and what is asked of it: root, checkpoint, proofs, tiles."""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import TextClause, func, select, text

from certificates.models import LogLeaf, LogNode
from certificates.translog import merkle
from certificates.translog.notes import Checkpoint, LogProof, Signer, proof_of
from lab_app.core.db import db

T = TypeVar("T")

#: Height of a tile and how many hashes a full one holds (tlog-tiles).
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


def size() -> int:
    """How many leaves the log has."""
    last = db.session.scalar(select(func.max(LogLeaf.position)))
    return 0 if last is None else last + 1


def node(level: int, place: int) -> bytes:
    """The kept hash of a complete subtree; KeyError where there is none."""
    found = db.session.scalar(select(LogNode.hash).where(LogNode.level == level, LogNode.place == place))
    if found is None:
        raise KeyError((level, place))
    return found


def kept_nodes(wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Kept hashes by level and place, one statement a level: what is not kept is absent."""
    found: dict[tuple[int, int], bytes] = {}
    for level in sorted({at[0] for at in wanted}):
        places = [place for each, place in wanted if each == level]
        found |= {(level, place): value for place, value in db.session.execute(
            select(LogNode.place, LogNode.hash).where(LogNode.level == level, LogNode.place.in_(places)))}
    return found


def _reading(ask: Callable[..., T], *arguments: Any) -> T:
    """Ask a function of `merkle` twice: once to learn which nodes it wants, then with all of them read together."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, place: int) -> bytes:
        wanted.append((level, place))
        return merkle.EMPTY

    ask(*arguments, note)
    kept = _by_key(wanted)
    return ask(*arguments, lambda level, place: kept[level, place])


def _by_key(wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """These nodes in one statement, each found by the table's key: a list of pairs (`IN`) would make SQLite read the whole tree."""
    if not wanted:
        return {}
    if db.engine.dialect.name == "postgresql":
        levels, places = zip(*wanted, strict=True)
        return {(level, place): bytes(value) for level, place, value in
                db.session.execute(_LISTED, {"levels": list(levels), "places": list(places)})}
    width = 1 << (len(wanted) - 1).bit_length()  # the same few statements always, filled up with the last pair
    pairs = [*wanted, *([wanted[-1]] * (width - len(wanted)))]
    values = {f"{name}{n}": value for n, pair in enumerate(pairs) for name, value in zip(("l", "p"), pair, strict=True)}
    return {(level, place): bytes(value) for level, place, value in db.session.execute(_pairs(width), values)}


#: PostgreSQL takes the pairs as two arrays: one plan for any number of them, a third of the time of as many `OR`.
_LISTED = text(
    "SELECT node.level, node.place, node.hash FROM unnest(CAST(:levels AS integer[]), CAST(:places AS integer[])) AS wanted(level, place) "
    "JOIN log_node AS node ON node.level = wanted.level AND node.place = wanted.place")


@cache
def _pairs(width: int) -> TextClause:
    either = " OR ".join(f"(level = :l{n} AND place = :p{n})" for n in range(width))
    return text(f"SELECT level, place, hash FROM log_node WHERE {either}")


def appended(position: int, leaf: bytes) -> list[tuple[int, int, bytes]]:
    """The nodes that a leaf hash completes at this position, which ends the tree: `(level, place, hash)`, the leaf first."""
    return _reading(merkle.appended, position, leaf)


def root(count: int) -> bytes:
    """The root over the first `count` leaves."""
    return _reading(merkle.root, count)


def inclusion(position: int, count: int) -> list[bytes]:
    """The hashes from a leaf to the root over the first `count` leaves. ValueError where there is no such leaf."""
    return _reading(merkle.inclusion_proof, position, count)


def consistency(old: int, new: int) -> list[bytes]:
    """The hashes that show that the log only grew between two sizes. ValueError unless 0 < old <= new <= size."""

    def asked(nodes: merkle.Nodes) -> list[bytes]:
        found = merkle.consistency_proof(old, new, nodes)
        nodes(0, new - 1)  # the last leaf stands: read with the others
        return found

    try:
        return _reading(asked)
    except KeyError as missing:
        raise ValueError(f"the log has fewer than {new} leaves") from missing


def signer() -> Signer:
    """The key of this installation; the name is where the log is read."""
    host = str(current_app.config["PUBLIC_URL"]).split("://", 1)[-1]
    return Signer(f"{host}/log", hashlib.sha256(str(current_app.config["REGISTER_KEY"]).encode()).digest())


def checkpoint(count: int | None = None) -> str:
    """The signed checkpoint of the log as it stands, or as it stood at a size. The same size always gives the same text."""
    count = size() if count is None else count
    key = signer()
    return key.sign(Checkpoint(key.name, count, root(count)).text)


def proof(leaf: LogLeaf, count: int | None = None) -> LogProof:
    """That a leaf stands in the log, under the checkpoint of now or of an earlier size."""
    count = size() if count is None else count
    return proof_of(leaf.body.encode(), leaf.position, inclusion(leaf.position, count), checkpoint(count))


def tile(level: int, number: int, width: int) -> bytes | None:
    """The hashes of a tile one after the other: `width` of them, level `8·level` of the tree; None where they are not all there."""
    if not 0 < width <= TILE_WIDTH:
        return None
    first = number * TILE_WIDTH
    hashes = db.session.scalars(
        select(LogNode.hash).where(
            LogNode.level == level * TILE_HEIGHT, LogNode.place >= first, LogNode.place < first + width).order_by(LogNode.place)
    ).all()
    return b"".join(hashes) if len(hashes) == width else None
