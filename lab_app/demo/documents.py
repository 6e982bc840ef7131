"""The demonstration's controlled documents with their readers, the watch over documents of others, how long records are kept (8.2-8.4)."""
from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from sqlalchemy import select

from lab_app.accounts.models import Role
from lab_app.accounts.services import signatures
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.core.paper.typefaces import BOLD, REGULAR
from lab_app.demo.story import step, who
from lab_app.quality.documents import asking, queries, receipts
from lab_app.quality.documents import services as documents
from lab_app.quality.documents.models import ControlledDocument, DocumentReading, DocumentVersion
from lab_app.quality.documents.rules import add_months
from lab_app.quality.retention import services as retention
from lab_app.quality.standards import services as standards
from lab_app.quality.standards.models import ExternalDocument

HERE = Path(__file__).resolve().parent
QUALITY, HEAD, DIRECTOR = "U06", "U02", "U01"
HEADING = ParagraphStyle("heading", fontName=BOLD, fontSize=12, leading=18, spaceBefore=8)
WORDS = ParagraphStyle("words", fontName=REGULAR, fontSize=10.5, leading=15)
TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=18, leading=26)


def tell() -> None:
    """Documents from the laboratory's first days on, one under review, one whose day is to come; looks at editions; times of keeping."""
    told = json.loads((HERE / "documents.json").read_text(encoding="utf-8"))
    with step(_at("2024-12-02", 8)):
        for entry in told["documents"]:
            _register(entry)
    for entry in told["documents"]:
        for number, version in enumerate(entry["versions"], 1):
            _issue(entry, number, version, told["words"])
        if "reviewed" in entry:
            with step(_at(entry["reviewed"], 10)):
                documents.review_document(who(QUALITY), _document(entry["code"]), fits=True, note=entry["note"])
        if "in_review" in entry:
            _hand_in(entry, told["words"])
    for entry in told["externals"]:
        _watch(entry)
    with step(_at("2024-12-20", 9)):
        for kind, months, basis in told["retention"]:
            retention.set_rule(who(QUALITY), kind=kind, months=months, basis=basis)
    _this_morning()


def _this_morning() -> None:
    """What the calendar asks today; people who came since have read the policies."""
    with step(clock.now()):
        asking.ask_what_is_due()
    with step(clock.now()):
        waiting = select(DocumentReading).join(DocumentReading.about).join(DocumentVersion.document).where(
            DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None), ControlledDocument.at_sign_in.is_(True))
        for row in list(db.session.scalars(waiting)):
            receipts.confirm_read(row.person, row, seen_sha256=row.about.content_sha256)


def _day(said: str) -> date:
    """A day of the story; `-3` and `+7` count from today."""
    return clock.today() + timedelta(days=int(said)) if said[0] in "+-" else date.fromisoformat(said)


def _at(said: str, hour: int) -> datetime:
    return clock.at_local(_day(said), hour)


def _document(code: str) -> ControlledDocument:
    found = queries.document_by_code(code)
    assert found is not None, code
    return found


def _register(entry: dict[str, Any]) -> None:
    roles = list(db.session.scalars(select(Role.name).order_by(Role.id))) if entry.get("all") else entry.get("roles", [])
    documents.register_document(
        who(QUALITY), code=entry["code"], kind=entry["kind"], title_vi=entry["title_vi"], title_en=entry["title_en"],
        owner=who(entry["owner"]), clauses=entry["clauses"], process=entry["process"], read_by={"roles": roles},
        at_sign_in=entry.get("at_sign_in", False), review_months=entry["review_months"], methods=entry["methods"])


def _draft(entry: dict[str, Any], number: int, version: dict[str, Any], words: dict[str, list[str]]) -> DocumentVersion:
    """Written by its author and handed in, at the present moment."""
    author, reviewer = who(entry.get("author", QUALITY)), who(entry.get("reviewer", HEAD))
    lines = version["vi"].split("\n") if "vi" in version else words["instruction" if entry["kind"] in ("instruction",
        "form") else "procedure"]
    upload = files.put_bytes(_pdf(entry, number, lines), f"{entry['code']}-{number:02d}.pdf", files.PAPERS)
    row = documents.draft_version(
        author, _document(entry["code"]), upload, change_summary=version["changes"], statement_vi=version.get("vi", ""),
        statement_en=version.get("en", ""))
    return documents.submit_version(author, row, reviewer)


