"""Calibrations: recorded, their points, evaluated, released; what they found over the years."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments import calibration_pictures as pictures
from instruments import forms, presenters, queries, services, wording, workflow
from instruments.forms.calibrations import BLANK_ROWS, CorrectionForm, PointRow, PointsForm, cells_of
from instruments.models import Calibration, CalibrationOrder, CalibrationPoint, Instrument
from instruments.rules import points as tables
from instruments.rules.points import PointIn
from instruments.views.blueprint import bp, instrument_of, upload_of
from lab_app.core import clock, files, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.i18n import lang, show_date
from lab_app.core.permissions import P
from lab_app.core.quantity import format_decimal
from lab_app.core.web import attempt, check_version, done, page
from lab_app.quality.models import Supplier
from lab_app.quality.queries import approved_suppliers


def providers() -> dict[str, Supplier]:
    """Suppliers approved for calibration today, by key as a form sends it."""
    return {str(s.id): s for s in approved_suppliers("calibration", clock.today(), clock.now())}


def _order(row: Instrument) -> CalibrationOrder | None:
    """The order that a certificate typed now belongs to: the one whose instrument is back and has none yet."""
    found = queries.open_order(row.id)
    return found if found is not None and found.status == "back" and found.calibration_id is None else None


@bp.route("/instruments/<code>/calibrations/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_calibration(code: str) -> Any:
    """Record a calibration and its certificate; its points, evaluation and release follow."""
    row = instrument_of(code)
    order, known = _order(row), providers()
    if order is not None and order.provider is not None:
        known.setdefault(str(order.provider_id), order.provider)
    form = forms.CalibrationForm(data={"provider_id": str(order.provider_id or "") if order else "", "interval_months": 12, "passed": True})
    form.provider_id.choices = [(key, s.name) for key, s in known.items()]
    if form.validate_on_submit():
        upload = upload_of(form, files.PAPERS | files.IMAGES)
        if not form.file.errors:
            facts = {name: value for name, value in form.clean().items() if name not in ("file", "provider_id")}
            with attempt(form) as tried:
                calibration = services.record_calibration(
                    current_actor(), row, upload=upload, order=order, provider=known.get(form.provider_id.data), **facts)
            if tried.ok:
                return done(gettext("Đã ghi hiệu chuẩn. Nhập bảng điểm, đánh giá rồi duyệt để dùng."), "instruments.release", code=code,
                            id=calibration.id)
    return page("instruments/calibration_form.html", form=form, instrument=row, order=order)


def _calibration(row: Instrument, ident: int) -> Calibration:
    found = queries.calibration_with_points(ident)
    if found is None or found.instrument_id != row.id:
        raise NotFound(gettext("Không có hồ sơ này."))
    return found


@bp.route("/instruments/<code>/calibrations/<int:id>", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def release(code: str, id: int) -> Any:
    """A calibration: its facts, points and picture, its evaluation, and the release that makes it count (6.4.4)."""
    row = instrument_of(code)
    calibration = _calibration(row, id)
    form = forms.ReleaseForm(data={
        "evaluation": calibration.evaluation, "passed": "1" if calibration.passed else "0", "version": calibration.version,
        "factors_decision": calibration.factors_decision, "factors_note": calibration.factors_note})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(calibration, form.version.data)
            _evaluated(calibration, form)
            if request.form.get("do") == "release":
                services.release_calibration(current_actor(), calibration, verification=form.verification.data or "")
        if tried.ok:
            return done(_after_evaluation(calibration), "instruments.instrument_page", code=code)
    return page("instruments/calibration.html", form=form, instrument=row, calibration=calibration, **_shown(row, calibration))


def _evaluated(calibration: Calibration, form: Any) -> None:
    actor = current_actor()
    services.evaluate_calibration(actor, calibration, evaluation=form.evaluation.data, passed=form.passed.data == "1")
    if form.factors_decision.data and form.factors_decision.data != "none":
        services.decide_factors(actor, calibration, decision=form.factors_decision.data, note=form.factors_note.data or "")


def _shown(row: Instrument, calibration: Calibration) -> dict[str, Any]:
    sets, order = queries.sets_of_calibration(calibration.id), queries.order_of_calibration(calibration.id)
    decision = services.factor_facts(calibration, sets)
    released = calibration.released_at is not None
    stop = None if released else gates.first_stop(
        ("calibration-evaluated", services.release_facts(calibration)), ("factors-decided", decision),
        ("provider-approved", services.source_facts(calibration, order)))
    quantities = list(dict.fromkeys(p.quantity for p in calibration.points))
    return {
        "papers": queries.papers(None, [calibration.id]), "valid_through": presenters.valid_through, "stop": stop,
        "order": order, "summary": tables.summary(calibration.points),
        "needed": {r.quantity: (r.u, r.u_unit) for r in row.ranges if r.u is not None},
        "plots": pictures.over_argument(calibration.points), "verdict_state": pictures.verdict_state, "signed": pictures.signed,
        "error_unit": tables.error_unit, "stages": tables.STAGES, "decision": decision, "sets": sets, "quantities": quantities,
        "names": wording.quantity, "place": pictures.place,
        "no_points": (calibration.rule or {}).get(services.NO_POINTS, ""), "rule_words": wording.rule_words(calibration.rule),
        "awaiting": row.state in (workflow.AWAITING_RELEASE.code, workflow.IN_CALIBRATION.code),
    }


def _after_evaluation(calibration: Calibration) -> str:
    if calibration.released_at is None:
        return gettext("Đã lưu đánh giá; hiệu chuẩn còn chờ duyệt.")
    if not calibration.passed:
        return gettext("Đã duyệt: không đạt. Thiết bị đã ngừng sử dụng.")
    return gettext("Đã duyệt: hiệu chuẩn có hiệu lực.")


def _number(value: Any) -> str:
    return "" if value is None else format_decimal(value, lang(), thousands=False).replace("\u2212", "-")


def _stored(p: CalibrationPoint) -> PointIn:
    """A stored point as it would be typed; its U is in the unit of its error."""
    return PointIn(p.quantity, p.reference, p.indicated, p.unit, p.u, tables.error_unit(p.unit), p.k, p.argument, p.argument_unit,
                   p.tolerance, p.stage, p.condition)


def _points_form(row: Instrument, calibration: Calibration, quantity: str) -> PointsForm:
    mine = [p for p in calibration.points if p.quantity == quantity]
    rule = calibration.rule or {}
    data: dict[str, Any] = {"quantity": quantity, "rows": cells_of(mine, {"number": _number}), "rule": rule.get("kind", "simple"),
                            "no_points": rule.get(services.NO_POINTS, ""), "version": calibration.version}
    if mine:
        data |= {"unit": mine[0].unit, "u_unit": tables.error_unit(mine[0].unit), "argument_unit": mine[0].argument_unit}
    data["rows"] += [{}] * BLANK_ROWS
    return PointsForm(data=data)


def _reread(form: PointsForm) -> PointsForm:
    """The form again, the pasted lines as rows with what is wrong beside each cell; nothing is saved."""
    rows, refused = form.read(), form.pasted.errors
    data = {name: field.data for name, field in form._fields.items() if name not in ("rows", "csrf_token")}
    again = PointsForm(formdata=None, data={**data, "pasted": "" if not refused else form.pasted.data,
                                            "rows": rows + [{}] * BLANK_ROWS})
    again.pasted.errors = refused
    again.points()
    return again


@bp.route("/instruments/<code>/calibrations/<int:id>/points", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def points(code: str, id: int) -> Any:
    """The points of one quantity: typed in rows or pasted from a spreadsheet, read row by row, saved when all is well."""
    row = instrument_of(code)
    calibration = _calibration(row, id)
    first = [p.quantity for p in calibration.points] or [r.quantity for r in row.ranges] or [""]
    form = _points_form(row, calibration, request.args.get("quantity") or first[0])
    status = 200
    if form.is_submitted() and request.form.get("do") == "read":
        form = _reread(form)
        status = 422 if form.pasted.errors else 200
    elif form.validate_on_submit():
        given = form.points()
        if (form.pasted.data or "").strip():
            form.pasted.errors = [gettext("Bảng dán chưa đọc; bấm “Đọc bảng đã dán” trước khi lưu.")]
        if not form.rows_refused and not form.pasted.errors:
            others = [_stored(p) for p in calibration.points if p.quantity != form.quantity.data]
            with attempt(form) as tried:
                check_version(calibration, form.version.data)
                services.set_points(current_actor(), calibration, others + given, form.decision_rule(), no_points=form.no_points.data or "")
            if tried.ok:
                return done(gettext("Đã lưu bảng điểm."), "instruments.release", code=code, id=id)
        status = 422
    elif form.errors:
        status = 422
    return page("instruments/points_form.html", status=status, form=form, instrument=row, calibration=calibration,
                columns=[n for n in PointRow()._fields if n not in ("unit", "u_unit", "argument_unit")])


@bp.route("/instruments/<code>/calibrations/<int:id>/corrections", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def corrections(code: str, id: int) -> Any:
    """A correction table from the certificate's points, one click: correction = −error (6.4.11)."""
    row = instrument_of(code)
    calibration = _calibration(row, id)
    names = list(dict.fromkeys(p.quantity for p in calibration.points if p.argument is not None))
    form = CorrectionForm(data={"quantity": names[0] if names else "", "label": calibration.certificate_no})
    form.quantity.choices = [(n, wording.quantity(n)) for n in names]
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.factors_from_points(current_actor(), calibration, **form.clean())
        if tried.ok:
            return done(gettext("Đã lập bảng hệ số từ các điểm."), "instruments.release", code=code, id=id)
    return page("instruments/corrections_form.html", form=form, instrument=row, calibration=calibration)


@bp.get("/instruments/<code>/calibrations")
@requires(P.INSTRUMENT_READ)
def calibrations_page(code: str) -> Any:
    """Every calibration and order of an instrument, and what they found over the years."""
    row = instrument_of(code)
    rows = queries.calibrations(row.id)
    courses = pictures.courses(queries.points_of(row.id), request.args.get("at", ""))
    return page(
        "instruments/calibrations.html", instrument=row, calibrations=rows, orders=queries.orders_of(row.id), courses=courses,
        states=pictures.states_of(rows, clock.today()), order_state=workflow.ORDERS.state, signed=pictures.signed,
        valid_through=presenters.valid_through, show_date=show_date, open_orders=workflow.OPEN_ORDERS,
    )
