"""Calibrations: recorded with their points, evaluated, released (6.4.4, 6.4.6, 6.5)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import (
    Calibration,
    CalibrationOrder,
    CalibrationPoint,
    FactorSet,
    Instrument,
)
from instruments.rules import points as tables
from instruments.rules.points import PointIn
from instruments.services.cycles import term_end
from instruments.services.orders import provider_facts
from instruments.services.standing import refresh, stop_use
from instruments.services.states import set_state
from lab_app.core import clock, files, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Upload
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.metrology.decision import DecisionRule
from lab_app.quality.models import Supplier
from lab_app.quality.purchases.queries import subject_incoming

LONGEST_INTERVAL_MONTHS = 120
#: In the place of a rule: the certificate has no table of points, and why.
NO_POINTS = "no_points"


def record_calibration(
    actor: Actor, instrument: Instrument, *, done_on: date, certificate_no: str, traceability: str, laboratory: str = "",
    due_on: date | None = None, interval_months: int | None = None, laboratory_accreditation: str = "", passed: bool = True,
    evaluation: str = "", upload: Upload | None = None, provider: Supplier | None = None, certificate_date: date | None = None,
    conditions: str = "", adjusted: bool = False, kind: str = "external", order: CalibrationOrder | None = None,
    points: Sequence[PointIn] = (), rule: DecisionRule | None = None, no_points: str = "",
) -> Calibration:
    """Record a calibration with its certificate; it counts only from its release on (6.4.4).

    `due_on` is the first day on which the instrument may not be used; without it, `done_on` plus `interval_months` (calendar; the
    cycle's own without them), where an early one that passed keeps its anniversary within the cycle's window.
    `provider` names the laboratory unless `laboratory` does; `order` closes with the release; `points` are judged by `rule`, or
    `no_points` says why the certificate has none. Refuses a day to come, a certificate dated before the calibration or to come, a due
    day not after the calibration, a day outside the order's, an unknown route of traceability, the same certificate twice.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    _check_dates(done_on, certificate_date)
    due_on = _due(instrument, done_on, due_on, interval_months, passed)
    if traceability and traceability not in rules.TRACEABILITY:
        raise FieldRefused("traceability", gettext("Chọn đường liên kết chuẩn theo 6.5.2 hoặc 6.5.3."))
    if any(c.certificate_no == certificate_no for c in queries.calibrations(instrument.id)):
        raise FieldRefused("certificate_no", gettext("Giấy chứng nhận này đã ghi cho thiết bị."))
    if order is not None:
        provider = _of_order(instrument, order, done_on, provider)
        kind = "in_house" if order.in_house else kind
    laboratory = laboratory.strip() or (provider.name if provider else "")
    if not laboratory:
        raise FieldRefused("laboratory", gettext("Nêu phòng hiệu chuẩn."))
    row = Calibration(
        instrument_id=instrument.id, instrument=instrument, done_on=done_on, due_on=due_on, certificate_no=certificate_no,
        laboratory=laboratory, traceability=traceability, passed=passed, kind=kind, provider=provider, conditions=conditions.strip(),
        laboratory_accreditation=laboratory_accreditation or (provider.accreditation[:120] if provider else ""), adjusted=adjusted,
        provider_id=provider.id if provider else None, certificate_date=certificate_date,
    )
    db.session.add(row)
    if order is not None:
        order.calibration = row
    db.session.flush()
    if upload is not None:
        files.attach(upload, "calibration", row.id, actor.id, purpose="certificate", caption=certificate_no)
    if points or no_points.strip():
        set_points(actor, row, points, rule, no_points=no_points)
    if evaluation.strip():
        evaluate_calibration(actor, row, evaluation=evaluation, passed=passed)
    refresh(instrument)
    return row


def _check_dates(done_on: date, certificate_date: date | None) -> None:
    today = clock.today()
    if done_on > today:
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if certificate_date is not None and certificate_date > today:
        raise FieldRefused("certificate_date", gettext("Giấy chứng nhận ghi ngày ở tương lai."))
    if certificate_date is not None and certificate_date < done_on:
        raise FieldRefused("certificate_date", gettext("Giấy chứng nhận ghi ngày trước khi hiệu chuẩn."))


def _due(instrument: Instrument, done_on: date, due_on: date | None, interval_months: int | None, passed: bool) -> date:
    """The due day given, or by the interval (the cycle's without one): an early one may keep its anniversary (`cycles.term_end`)."""
    if due_on is None:
        if interval_months is not None and not 1 <= interval_months <= LONGEST_INTERVAL_MONTHS:
            raise FieldRefused("interval_months", gettext("Chu kỳ hiệu chuẩn: từ 1 đến 120 tháng."))
        due_on = term_end(instrument, "calibration", done_on, passed, interval_months)
        if due_on is None:
            raise FieldRefused("interval_months", gettext("Chu kỳ hiệu chuẩn: từ 1 đến 120 tháng."))
    if due_on <= done_on:
        raise FieldRefused("due_on", gettext("Ngày đến hạn phải sau ngày hiệu chuẩn."))
    return due_on


def _of_order(instrument: Instrument, order: CalibrationOrder, done_on: date, provider: Supplier | None) -> Supplier | None:
    if order.instrument_id != instrument.id:
        raise FieldRefused("order", gettext("Đơn hiệu chuẩn của thiết bị khác."))
    if order.status != "back" or order.calibration_id is not None:
        raise FieldRefused("order", gettext("Ghi giấy chứng nhận khi thiết bị đã về, mỗi đơn một giấy."))
    if (order.sent_on is not None and done_on < order.sent_on) or (order.back_on is not None and done_on > order.back_on):
        raise FieldRefused("done_on", gettext("Ngày hiệu chuẩn phải nằm trong thời gian gửi đi: %(first)s – %(last)s.",
                                              first=show_date(order.sent_on), last=show_date(order.back_on)))
    if provider is not None and order.provider_id is not None and provider.id != order.provider_id:
        raise FieldRefused("provider_id", gettext("Đơn này đặt ở nhà cung cấp khác."))
    return order.provider or provider


def _still_open(calibration: Calibration, field: str) -> None:
    if calibration.released_at is not None:
        raise FieldRefused(field, gettext("Hiệu chuẩn này đã duyệt; đánh giá không sửa được nữa."))


def set_points(
    actor: Actor, calibration: Calibration, points: Sequence[PointIn], rule: DecisionRule | None, *, no_points: str = "",
) -> list[CalibrationPoint]:
    """Write the table of a certificate, replacing what was written before its release; error and verdict are computed (6.5, 7.8.6).

    Refuses, with the line: no U, no unit, a unit that does not fit the quantity, dB against a percentage, a point twice; and points
    with a criterion without a rule. Without points, `no_points` says why the certificate has none.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    _still_open(calibration, "rows")
    if not points and not no_points.strip():
        raise FieldRefused("no_points", gettext("Chưa có điểm nào; nếu giấy không có bảng điểm thì ghi vì sao."))
    if points and no_points.strip():
        raise FieldRefused("no_points", gettext("Đã có điểm thì không ghi “không có bảng điểm”."))
    if rule is None and any(p.tolerance is not None for p in points):
        raise FieldRefused("rule", gettext("Chọn quy tắc quyết định: có điểm mang tiêu chí."))
    judged, refused = tables.judge_points(points, rule)
    if refused:
        number, error = refused[0]
        raise FieldRefused("rows", gettext("Dòng %(n)s: %(why)s", n=number, why=str(error.says)))
    for old in list(calibration.points):
        db.session.delete(old)
    db.session.flush()
    calibration.rule = {NO_POINTS: no_points.strip()} if not points else rule.to_dict() if rule else None
    for position, p in enumerate(judged, 1):
        given = p.given
        db.session.add(CalibrationPoint(
            calibration_id=calibration.id, position=position, stage=given.stage, quantity=given.quantity, condition=given.condition,
            argument=given.argument, argument_unit=p.argument_unit, reference=given.reference, indicated=given.indicated, unit=p.unit,
            error=p.error, u=p.u, k=p.k, tolerance=given.tolerance, verdict=p.verdict))
    calibration.adjusted = calibration.adjusted or any(p.given.stage == tables.AS_LEFT for p in judged)
    db.session.flush()
    db.session.expire(calibration, ["points"])
    return calibration.points


def evaluate_calibration(actor: Actor, calibration: Calibration, *, evaluation: str, passed: bool) -> Calibration:
    """Write down the evaluation of a certificate against the intended use, before release (6.4.4); who and when is kept.

    Refuses "fit for use" while a point that stands (as left where there are such) fails its criterion.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    _still_open(calibration, "evaluation")
    failed = tables.summary(tables.final(calibration.points)).failed
    if passed and failed:
        raise FieldRefused("passed", gettext("%(n)s điểm không đạt tiêu chí sau hiệu chuẩn: kết luận không thể là đạt.", n=failed))
    calibration.evaluation, calibration.passed = evaluation.strip(), passed
    calibration.evaluated_at = clock.now() if evaluation.strip() else None
    calibration.evaluated_by_id = actor.id if evaluation.strip() else None
    db.session.flush()
    return calibration


def release_facts(calibration: Calibration) -> workflow.ReleaseFacts:
    """Facts of gate *calibration-evaluated*."""
    rule: dict[str, Any] = calibration.rule or {}
    return workflow.ReleaseFacts(
        calibration.instrument.code, calibration.certificate_no, calibration.evaluation, calibration.traceability,
        len(calibration.points), tables.summary(calibration.points).unjudged, str(rule.get(NO_POINTS, "")),
    )


def factor_facts(calibration: Calibration, came: Sequence[FactorSet]) -> workflow.FactorDecision:
    """Facts of gate *factors-decided*: factors are in play where the instrument has a table or this certificate brought one (`came`)."""
    needed = bool(came) or queries.has_factor_sets(calibration.instrument_id)
    return workflow.FactorDecision(
        calibration.instrument.code, calibration.certificate_no, needed, calibration.factors_decision, len(came))


def source_facts(calibration: Calibration, order: CalibrationOrder | None) -> workflow.ProviderFacts:
    """Facts of gate *provider-approved*: on the day of the order where there was one, else on the day of the calibration."""
    on = order.ordered_on if order is not None else calibration.done_on
    return provider_facts(calibration.instrument, calibration.provider, calibration.kind == "in_house", on)


def release_calibration(actor: Actor, calibration: Calibration, *, verification: str = "") -> Calibration:
    """Release an evaluated calibration: from now on it counts (6.4.4), and its order is closed.

    Refused by gates *calibration-evaluated*, *factors-decided*, *provider-approved*, *incoming-accepted*. Not fit for use, or
    found out of tolerance before an adjustment: the instrument goes out of service at once and `calibration_failed` is sent with the
    last good moment and the largest error. `verification`, where given, puts a fit instrument back into service in the same act.
    """
    authorize(actor, P.INSTRUMENT_RELEASE)
    person_id = person_of(actor)
    if calibration.released_at is not None:
        raise FieldRefused("evaluation", gettext("Hiệu chuẩn này đã duyệt rồi."))
    gates.require("calibration-evaluated", release_facts(calibration))
    decision = factor_facts(calibration, queries.sets_of_calibration(calibration.id))
    gates.require("factors-decided", decision)
    order = queries.order_of_calibration(calibration.id)
    gates.require("provider-approved", source_facts(calibration, order))
    gates.require("incoming-accepted", subject_incoming(
        gettext("Giấy chứng nhận %(no)s", no=calibration.certificate_no), "instrument", calibration.instrument_id, clock.today(),
        mark=calibration.certificate_no))
    if not decision.needed:
        calibration.factors_decision = "none"
    calibration.released_at, calibration.released_by_id = clock.now(), person_id
    if order is not None and order.status == "back":
        workflow.ORDERS.move(order, "close")
    db.session.flush()
    instrument, worst = calibration.instrument, tables.found_out(calibration.points)
    if not calibration.passed or worst is not None:
        words = gettext("Hiệu chuẩn %(no)s ngày %(day)s không đạt") if not calibration.passed else gettext(
            "Hiệu chuẩn %(no)s ngày %(day)s thấy vượt dung sai trước khi hiệu chỉnh")
        worst = worst or _largest(calibration)
        stop_use(actor, instrument, calibration.done_on,
                 words % {"no": calibration.certificate_no, "day": show_date(calibration.done_on)}, cause="calibration",
                 error=worst.error if worst else None, error_unit=tables.error_unit(worst.unit) if worst else "")
    refresh(instrument)
    if calibration.passed and verification.strip():
        set_state(actor, instrument, workflow.IN_SERVICE.code, clock.now(), verification=verification)
    return calibration


def _largest(calibration: Calibration) -> CalibrationPoint | None:
    """The point with the largest error against its tolerance, where a failed certificate says so."""
    worst: CalibrationPoint | None = tables.summary(calibration.points).worst
    return worst
