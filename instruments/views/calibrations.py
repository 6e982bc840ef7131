"""Calibrations: recorded, evaluated, released."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments import forms, presenters, queries, services
from instruments.models import Calibration
from instruments.views.blueprint import bp, instrument_of, upload_of
from lab_app.core import files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page


@bp.route("/instruments/<code>/calibrations/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_calibration(code: str) -> Any:
    """Record a calibration and its certificate; release follows."""
    row = instrument_of(code)
    form = forms.CalibrationForm()
    if form.validate_on_submit():
        upload = upload_of(form, files.PAPERS | files.IMAGES)
        if not form.file.errors:
            facts = {name: value for name, value in form.clean().items() if name != "file"}
            with attempt(form) as tried:
                calibration = services.record_calibration(current_actor(), row, upload=upload, **facts)
            if tried.ok:
                return done(gettext("Đã ghi hiệu chuẩn. Đánh giá và duyệt để dùng."), "instruments.release", code=code,
                            id=calibration.id)
    return page("instruments/calibration_form.html", form=form, instrument=row)


@bp.route("/instruments/<code>/calibrations/<int:id>", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def release(code: str, id: int) -> Any:
    """A calibration: its facts, its evaluation, and the release that makes it count (6.4.4)."""
    row, calibration = instrument_of(code), get_or_404(Calibration, id)
    if calibration.instrument_id != row.id:
        raise NotFound(gettext("Không có hồ sơ này."))
    form = forms.ReleaseForm(data={"evaluation": calibration.evaluation, "passed": "1" if calibration.passed else "0",
                                   "version": calibration.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(calibration, form.version.data)
            services.evaluate_calibration(
                current_actor(), calibration, evaluation=form.evaluation.data, passed=form.passed.data == "1")
            if request.form.get("do") == "release":
                services.release_calibration(current_actor(), calibration)
        if tried.ok:
            return done(_after_evaluation(calibration), "instruments.instrument_page", code=code)
    return page("instruments/calibration.html", form=form, instrument=row, calibration=calibration,
                papers=queries.papers(None, [id]), valid_through=presenters.valid_through)


def _after_evaluation(calibration: Calibration) -> str:
    if calibration.released_at is None:
        return gettext("Đã lưu đánh giá; hiệu chuẩn còn chờ duyệt.")
    if not calibration.passed:
        return gettext("Đã duyệt: không đạt. Thiết bị đã ngừng sử dụng.")
    return gettext("Đã duyệt: hiệu chuẩn có hiệu lực.")
