"""Interval reviews: a proposal from the record, and the decision of another person on it (6.4.7; ILAC-G24 / OIML D 10)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from instruments import queries, workflow
from instruments.models import Instrument, IntervalReview
from instruments.rules import intervals as rules
from instruments.services.cycles import put_cycle
from lab_app.core import clock, gates, numbering
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError

CALIBRATION = "calibration"


@dataclass(frozen=True)
class Record:
    """What a review reads: the interval in months, the instrument's own calibrations, those of its like (its own among them)."""

    current: int | None
    own: list[rules.Done]
    like: list[list[rules.Done]]


def review_record(instrument: Instrument) -> Record:
    """The record of an instrument and its like, read once for every method."""
    likes = queries.like(instrument)
    found = queries.record_of(likes)
    return Record(queries.interval_months(instrument), found[instrument.id], list(found.values()))


def interval_proposal(record: Record, method: str, bounds: rules.Bounds) -> rules.Proposed:
    """What a method proposes now. Refuses a method whose record is too short, saying what is missing. Writes nothing."""
    if record.current is None:
        raise FieldRefused("method", gettext("Chưa có chu kỳ hiệu chuẩn để xem xét: ghi chu kỳ hoặc hiệu chuẩn trước."))
    try:
        if method == "staircase":
            return rules.staircase(record.own, record.current, bounds)
        if method == "drift":
            return rules.drifting(record.own, record.current, bounds)
        if method == "a3":
            return rules.a3(record.like, record.current, bounds)
        if method == "exponential":
            return rules.exponential(record.like, record.current, bounds)
    except MetrologyError as error:
        raise FieldRefused("method", _lacking(error)) from error
    raise FieldRefused("method", gettext("Chọn một phương pháp."))


def _lacking(error: MetrologyError) -> str:
    if error.code == "no_history" and error.field == "n":
        return gettext("Cần ít nhất hai lần hiệu chuẩn có kết quả trước hiệu chỉnh: lần đầu không nói gì về chu kỳ.")
    words = {
        "no_history": gettext("Chưa có kết quả trước hiệu chỉnh với tiêu chí để xét."),
        "too_few": gettext("Cần ít nhất ba lần hiệu chuẩn có cùng điểm đo để xét độ trôi."),
    }
    return words.get(error.code, gettext("Số liệu không dùng được cho phương pháp này (%(why)s).", why=str(error)))


def propose_interval(actor: Actor, instrument: Instrument, *, method: str, bounds: rules.Bounds, reason: str) -> IntervalReview:
    """Put a proposal on record. One at a time: an earlier one is decided first."""
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if any(not row.decision for row in queries.reviews_of(instrument.id)):
        raise FieldRefused("method", gettext("Còn một đề nghị chưa quyết định; quyết định nó trước."))
    record = review_record(instrument)
    found = interval_proposal(record, method, bounds)
    history = {
        "bounds": bounds.as_json(), "instruments": len(record.like) if method in ("a3", "exponential") else 1,
        "done": [{"on": d.done_on.isoformat(), "share": format(d.share, ".4f") if d.share is not None else ""} for d in record.own],
    }
    row = IntervalReview(
        code=numbering.yearly("CK", clock.today().year), instrument_id=instrument.id, instrument=instrument, kind=CALIBRATION,
        method=method, current_months=record.current, proposed_months=found.months, history=history,
        findings=found.findings | {"reason": found.reason, "stop": found.stop}, reason=reason.strip(), proposed_by_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def decision_facts(actor: Actor, row: IntervalReview) -> workflow.IntervalFacts:
    """Facts of gate *interval-approver-is-another*."""
    return workflow.IntervalFacts(row.code, row.proposed_by_id, actor.id)


def decide_interval(actor: Actor, row: IntervalReview, *, decision: str, reason: str, months: int | None = None) -> IntervalReview:
    """Decide on a proposal: accepted, other (with `months`), kept. A change becomes the calibration cycle from today on.

    Refused by gate *interval-approver-is-another* to whoever proposed it.
    """
    authorize(actor, P.INSTRUMENT_INTERVAL)
    person_id = person_of(actor)
    if row.decision:
        raise FieldRefused("decision", gettext("Đề nghị này đã quyết định rồi."))
    if decision not in ("accepted", "other", "kept"):
        raise FieldRefused("decision", gettext("Chọn một quyết định."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if decision == "other" and (months is None or not 1 <= months <= rules.LONGEST_MONTHS):
        raise FieldRefused("months", gettext("Chu kỳ hiệu chuẩn: từ 1 đến 120 tháng."))
    gates.require("interval-approver-is-another", decision_facts(actor, row))
    decided = {"accepted": row.proposed_months, "other": months, "kept": row.current_months}[decision]
    row.decision, row.decided_months, row.decision_reason = decision, decided, reason.strip()
    row.decided_by_id, row.decided_at = person_id, clock.now()
    db.session.flush()
    if decided is not None and decided != row.current_months:
        _put_into_force(actor, row, decided)
    return row


def _put_into_force(actor: Actor, row: IntervalReview, months: int) -> None:
    """The decided interval becomes the calibration cycle; its other terms stay as they were."""
    old = queries.calibration_cycle(row.instrument)
    terms: dict[str, Any] = {} if old is None else {
        "use_limit": old.use_limit, "use_unit": old.use_unit, "from_first_issue": old.from_first_issue, "lead_days": old.lead_days,
        "early_days": old.early_days, "blocks": old.blocks, "responsible": old.responsible, "cost": old.cost, "work_hours": old.work_hours,
    }
    put_cycle(actor, row.instrument, kind=CALIBRATION, interval_months=months, effective_from=clock.today(),
              reason=f"{row.code}: {row.decision_reason}", **terms)
