"""Recall: opened when an instrument is found wrong, decided line by line, told to the enterprises, concluded (6.4.9, 7.10)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import select

from certificates.models import Recall, RecallDecision, RecallLetter
from certificates.recall import branches, letters, queries, touched, workflow
from instruments.models import Instrument
from lab_app.core import audit, clock, gates, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import show_datetime
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit
from lab_app.quality import services as quality
from lab_app.quality.models import Nonconformity
from lab_app.results.models import ReadingInstrument

#: So many lines are decided by one act; more are decided in several.
AT_ONCE = 1_000


def open_recall(
    actor: Actor, instrument: Instrument, *, since: datetime, until: datetime | None = None, cause: str = "other",
    found_on: date | None = None, error: Decimal | None = None, error_unit: str = "", note: str = "",
    depth: int = 3, nonconformity: Nonconformity | None = None,
) -> Recall:
    """Open a recall of everything the instrument touched from `since` on, before `until` (now unless said), with nonconforming
    work unless some is given. `error` = indicated − reference in `error_unit`. Refuses a reversed span, a moment to come, an
    unknown cause or unit."""
    authorize(actor, P.QUALITY_WRITE)
    until = until or clock.now()
    found_on = found_on or clock.today()
    if until > clock.now():
        raise FieldRefused("until", gettext("Thời điểm này ở tương lai."))
    if since >= until:
        raise FieldRefused("until", gettext("Kết thúc trước lúc bắt đầu."))
    if cause not in workflow.CAUSES:
        raise FieldRefused("cause", gettext("Lựa chọn không có trong danh sách."))
    if not 0 <= depth <= branches.DEEPEST:
        raise FieldRefused("depth", gettext("Từ 0 đến %(n)s bước.", n=branches.DEEPEST))
    error_unit = _unit(error, error_unit)
    if nonconformity is None:
        nonconformity = quality.open_nonconformity(
            actor, source=workflow.SOURCES[cause], subject_kind="instrument", subject_id=instrument.id,
            subject_code=instrument.code, title=_title(instrument, cause), description=note, found_on=found_on)
    row = Recall(
        code=numbering.yearly("RS", clock.local(until).year, 3), instrument_id=instrument.id, nonconformity_id=nonconformity.id,
        cause=cause, since=since, until=until, depth=depth, error=error, error_unit=error_unit, note=note.strip(),
        opened_by_id=actor.id,
    )
    db.session.add(row)
    row.counts = touched.counts(touched.scope(instrument.id, since, until, depth)).as_json()
    db.session.flush()
    search.put("recall", row.id, row.code, gettext("Rà soát ảnh hưởng của %(code)s", code=instrument.code), instrument.name_vi)
    return row


def _unit(error: Decimal | None, unit: str) -> str:
    if error is None:
        return ""
    try:
        return find_unit(unit).symbol
    except MetrologyError as refused:
        raise FieldRefused("error_unit", gettext("Không biết đơn vị “%(unit)s”.", unit=refused.detail)) from refused


def _title(instrument: Instrument, cause: str) -> str:
    return gettext("%(code)s %(name)s: %(cause)s", code=instrument.code, name=instrument.name_vi, cause=workflow.CAUSES[cause])


def found_wrong(
    actor: Actor, instrument: Instrument, *, since: datetime, until: datetime, cause: str, found_on: date,
    error: Decimal | None, error_unit: str, reason: str,
) -> Recall | None:
    """What the news of a failed calibration or check, of damage, or of maintenance that became known late opens.

    A finding within the span of a recall that is still open joins it: the span widens, the larger error counts. Maintenance after
    which nothing was measured opens nothing.
    """
    authorize(actor, P.QUALITY_WRITE)
    since = min(since, until)
    standing = queries.open_recall_of(instrument.id)
    if standing is not None and since <= standing.until and until >= standing.since:
        return _join(actor, standing, since, until, error, error_unit, reason)
    if cause == "maintenance" and not _anything(instrument, since, until):
        return None
    if since == until:
        since = clock.at_local(clock.local(until).date())  # the instrument was entered and failed at one moment
    return open_recall(actor, instrument, since=since, until=until, cause=cause, found_on=found_on, error=error,
                       error_unit=error_unit, note=reason)


def _anything(instrument: Instrument, since: datetime, until: datetime) -> bool:
    used = ReadingInstrument
    return db.session.scalar(select(used.id).where(
        used.instrument_id == instrument.id, used.measured_at >= since, used.measured_at < until).limit(1)) is not None


def _join(
    actor: Actor, row: Recall, since: datetime, until: datetime, error: Decimal | None, error_unit: str, reason: str
) -> Recall:
    row.since, row.until = min(row.since, since), max(row.until, until)
    unit = _unit(error, error_unit)
    if error is not None and (row.error is None or (unit == row.error_unit and abs(error) > abs(row.error))):
        row.error, row.error_unit = error, unit
    words = gettext("%(at)s: %(what)s", at=show_datetime(clock.now()), what=reason)
    row.note = f"{row.note}\n{words}".strip()
    if row.nonconformity.status != "closed":
        quality.add_to_description(actor, row.nonconformity, words)
    row.counts = touched.counts(touched.scope_of(row)).as_json()
    db.session.flush()
    return row


def decide_lines(actor: Actor, row: Recall, reading_ids: Sequence[int], *, decision: str, reason: str) -> int:
    """Decide on readings of a recall: stands, retest, amend, withdraw, with the reason; decided again, the latest counts.

    Refused by gate *recall-decided-by-another* for own readings; refuses a concluded recall, readings it does not hold, more than
    `AT_ONCE`. Answers how many were decided.
    """
    authorize(actor, P.QUALITY_WRITE)
    wanted = list(dict.fromkeys(reading_ids))
    if row.status != workflow.OPEN:
        raise Refused(gettext("%(code)s đã kết luận; mở lại trước khi quyết định.", code=row.code))
    if decision not in workflow.DECISIONS:
        raise FieldRefused("decision", gettext("Lựa chọn không có trong danh sách."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not wanted:
        raise FieldRefused("decision", gettext("Chọn ít nhất một dòng."))
    if len(wanted) > AT_ONCE:
        raise FieldRefused("decision", gettext("Mỗi lần quyết định tối đa %(n)s dòng.", n=AT_ONCE))
    held = touched.held(touched.scope_of(row), wanted)
    if held != set(wanted):
        raise Refused(gettext("Có dòng không thuộc lần rà soát này; tải lại trang."))
    measured_by = queries.people_who_measured(wanted)
    gates.require("recall-decided-by-another", workflow.DecidingFacts(row.code, actor.id, tuple(measured_by)))
    db.session.add_all(
        RecallDecision(recall_id=row.id, reading_id=ident, decision=decision, reason=reason.strip(), person_id=actor.id)
        for ident in wanted
    )
    db.session.flush()
    return len(wanted)


def draft_letters(actor: Actor, row: Recall) -> list[RecallLetter]:
    """Draft a letter to every enterprise that holds a paper with a touched reading; drafts are written anew from what is decided
    by now, a sent letter stays as it was. Answers those drafted."""
    authorize(actor, P.QUALITY_WRITE)
    papers: dict[int, list[touched.Affected]] = {}
    for found in touched.affected_reports(touched.scope_of(row), row.id, public=True):
        papers.setdefault(found.customer.id, []).append(found)
    known = {letter.customer_id: letter for letter in queries.letters(row.id)}
    out = []
    for customer_id, found_papers in papers.items():
        letter = known.get(customer_id)
        if letter is not None and letter.status == workflow.SENT:
            continue
        customer = found_papers[0].customer
        if letter is None:
            letter = RecallLetter(recall_id=row.id, customer_id=customer_id, text="")
            db.session.add(letter)
        letter.text = letters.drafted(row, customer, found_papers)
        letter.reports = [p.report.number for p in found_papers]
        out.append(letter)
    db.session.flush()
    return out


def change_letter(actor: Actor, letter: RecallLetter, text: str) -> RecallLetter:
    """Edit a draft. Refuses an empty text and a letter that was sent."""
    authorize(actor, P.QUALITY_WRITE)
    _unsent(letter)
    if not text.strip():
        raise FieldRefused("text", gettext("Cần điền mục này."))
    letter.text = text.strip()
    db.session.flush()
    return letter


def mark_sent(actor: Actor, letter: RecallLetter, sent_at: datetime | None = None) -> RecallLetter:
    """Note that a letter went out, when and by whom (7.10.1 e). Refuses one that was sent, and a moment to come."""
    authorize(actor, P.QUALITY_WRITE)
    _unsent(letter)
    if sent_at is not None and sent_at > clock.now():
        raise FieldRefused("sent_at", gettext("Thời điểm này ở tương lai."))
    letter.status, letter.sent_at, letter.sent_by_id = workflow.SENT, sent_at or clock.now(), actor.id
    db.session.flush()
    return letter


def _unsent(letter: RecallLetter) -> None:
    if letter.status == workflow.SENT:
        raise Refused(gettext("Thư này đã gửi."))


def close_recall(actor: Actor, row: Recall, conclusion: str) -> Recall:
    """Conclude a recall. Refused by gate *recall-all-decided* while a line is undecided; refuses an empty conclusion."""
    authorize(actor, P.QUALITY_WRITE)
    if not conclusion.strip():
        raise FieldRefused("conclusion", gettext("Cần ghi kết luận."))
    workflow.RECALL.move(row, "close", closing_facts(row))
    row.conclusion, row.closed_by_id, row.closed_at = conclusion.strip(), actor.id, clock.now()
    db.session.flush()
    return row


def closing_facts(row: Recall) -> workflow.ClosingFacts:
    """Facts of gate *recall-all-decided* as they stand now."""
    return workflow.ClosingFacts(row.code, touched.counts(touched.scope_of(row), row.id).undecided)


def reopen_recall(actor: Actor, row: Recall, reason: str) -> Recall:
    """Take a concluded recall up again, e.g. for a reading that was recorded since. Refuses an empty reason, and nonconforming work
    that is closed already."""
    authorize(actor, P.QUALITY_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if row.nonconformity.status == "closed":
        raise Refused(gettext("%(code)s đã đóng; mở hồ sơ mới cho phát hiện mới.", code=row.nonconformity.code))
    with audit.reason(reason):
        workflow.RECALL.move(row, "reopen")
        row.closed_at, row.closed_by_id = None, None
        db.session.flush()
    return row
