"""`python -m bench.quality_records [--records 100000] [--rounds 7] [--only WORD]`: lists and pages of quality records, outside the suite.

Two laboratories: one with a thousand quality records, one with the stated number: events, nonconforming work, corrective actions,
complaints, risks, documents with their versions and readers, external documents with their looks, files with their rules of keeping,
and for each record its audit and its search entry. Every page is opened in both by a signed-in person, in interleaved rounds; what
counts is how many times the large one costs the small one, and how many statements each asks. Exit status 1 when a page of the large
one answers wrongly, asks more than `MOST_STATEMENTS` or more than the small one (a list longer than a page counts itself by one
statement), or costs more than `MOST_RATIO` times it (`MOST_SEARCH` where words narrow a list).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import extract, func, insert, select

from bench import filling, foundation, rounds
from bench.laboratory import NOW, Laboratory
from bench.units import Size
from bench.visitor import statements
from lab_app.core import audit, search
from lab_app.core.audit import AuditEntry
from lab_app.core.files import Attachment, FileCount, StoredFile
from lab_app.core.search import SearchEntry
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.corrective.models import CorrectiveAction
from lab_app.quality.documents.models import ControlledDocument, DocumentReading, DocumentVersion
from lab_app.quality.events.models import Event
from lab_app.quality.models import Nonconformity
from lab_app.quality.retention.models import RetentionRule
from lab_app.quality.risks.models import Risk
from lab_app.quality.standards.models import ExternalDocument, WatchCheck

ROOT = Path(__file__).resolve().parent.parent
SMALL = 1_000
BATCH = 5_000
MOST_STATEMENTS = 15
#: Times the cost at a thousand: a page, and one narrowed by words.
MOST_RATIO, MOST_SEARCH = 1.2, 3.0
PEOPLE = foundation.PEOPLE
#: Entries of the trail that the sealer has not come to yet: it runs every few minutes.
UNSEALED = 60
NOTHING_CHANGED = '{"changes":{}}'
FILE = audit.digest("a file of the measurements")
WORDS = ("nhiệt độ vượt giới hạn", "nhầm nhãn mẫu", "suy hao cáp cũ", "phiếu giao chậm", "thiếu chữ ký", "bản in cũ ở bàn đo")


@dataclass
class Plan:
    """How many of each kind make up a number of records."""

    records: int

    def of(self, percent: int) -> int:
        """So many percent of the records, at least one."""
        return max(1, self.records * percent // 100)

    def at(self, i: int, count: int) -> datetime:
        """The moment of the i-th of `count`: spread evenly over six years."""
        return NOW - timedelta(days=foundation.DAYS * (1 - i / (count + 1)))


def _who(i: int) -> int:
    return 1 + i % PEOPLE


def _event(p: Plan, i: int, n: int) -> dict[str, Any]:
    at, open_ = p.at(i, n), i > n - 40
    return {
        "id": i, "version": 1, "code": f"SV-{i:06d}", "words": f"{WORDS[i % 6]} lần {i}", "subject_kind": "instrument", "subject_id": i,
        "subject_code": f"EQ-{i:06d}", "status": "reported" if open_ else "settled", "outcome": "" if open_ else "nothing",
        "outcome_reason": "" if open_ else "đã sửa ngay", "reported_by_id": _who(i), "reported_by_name": "Kỹ sư", "recorded_at": at,
        "settled_by_id": None if open_ else 1, "settled_at": None if open_ else at + timedelta(days=2),
    }  # fmt: skip


def _nonconformity(p: Plan, i: int, n: int) -> dict[str, Any]:
    at, open_ = p.at(i, n), i > n - 40
    return {
        "id": i, "version": 1, "code": f"NCW-{i:06d}", "source": "other", "subject_kind": "instrument", "subject_id": i,
        "subject_code": f"EQ-{i:06d}", "title": f"{WORDS[i % 6]} ({i})", "description": "mô tả", "found_on": at.date(),
        "status": "open" if open_ else "closed", "responsible_id": _who(i), "action": "dừng", "significance": "nhỏ",
        "acceptability": "chấp nhận", "customer_told": "không cần", "resumption": "trưởng phòng", "opened_by_id": _who(i),
        "recorded_at": at, "closed_by_id": None if open_ else 1, "closed_at": None if open_ else at,
    }  # fmt: skip


def _corrective(p: Plan, i: int, n: int) -> dict[str, Any]:
    at, open_ = p.at(i, n), i > n - 40
    return {
        "id": i, "version": 1, "code": f"HDKP-{i:06d}", "title": f"Khắc phục {WORDS[i % 6]} ({i})", "source_kind": "nonconformity",
        "source_id": i, "source_code": f"NCW-{i:06d}", "status": "react" if open_ else "closed", "owner_id": _who(i),
        "opened_on": at.date(), "due_on": at.date() + timedelta(days=30), "reaction": "giữ mẫu", "consequences": "không",
        "cause": "quy trình cũ", "opened_by_id": _who(i), "recorded_at": at, "closed_at": None if open_ else at,
    }  # fmt: skip


def _complaint(p: Plan, i: int, n: int) -> dict[str, Any]:
    at, open_ = p.at(i, n), i > n - 20
    return {
        "id": i, "version": 1, "code": f"KN-{i:06d}", "channel": "form", "from_name": f"Khách {i}", "from_email": f"k{i}@e.example",
        "title": f"{WORDS[i % 6]} ({i})", "words": "lời khách", "status": "received" if open_ else "closed", "nonce": f"n{i}",
        "received_at": at, "owner_id": _who(i), "outcome": "" if open_ else "justified", "decision": "" if open_ else "làm lại",
        "decided_by_id": None if open_ else 1, "decided_at": None if open_ else at, "closed_at": None if open_ else at,
        "notified_on": None if open_ else at.date(),
    }  # fmt: skip


def _risk(p: Plan, i: int, n: int) -> dict[str, Any]:
    at = p.at(i, n)
    return {
        "id": i, "version": 1, "code": f"RR-{i:06d}", "topic": "operation", "title": f"Rủi ro {WORDS[i % 6]} ({i})", "found_on": at.date(),
        "likelihood": 1 + i % 5, "consequence": 1 + i % 4, "score": (1 + i % 5) * (1 + i % 4), "owner_id": _who(i),
        "status": "open" if i > n - 40 else "closed", "recorded_by_id": 1, "recorded_at": at, "due_on": at.date(),
    }  # fmt: skip


def _document(p: Plan, i: int, n: int) -> dict[str, Any]:
    at = p.at(i, n)
    return {
        "id": i, "version": 1, "code": f"QT-{i:06d}", "kind": "procedure", "title_vi": f"Quy trình {WORDS[i % 6]} ({i})",
        "clauses": ["8.3"],
        "owner_id": _who(i), "read_by": {"roles": ["technician"]}, "review_months": 24, "recorded_at": at,
        "review_due": NOW.date() + timedelta(days=i % 700 - 20), "effective_since": p.at(2 * i - 1, 2 * n).date(),
    }  # fmt: skip


def _version(p: Plan, i: int, n: int) -> dict[str, Any]:
    """Two versions of each document: 2k-1 the obsolete one, 2k the one in force."""
    document, number = (i + 1) // 2, 2 - i % 2
    at = p.at(i, n)
    ended = at.date() + timedelta(days=1) if number == 1 else None
    return {
        "id": i, "version": 1, "document_id": document, "number": number, "code": f"QT-{document:06d}/{number:02d}", "status": "approved",
        "filename": "a.pdf", "sha256": FILE, "pages": 3, "content_sha256": audit.digest(str(i)), "change_summary": "sửa", "author_id": 2,
        "written_by": [2], "reviewer_id": 3, "approver_id": 4, "recorded_at": at, "submitted_at": at, "reviewed_at": at, "approved_at": at,
        "effective_from": at.date(), "obsolete_from": ended, "obsolete_recorded_at": at if ended else None,
    }  # fmt: skip


def _reading(p: Plan, i: int, n: int) -> dict[str, Any]:
    at = p.at(i, n)
    return {"id": i, "version": 1, "version_id": 1 + (i - 1) // 3, "person_id": 1 + i % 3, "asked_at": at, "due_on": at.date(),
            "read_at": at, "read_sha256": audit.digest(str(i))}


def _external(p: Plan, i: int, n: int) -> dict[str, Any]:
    return {
        "id": i, "version": 1, "code": f"QCVN {i}:2020/X", "kind": "regulation", "title": f"Quy chuẩn {WORDS[i % 6]} ({i})",
        "owner_id": _who(i),
        "status": "current", "watch_months": 3, "last_check": date(2026, 9, 1), "next_check": NOW.date() + timedelta(days=i % 90),
        "recorded_at": p.at(i, n),
    }  # fmt: skip


def _check(p: Plan, i: int, n: int) -> dict[str, Any]:
    at = p.at(i, n)
    return {"id": i, "external_id": 1 + (i - 1) // 4, "person_id": 1, "checked_on": at.date(), "outcome": "unchanged", "recorded_at": at}


def _attachment(p: Plan, i: int, n: int) -> dict[str, Any]:
    return {"id": i, "subject_kind": ("sample", "test-job", "calibration")[i % 3], "subject_id": i, "filename": f"{i}.png", "sha256": FILE,
            "added_by_id": 1, "recorded_at": p.at(i, n)}


Maker = Callable[[Plan, int, int], dict[str, Any]]
#: Kind in the trail, table, percent of the records, maker. A document counts with its versions and readers.
KINDS: tuple[tuple[str, Any, int, Maker], ...] = (
    ("quality-event", Event, 30, _event), ("nonconformity", Nonconformity, 20, _nonconformity),
    ("corrective-action", CorrectiveAction, 15, _corrective), ("complaint", Complaint, 10, _complaint), ("risk", Risk, 10, _risk),
    ("document", ControlledDocument, 10, _document), ("external-document", ExternalDocument, 5, _external),
)
PARTS: tuple[tuple[Any, int, Maker], ...] = (
    (DocumentVersion, 20, _version), (DocumentReading, 60, _reading), (WatchCheck, 20, _check), (Attachment, 50, _attachment),
)


class QualityRecords(Laboratory):
    """A laboratory of which only the quality records were filled."""

    def _make(self, units: int) -> Size:
        return self.schema_and(lambda hashed: self._fill(units, hashed))

    def _fill(self, records: int, hashed: str) -> Size:
        plan, engine = Plan(records), self.plain_engine()
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA synchronous=OFF")
            foundation.lay(connection, NOW, hashed)

            def put(table: Any, rows: Iterator[dict[str, Any]]) -> None:
                while batch := list(islice(rows, BATCH)):
                    connection.execute(insert(table), batch)

            put(StoredFile.__table__, iter([{"sha256": FILE, "size": 100, "media_type": "image/png", "created_at": NOW}]))
            for kind, model, percent, make in KINDS:
                n = plan.of(percent)
                put(model.__table__, (make(plan, i, n) for i in range(1, n + 1)))
                put(AuditEntry.__table__, (_entry(plan, kind, i, n) for i in range(1, n + 1)))
                put(SearchEntry.__table__, (_findable(kind, make(plan, i, n)) for i in range(1, n + 1)))
            for model, percent, make in PARTS:
                n = plan.of(percent)
                put(model.__table__, (make(plan, i, n) for i in range(1, n + 1)))
            connection.execute(insert(FileCount).from_select(["kind", "year", "files"], select(
                Attachment.subject_kind, extract("year", Attachment.recorded_at), func.count()).group_by(
                Attachment.subject_kind, extract("year", Attachment.recorded_at))))
            put(RetentionRule.__table__, iter([
                {"kind": "sample", "months": 60, "basis": "QT-06", "person_id": 1, "recorded_at": NOW - timedelta(days=900)}]))
        audit.seal(engine, limit=sum(plan.of(percent) for _kind, _model, percent, _make in KINDS) - UNSEALED)
        if engine.dialect.name == "postgresql":
            filling.settle(engine)
        else:  # no statistics: an installation on SQLite has none
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return Size(records, NOW, 10)


def _entry(p: Plan, kind: str, i: int, n: int) -> dict[str, Any]:
    return {"at": p.at(i, n), "actor_id": 1, "actor_name": "Kỹ sư", "action": "create", "subject_kind": kind, "subject_id": i,
            "subject_code": "", "reason": "", "canonical": NOTHING_CHANGED, "hash": audit.digest(NOTHING_CHANGED)}


def _findable(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    title = str(row.get("title") or row.get("title_vi") or row.get("words"))
    return {"kind": kind, "subject_id": row["id"], "code": row["code"], "title": title,
            "body": search.body_of(kind, row["code"], title)}


#: Name, address (`{code}` a record of the middle: prefix and percent), what must stand on the page.
PAGES: tuple[tuple[str, str, str, int], ...] = (
    ("events", "/quality/events", "", 0), ("event", "/quality/events/{code}", "SV-", 30),
    ("nonconformities", "/quality/nonconformities", "", 0), ("nonconformities deep", "/quality/nonconformities?sort=code&dir=asc", "", 0),
    ("nonconformity", "/quality/nonconformities/{code}", "NCW-", 20),
    ("corrective actions", "/quality/corrective", "", 0), ("corrective action", "/quality/corrective/{code}", "HDKP-", 15),
    ("complaints", "/quality/complaints", "", 0), ("complaint", "/quality/complaints/{code}", "KN-", 10),
    ("risks", "/quality/risks", "", 0), ("risk", "/quality/risks/{code}", "RR-", 10),
    ("documents", "/quality/documents", "", 0), ("documents overdue", "/quality/documents?standing=review", "", 0),
    ("documents in force", "/quality/documents?standing=effective", "", 0), ("documents at a day",
    "/quality/documents/at?on=01/02/2025&known=then", "", 0),
    ("documents by words", "/quality/documents?q=nhan+mau", "", 0), ("document", "/quality/documents/{code}", "QT-", 10),
    ("version", "/quality/documents/{code}/versions/2", "QT-", 10),
    ("external documents", "/quality/standards", "", 0), ("retention", "/quality/retention", "", 0), ("overview", "/quality", "", 0),
)


@dataclass
class Found:
    """What one page cost: milliseconds in both laboratories, their ratio, statements, what was wrong."""

    name: str
    small_ms: float
    large_ms: float
    ratio: float
    statements: int
    problem: str = ""


def measure(small: Laboratory, large: Laboratory, only: str, turns: int) -> list[Found]:
    """Open every page in both, in interleaved rounds."""
    people, cases, notes = (small.person(), large.person()), [], {}
    for name, address, prefix, percent in PAGES:
        if only not in name:
            continue
        pair, asked, problem = [], [], ""
        for lab, person in zip((small, large), people, strict=True):
            path = address.replace("{code}", quote(f"{prefix}{max(1, lab.size.units * percent // 200):06d}"))
            answer = person.get(path)
            if answer.status != 200:
                problem = f"answered {answer.status}"
            with statements(lab.engine) as seen:
                person.get(path)
            asked.append(len(seen))
            pair.append(rounds.Timed(name, lambda person=person, path=path: person.get(path), rounds.PROCESSOR))  # type: ignore[misc]
        if asked[1] > MOST_STATEMENTS or asked[1] > asked[0] + 1:
            problem = problem or f"{asked[0]} and {asked[1]} statements"
        cases += pair
        notes[name] = (pair, asked[1], problem)
    rounds.run(cases, turns, 0.06)
    found = []
    for name, (pair, asked_large, problem) in notes.items():
        ratio = rounds.ratio(pair[1], pair[0])
        if ratio > (MOST_SEARCH if "words" in name else MOST_RATIO):
            problem = problem or f"{ratio:.3g} times the small one"
        found.append(Found(name, pair[0].seconds * 1000, pair[1].seconds * 1000, ratio, asked_large, problem))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality_records", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench-quality-records.json")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as opened:
        large = opened.enter_context(QualityRecords(Path(folder), given.records))
        small = opened.enter_context(QualityRecords(Path(folder), SMALL))
        found = measure(small, large, given.only, given.rounds)
    print(f"{given.records:,} quality records beside {SMALL:,}; processor milliseconds a page, median of {given.rounds} rounds\n")
    for one in found:
        print(f"{one.name:22} {one.small_ms:8.2f} {one.large_ms:8.2f}  × {one.ratio:5.2f}  {one.statements:3} statements  {one.problem}")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(one.problem for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
