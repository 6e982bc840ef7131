"""Pages of touched work: deciding about each, naming more, noting that customers were told."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext

from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.quality import queries as quality
from lab_app.quality import subjects
from lab_app.quality.dispositions import queries, services, workflow
from lab_app.quality.dispositions.forms import DecideForm, NameForm, NoticeForm
from lab_app.quality.models import Nonconformity

bp = Blueprint("quality_dispositions", "lab_app.quality.dispositions")


def _found(code: str) -> Nonconformity:
    return or_404(quality.nonconformity_by_code(code))


@bp.route("/quality/nonconformities/<code>/affected", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def affected(code: str) -> Any:
    """Decide about the touched reports and results, one or many at once."""
    row, form = _found(code), DecideForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            made = services.decide(current_actor(), row, request.form.getlist("thing"), decision=form.decision.data or "",
                                   reason=form.reason.data or "")
        if tried.ok:
            return done(gettext("Đã quyết định %(n)s hồ sơ.", n=len(made)), "quality.nonconformity_page", code=code)
    chosen = set(request.form.getlist("thing")) if request.method == "POST" else None
    things = queries.decided(row)
    return page("quality/affected.html", form=form, row=row, things=things, decisions=workflow.DECISIONS, chosen=chosen,
                url_of=subjects.urls((one.touched.kind, one.touched.id) for one in things), word=subjects.word)


@bp.route("/quality/nonconformities/<code>/affected/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def name_affected(code: str) -> Any:
    """Name something that was touched and that the program does not find."""
    row, form = _found(code), NameForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            kind, typed = form.subject_kind.data or "", form.subject_code.data or ""
            ident = subjects.find(kind, typed)
            if ident is None:
                raise FieldRefused("subject_code", gettext("Không có hồ sơ nào mang mã này."))
            services.name_affected(current_actor(), row, subject_kind=kind, subject_id=ident, subject_code=typed, why=form.why.data or "")
        if tried.ok:
            return done(gettext("Đã thêm %(code)s.", code=typed), "quality_dispositions.affected", code=code)
    return page("quality/affected_name.html", form=form, row=row)


@bp.route("/quality/nonconformities/<code>/notices/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_notice(code: str) -> Any:
    """Note that a customer was told."""
    row = _found(code)
    owed = [one.touched for one in queries.decided(row) if one.owes_notice] if request.method == "GET" else []
    form = NoticeForm(data={"told_on": clock.today(), "customer": owed[0].customer if owed else "",
                            "papers": ", ".join(one.code for one in owed)})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.note_notice(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi việc báo khách hàng."), "quality.nonconformity_page", code=code)
    return page("quality/notice_form.html", form=form, row=row)