def _issue(entry: dict[str, Any], number: int, version: dict[str, Any], words: dict[str, list[str]]) -> None:
    """A version from its draft to those who read it."""
    first = _day(version["told"])
    with step(clock.at_local(first, 9)):
        ident = _draft(entry, number, version, words).id
    with step(clock.at_local(first + timedelta(days=1), 14)):
        documents.review_version(who(entry.get("reviewer", HEAD)), db.session.get_one(DocumentVersion, ident),
            note="Đọc cả tài liệu, rõ và làm được.")
    with step(clock.at_local(first + timedelta(days=2), 10)):
        director = who(DIRECTOR)
        documents.approve_version(
            director, db.session.get_one(DocumentVersion, ident), effective_from=_day(version["from"]), confirmed=signatures.told(director))
    _read(ident, clock.at_local(first + timedelta(days=2 + version["read_days"]), 8), version.get("readers"))


def _read(ident: int, at: datetime, so_many: int | None) -> None:
    """Those who were asked read it on one morning, all or the first few."""
    with step(min(at, clock.now())):
        rows = db.session.scalars(select(DocumentReading).where(DocumentReading.version_id == ident).order_by(DocumentReading.id))
        for row in list(rows)[:so_many]:
            if row.ended_at is None:
                receipts.confirm_read(row.person, row, seen_sha256=row.about.content_sha256)


def _hand_in(entry: dict[str, Any], words: dict[str, list[str]]) -> None:
    with step(_at(entry["in_review"]["told"], 15)):
        _draft(entry, len(entry["versions"]) + 1, entry["in_review"], words)


def _pdf(entry: dict[str, Any], number: int, lines: list[str]) -> bytes:
    """The document's file, set plainly as an office program would."""
    story: list[Any] = [Paragraph(entry["title_vi"], TITLE), Paragraph(f"{entry['code']}, lần ban hành {number:02d}", WORDS), Spacer(1, 12)]
    story += [Paragraph(line, HEADING if line[0].isdigit() else WORDS) for line in lines]
    out = BytesIO()
    SimpleDocTemplate(out, title=entry["title_vi"], author="Phòng thử nghiệm Mây Xanh (minh họa)", invariant=1).build(story)
    return out.getvalue()


def _watch(entry: dict[str, Any]) -> None:
    entered, today, checks = _day(entry["entered"]), clock.today(), list(entry.get("checks", ()))
    if "every" in entry:
        day = add_months(entered, entry["every"])
        # The one that is late was last looked at one cycle ago and some days.
        while day < today - (timedelta(days=entry["every"] * 31) if entry.get("late") else timedelta(0)):
            checks.append([day.isoformat(), "unchanged"])
            day = add_months(day, entry["every"])
    with step(clock.at_local(entered, 8)):
        ident = standards.register_external(
            who(QUALITY), code=entry["code"], kind=entry["kind"], title=entry["title"], publisher=entry["publisher"],
            source=entry["source"],
            place="Thư mục tài liệu bên ngoài", owner=who(QUALITY), watch_months=entry["months"]).id
    for day_, outcome, *more in checks:
        edition, from_day, what = (*more, "", "", "")[:3]
        on = _day(day_)
        with step(clock.at_local(on, 16)):
            standards.record_check(
                who(QUALITY), db.session.get_one(ExternalDocument, ident), checked_on=on, outcome=outcome, edition=edition,
                in_force_from=_day(from_day) if from_day else None, what=what)
    if "handled" in entry:
        day_, what, still = entry["handled"]
        with step(_at(day_, 11)):
            standards.handle_change(who(HEAD), db.session.get_one(ExternalDocument, ident), what=what, still_used=still)
