"""Naming what was touched, deciding about it, noting that customers were told (7.10.1 c, d, e)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.dispositions import queries, workflow
from lab_app.quality.dispositions.models import AffectedWork, CustomerNotice, Disposition
from lab_app.quality.models import Nonconformity

#: So many are decided by one act.
AT_ONCE = 500


def _open(row: Nonconformity) -> None:
    if row.status == "closed":
        raise Refused(gettext("Hồ sơ %(code)s đã đóng.", code=row.code))


def name_affected(
    actor: Actor, row: Nonconformity, *, subject_kind: str, subject_id: int, subject_code: str, why: str = "",
) -> AffectedWork:
    """Name a report, job, item or instrument as touched, beside what the program finds. Refuses a closed record, an unknown kind, and
    what was named already."""
    authorize(actor, P.QUALITY_WRITE)
    _open(row)
    if subject_kind not in workflow.KINDS:
        raise FieldRefused("subject_kind", gettext("Lựa chọn không có trong danh sách."))
    twin = select(AffectedWork.id).where(
        AffectedWork.nonconformity_id == row.id, AffectedWork.subject_kind == subject_kind, AffectedWork.subject_id == subject_id)
    if db.session.scalar(twin) is not None:
        raise FieldRefused("subject_code", gettext("%(code)s đã có trong danh sách.", code=subject_code))
    work = AffectedWork(nonconformity_id=row.id, subject_kind=subject_kind, subject_id=subject_id, subject_code=subject_code,
                        why=why.strip(), person_id=person_of(actor))
    db.session.add(work)
    db.session.flush()
    return work


def decide(actor: Actor, row: Nonconformity, keys: Sequence[str], *, decision: str, reason: str) -> list[Disposition]:
    """Decide about touched things (`Touched.key`), one or many at once, with the reason; decided again, the latest counts.

    Refuses a closed record, an unknown decision, an empty reason, nothing chosen, and what this work did not touch.
    """
    authorize(actor, P.QUALITY_WRITE)
    _open(row)
    if decision not in workflow.DECISIONS:
        raise FieldRefused("decision", gettext("Lựa chọn không có trong danh sách."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    wanted = list(dict.fromkeys(keys))
    if not wanted or len(wanted) > AT_ONCE:
        raise FieldRefused("decision", gettext("Chọn từ 1 đến %(n)s dòng.", n=AT_ONCE))
    things = {one.key: one for one in queries.touched_by(row)}
    if any(key not in things for key in wanted):
        raise Refused(gettext("Có dòng không thuộc hồ sơ này; tải lại trang."))
    audit.because(reason)
    made = [
        Disposition(nonconformity_id=row.id, subject_kind=things[key].kind, subject_id=things[key].id, subject_code=things[key].code,
                    decision=decision, reason=reason.strip(), person_id=person_of(actor))
        for key in wanted
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def note_notice(
    actor: Actor, row: Nonconformity, *, customer: str, told: str, how: str, told_on: date, papers: str = "", answer: str = "",
) -> CustomerNotice:
    """Note that a customer was told: who there, how, on which day, about which papers (numbers, commas between; none: all of theirs).
    It tells of the decisions that stand by then; given before one, it is a first word alone (7.10.1 e). Refuses a closed record, an
    unknown way, a day to come or before the work was found, and empty names."""
    authorize(actor, P.QUALITY_WRITE)
    _open(row)
    for name, text in (("customer", customer), ("told", told)):
        if not text.strip():
            raise FieldRefused(name, gettext("Cần điền mục này."))
    if how not in workflow.HOW:
        raise FieldRefused("how", gettext("Lựa chọn không có trong danh sách."))
    if told_on > clock.today():
        raise FieldRefused("told_on", gettext("Ngày này ở tương lai."))
    if told_on < row.found_on:
        raise FieldRefused("told_on", gettext("Trước ngày phát hiện."))
    notice = CustomerNotice(
        nonconformity_id=row.id, customer=customer.strip(), told=told.strip(), how=how, told_on=told_on,
        papers=", ".join(code.strip() for code in papers.split(",") if code.strip()), answer=answer.strip(), person_id=person_of(actor))
    db.session.add(notice)
    db.session.flush()
    return notice
