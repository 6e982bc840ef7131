"""Writing the log: every change of a paper's status, and every longer file of it, becomes a leaf in the transaction that makes it,
and is never touched again."""
from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from certificates import workflow
from certificates.models import LogLeaf, LogNode, Report, ReportFile, StatusChange
from certificates.translog import merkle, store
from lab_app.core import clock, numbering
from lab_app.core.db import db

SERIES = "log"
BATCH = 500
#: Bytes of salt: a reader of tiles cannot guess which paper a leaf speaks of.
SALT = 16
AUGMENTED = "augmented"


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


def file_body(report: Report, file: ReportFile, earlier: Sequence[str], status: str, salt: str) -> str:
    """What a leaf says of a file that an upgrade of the signature made: its hash, and those of the files it begins with."""
    said: dict[str, Any] = {
        "at": file.recorded_at.isoformat(timespec="seconds"), "earlier": list(earlier), "file": file.sha256,
        "issued_on": report.issued_on.isoformat(), "kind": AUGMENTED, "level": file.level, "number": report.number, "salt": salt,
        "sequence": report.sequence, "snapshot": report.snapshot_hash, "status": status, "v": 1,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record_change(report: Report, change: StatusChange) -> LogLeaf:
    """Append the leaf of a status change. Two at once stand one behind the other, as in the series of numbers they share."""
    return _append(report, kind_of(change), leaf_body(report, change, secrets.token_hex(SALT)), change_id=change.id)


def record_file(report: Report, file: ReportFile, earlier: Sequence[str]) -> LogLeaf:
    """Append the leaf of a longer file; `earlier` are the hashes of the files before it, the issued one first."""
    return _append(report, AUGMENTED, file_body(report, file, earlier, report.status, secrets.token_hex(SALT)), file_id=file.id)


def _append(report: Report, kind: str, body: str, *, change_id: int | None = None, file_id: int | None = None) -> LogLeaf:
    position = numbering.next_value(SERIES) - 1
    row = LogLeaf(
        position=position, report_id=report.id, change_id=change_id, file_id=file_id, kind=kind, body=body, recorded_at=clock.now())
    db.session.add(row)
    for level, place, value in store.appended(position, merkle.leaf_hash(body.encode())):
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
    query = (
        select(LogLeaf, StatusChange, ReportFile, Report).join(Report, LogLeaf.report_id == Report.id)
        .outerjoin(StatusChange, LogLeaf.change_id == StatusChange.id).outerjoin(ReportFile, LogLeaf.file_id == ReportFile.id)
        .order_by(LogLeaf.position))
    for batch in db.session.execute(query.execution_options(yield_per=BATCH)).partitions():
        made: dict[tuple[int, int], bytes] = {}
        for leaf, change, file, report in batch:
            fault = _fault_of(leaf, change, file, report, count)
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


def _fault_of(leaf: LogLeaf, change: StatusChange | None, file: ReportFile | None, report: Report, count: int) -> str:
    if leaf.position != count:
        return f"leaf {count} is missing"
    if change is None and file is None:
        return f"leaf {count} speaks of nothing that the register has"
    try:
        said = json.loads(leaf.body)
        if change is not None:
            expected = json.loads(leaf_body(report, change, str(said["salt"])))
        else:
            assert file is not None
            expected = json.loads(file_body(report, file, _before(file), str(said["status"]), str(said["salt"])))
    except (ValueError, KeyError, TypeError):
        return f"leaf {count} is not readable"
    for name, value in expected.items():
        if said.get(name) != value:
            return f"leaf {count} ({said.get('number')}): {name} is {said.get(name)!r}, the register says {value!r}"
    return ""


def _before(file: ReportFile) -> list[str]:
    """The hashes of the files of the same report before this one."""
    return list(db.session.scalars(
        select(ReportFile.sha256).where(ReportFile.report_id == file.report_id, ReportFile.position < file.position)
        .order_by(ReportFile.position)))


def _missing(count: int) -> str:
    """What the register or the tree has more of than the leaves."""
    unlogged = db.session.scalar(
        select(StatusChange.id).outerjoin(LogLeaf, LogLeaf.change_id == StatusChange.id).where(LogLeaf.position.is_(None))
        .order_by(StatusChange.id).limit(1))
    if unlogged is not None:
        return f"change {unlogged} of the register has no leaf"
    longer = db.session.scalar(
        select(ReportFile.id).outerjoin(LogLeaf, LogLeaf.file_id == ReportFile.id)
        .where(ReportFile.position > 0, LogLeaf.position.is_(None)).order_by(ReportFile.id).limit(1))
    if longer is not None:
        return f"file {longer} of the register has no leaf"
    beyond = db.session.scalar(select(LogNode.place).where(LogNode.level == 0, LogNode.place >= count).limit(1))
    return f"leaf {beyond} was taken away: its hash still stands in the tree" if beyond is not None else ""
