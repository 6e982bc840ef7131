"""Writing the log: every change of a paper's status becomes a leaf in the transaction that makes it, and is never touched again."""
from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from certificates import workflow
from certificates.models import LogLeaf, LogNode, Report, StatusChange
from certificates.translog import merkle, store
from lab_app.core import clock, numbering
from lab_app.core.db import db

SERIES = "log"
BATCH = 500
#: Bytes of salt: a reader of tiles cannot guess which paper a leaf speaks of.
SALT = 16


def leaf_body(report: Report, change: StatusChange, salt: str) -> str:
    """What a leaf says of a change: canonical JSON, no personal data."""
    said: dict[str, Any] = {
        "at": change.recorded_at.isoformat(timespec="seconds"), "file": report.file_sha256, "issued_on": report.issued_on.isoformat(),
        "kind": kind_of(change), "number": report.number, "salt": salt, "sequence": report.sequence,
        "snapshot": report.snapshot_hash, "status": change.to_status, "v": 1,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def kind_of(change: StatusChange) -> str:
    """`issued` for the change that made a paper valid the first time, `void` for a number given up, else `status`."""
    if change.to_status == workflow.VOID:
        return "void"
    return "issued" if change.from_status == workflow.ISSUING else "status"


def record_change(report: Report, change: StatusChange) -> LogLeaf:
    """Append the leaf of a status change. Two at once stand one behind the other, as in the series of numbers they share."""
    position = numbering.next_value(SERIES) - 1
    body = leaf_body(report, change, secrets.token_hex(SALT))
    row = LogLeaf(
        position=position, report_id=report.id, change_id=change.id, kind=kind_of(change), body=body, recorded_at=clock.now())
    db.session.add(row)
    for level, place, value in merkle.appended(position, merkle.leaf_hash(body.encode()), store.node):
        db.session.add(LogNode(level=level, place=place, hash=value))
    db.session.flush()
    return row


def catch_up() -> int:
    """Append the changes that were made before there was a log, in their order; answers how many."""
    missing = db.session.scalars(
        select(StatusChange).outerjoin(LogLeaf, LogLeaf.change_id == StatusChange.id).where(LogLeaf.position.is_(None))
        .order_by(StatusChange.id)).all()
    for change in missing:
        record_change(change.report, change)
    return len(missing)


@dataclass(frozen=True)
class Verification:
    """What `verify` found: how many leaves, the root, and the first difference in words (empty when there is none)."""

    leaves: int
    root: str
    difference: str = ""


def verify() -> Verification:
    """Recompute the whole log from its leaves and hold every leaf against the register; names the first difference.

    Refusals of growth count too: a leaf or node that was taken away, a change of status that never came into the log.
    """
    edge: dict[tuple[int, int], bytes] = {}
    count = 0
    query = select(LogLeaf, StatusChange, Report).join(StatusChange, LogLeaf.change_id == StatusChange.id).join(
        Report, LogLeaf.report_id == Report.id).order_by(LogLeaf.position)
    for batch in db.session.execute(query.execution_options(yield_per=BATCH)).partitions():
        made: dict[tuple[int, int], bytes] = {}
        for leaf, change, report in batch:
            fault = _fault_of(leaf, change, report, count)
            if fault:
                return Verification(count, "", fault)
            for level, place, value in merkle.appended(count, merkle.leaf_hash(leaf.body.encode()), _looking(edge)):
                made[level, place] = edge[level, place] = value
            count += 1
        kept = store.kept_nodes(list(made))
        wrong = next((at for at in sorted(made) if kept.get(at) != made[at]), None)
        if wrong is not None:
            return Verification(count, "", f"node {wrong[1]} of level {wrong[0]} is not the hash of what stands below it")
        top = count.bit_length()
        edge = {(level, (count >> level) - 1): edge[level, (count >> level) - 1] for level in range(top) if count >> level}
    root = store.root(count).hex()
    return Verification(count, root, _missing(count))


def _looking(kept: dict[tuple[int, int], bytes]) -> merkle.Nodes:
    return lambda level, place: kept[level, place]


def _fault_of(leaf: LogLeaf, change: StatusChange, report: Report, count: int) -> str:
    if leaf.position != count:
        return f"leaf {count} is missing"
    try:
        said = json.loads(leaf.body)
        expected = json.loads(leaf_body(report, change, str(said["salt"])))
    except (ValueError, KeyError, TypeError):
        return f"leaf {count} is not readable"
    for name, value in expected.items():
        if said.get(name) != value:
            return f"leaf {count} ({said.get('number')}): {name} is {said.get(name)!r}, the register says {value!r}"
    return ""


def _missing(count: int) -> str:
    """What the register or the tree has more of than the leaves."""
    unlogged = db.session.scalar(
        select(StatusChange.id).outerjoin(LogLeaf, LogLeaf.change_id == StatusChange.id).where(LogLeaf.position.is_(None))
        .order_by(StatusChange.id).limit(1))
    if unlogged is not None:
        return f"change {unlogged} of the register has no leaf"
    beyond = db.session.scalar(select(LogNode.place).where(LogNode.level == 0, LogNode.place >= count).limit(1))
    return f"leaf {beyond} was taken away: its hash still stands in the tree" if beyond is not None else ""
