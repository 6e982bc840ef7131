"""Intermediate checks, maintenance, correction factors."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext

from instruments import forms, queries, services
from instruments.views.blueprint import bp, instrument_of
from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page


@bp.route("/instruments/<code>/checks/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def new_check(code: str) -> Any:
    """Record an intermediate check (6.4.10)."""
    row = instrument_of(code)
    last = next(iter(queries.checks(row.id)), None)
    form = forms.CheckForm(data={"reference": last.reference, "tolerance": last.tolerance, "unit": last.unit,
                                 "done_on": clock.today()} if last else None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check = services.record_check(current_actor(), row, **form.clean())
        if tried.ok:
            says = gettext("Đã ghi: đạt.") if check.passed else gettext("Không đạt: thiết bị đã ngừng sử dụng.")
            return done(says, "instruments.instrument_page", code=code)
    return page("instruments/check_form.html", form=form, instrument=row)


@bp.route("/instruments/<code>/maintenance/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_maintenance(code: str) -> Any:
    """Record maintenance or repair, also one that became known late."""
    row = instrument_of(code)
    form = forms.MaintenanceForm()
    if form.validate_on_submit():
        facts = {**form.clean(), "verified_before_return": form.verified_before_return.data == "1"}
        with attempt(form) as tried:
            services.record_maintenance(current_actor(), row, **facts)
        if tried.ok:
            return done(gettext("Đã ghi bảo trì."), "instruments.instrument_page", code=code)
    return page("instruments/maintenance_form.html", form=form, instrument=row)


@bp.route("/instruments/<code>/factors/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_factors(code: str) -> Any:
    """Enter a table of correction factors (6.4.11)."""
    row = instrument_of(code)
    form = forms.FactorsForm()
    if form.validate_on_submit():
        facts = {**form.clean(), "points": form.table}
        with attempt(form) as tried:
            services.add_factor_set(current_actor(), row, **facts)
        if tried.ok:
            return done(gettext("Đã ghi hệ số hiệu chính."), "instruments.instrument_page", code=code)
    return page("instruments/factors_form.html", form=form, instrument=row)
