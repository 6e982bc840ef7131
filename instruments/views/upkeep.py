"""Intermediate checks with their control charts, maintenance, damage, correction factors."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments import calibration_pictures as pictures
from instruments import forms, queries, services
from instruments.forms.upkeep import ChartForm, HarmForm
from instruments.models import Instrument
from instruments.rules import charts
from instruments.views.blueprint import bp, instrument_of
from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page


@bp.route("/instruments/<code>/checks/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def new_check(code: str) -> Any:
    """Record an intermediate check (6.4.10)."""
    row = instrument_of(code)
    last = next(iter(queries.checks(row.id)), None)
    form = forms.CheckForm(data={"reference": last.reference, "tolerance": last.tolerance, "unit": last.unit,
                                 "check_point": last.check_point, "done_on": clock.today()} if last else None)
    if form.validate_on_submit():
        facts = {**form.clean(), "readings": form.values}
        standard = _standard(form, facts.pop("standard_id"))
        if not form.standard_id.errors:
            with attempt(form) as tried:
                check = services.record_check(current_actor(), row, standard=standard, **facts)
            if tried.ok:
                says = gettext("Đã ghi: đạt.") if check.passed else gettext("Không đạt: thiết bị đã ngừng sử dụng.")
                return done(says, "instruments.instrument_page", code=code)
    return page("instruments/check_form.html", form=form, instrument=row, points=queries.check_points(row.id))


def _standard(form: Any, code: str) -> Instrument | None:
    if not code:
        return None
    found = queries.by_code(code)
    if found is None:
        form.standard_id.errors = [gettext("Không có thiết bị mang mã này.")]
    return found


@bp.get("/instruments/<code>/checks")
@requires(P.INSTRUMENT_READ)
def checks_page(code: str) -> Any:
    """The control chart and the table of an instrument's checks, one series a check point."""
    row = instrument_of(code)
    in_force = queries.charts_of(row.id)
    names = queries.check_points(row.id)
    chosen = request.args.get("point", names[-1] if names else "")
    checks = queries.check_series(row.id, chosen) if chosen in names else []
    series = pictures.series_of_checks(chosen, checks, in_force.get(chosen)) if checks else None
    return page("instruments/checks.html", instrument=row, names=names, chosen=chosen, series=series, rules=charts.RULES,
                signed=pictures.signed, frozen=set(in_force))


@bp.route("/instruments/<code>/checks/limits", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def freeze_chart(code: str) -> Any:
    """Freeze the limits of a control chart from a phase of checks, with the tests switched on."""
    row = instrument_of(code)
    chosen = request.args.get("point", "")
    checks = queries.check_series(row.id, chosen)
    if not checks:
        raise NotFound(gettext("Chưa có lần kiểm tra nào."))
    in_force = queries.charts_of(row.id).get(chosen)
    form = ChartForm(data={"phase_from": checks[0].done_on, "phase_to": checks[-1].done_on,
                           "rules": in_force.rules if in_force else ["1_2s", "1_3s", "2_2s"]})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.freeze_chart(current_actor(), row, check_point=chosen, **form.clean())
        if tried.ok:
            return done(gettext("Đã đóng băng giới hạn kiểm soát."), "instruments.checks_page", code=code, point=chosen)
    return page("instruments/chart_form.html", form=form, instrument=row, point=chosen, in_force=in_force,
                few=charts.FEW, least=charts.LEAST)


@bp.route("/instruments/<code>/maintenance/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_maintenance(code: str) -> Any:
    """Record maintenance, repair, damage or overload, also one that became known late."""
    row = instrument_of(code)
    form = forms.MaintenanceForm()
    if form.validate_on_submit():
        facts = {**form.clean(), "verified_before_return": form.verified_before_return.data == "1"}
        with attempt(form) as tried:
            work = services.record_maintenance(current_actor(), row, **facts)
        if tried.ok:
            return done(_after_work(work.kind), "instruments.instrument_page", code=code)
    return page("instruments/maintenance_form.html", form=form, instrument=row)


@bp.route("/instruments/<code>/harm", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def harm(code: str) -> Any:
    """Damage or overload, told by whoever saw it: out of service at once (6.4.9)."""
    row, form = instrument_of(code), HarmForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.record_maintenance(current_actor(), row, verified_before_return=False, **form.clean())
        if tried.ok:
            return done(_after_work("damage"), "instruments.instrument_page", code=code)
    return page("instruments/harm_form.html", form=form, instrument=row)


def _after_work(kind: str) -> str:
    if kind in services.HARM:
        return gettext("Đã ghi. Thiết bị đã ngừng sử dụng; các kết quả trước đó cần rà soát.")
    return gettext("Đã ghi bảo trì.")


@bp.route("/instruments/<code>/factors/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_factors(code: str) -> Any:
    """Enter a table of correction factors (6.4.11), with the certificate it came with."""
    row = instrument_of(code)
    known = {str(c.id): c for c in queries.calibrations(row.id)[:10]}
    form = forms.FactorsForm(data={"calibration_id": request.args.get("calibration", ""), "argument_unit": "MHz", "unit": "dB"})
    form.calibration_id.choices = [(key, c.certificate_no) for key, c in known.items()]
    if form.validate_on_submit():
        facts = {**form.clean(), "points": form.table}
        calibration = known.get(facts.pop("calibration_id"))
        with attempt(form) as tried:
            services.add_factor_set(current_actor(), row, calibration=calibration, **facts)
        if tried.ok:
            back = {"id": calibration.id} if calibration else {}
            return done(gettext("Đã ghi hệ số hiệu chính."), "instruments.release" if calibration else "instruments.instrument_page",
                        code=code, **back)
    return page("instruments/factors_form.html", form=form, instrument=row)
