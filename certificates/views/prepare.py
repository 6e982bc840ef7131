"""Preparing a paper: the sixteen items, what stands in the way, the draft, the issue; and amending one that stands."""
from __future__ import annotations

from typing import Any

from flask import Response, make_response, request
from flask_babel import gettext
from sqlalchemy import select

from certificates import life, rules, services, signed, workflow
from certificates.forms import REASONS, AmendForm, IssueForm
from certificates.services import printing
from certificates.views import bp
from certificates.views.register import finish_after_commit, found
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import AUTHORISED
from lab_app.core import clock
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.gates import Stop
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, error_page, or_404, page
from lab_app.samples.models import TestRequest


def wanted_request(number: str) -> TestRequest:
    """The request of this number; 404 without one."""
    return or_404(db.session.scalar(select(TestRequest).where(TestRequest.number == number)), gettext("Không có yêu cầu này."))


def _kind() -> str:
    asked = request.values.get("kind", workflow.FINAL)
    return asked if asked in workflow.KINDS else workflow.FINAL


def _simplified() -> bool:
    """Whether the paper is asked for as a simplified report; stands in the address, so that what is shown is what is signed."""
    return request.values.get("simplified") == "1"


@bp.route("/requests/<number>/report", methods=["GET", "POST"])
@requires(P.REPORT_DRAFT)
def prepare(number: str) -> Any:
    """The sixteen items of 7.8.2.1 filled or missing, the refusals with their clauses, the draft, and the button that issues."""
    wanted, kind = wanted_request(number), _kind()
    form = IssueForm(kind=kind)
    actor = current_actor()
    if request.method == "GET":
        form.kind.data = kind
        form.suggest()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation_if_typed(actor, AUTHORISED)
            report = services.issue(
                actor, wanted, kind=form.kind.data, issued_on=form.issued_on.data, not_applicable=form.reasons(),
                valid_from=form.valid_from.data, expires_on=form.expires_on.data, confirmed=confirmed, simplified=_simplified(),
            )
        if tried.ok:
            finish_after_commit(report.id)
            return done(gettext("Đã phát hành %(number)s.", number=report.number), "certificates.report_page", code=report.code)
        wanted, kind = wanted_request(number), form.kind.data
    ready = services.readiness(wanted, kind, clock.today(), actor=actor, not_applicable=form.reasons(), simplified=_simplified())
    return page(
        "certificates/prepare.html", form=form, simplified=_simplified(), request_=wanted, ready=ready, kinds=workflow.KINDS, kind=kind,
        reasons=[letter for letter in REASONS if _asks(ready, letter, form.reasons())], lost=_lost(ready), reports=ready.reports,
        machine=workflow.REPORT, may_end=life.LONGEST[wanted.kind] > 0, may_issue=actor.can(P.REPORT_ISSUE),
        box=box(actor, AUTHORISED, signed.issue(wanted.number, kind, ready.snapshot), form),
    )


def _asks(ready: services.Readiness, letter: str, typed: dict[str, str]) -> bool:
    """Whether the page asks for a reason: the records fill nothing in, or somebody has begun to give one."""
    item = next(item for item in ready.items if item.letter == letter)
    return item.missing or (letter in typed and not item.filled)


def _lost(ready: services.Readiness) -> Stop | None:
    if not ready.unprintable:
        return None
    return Stop(
        says=gettext("Phông chữ của phiếu không in được: %(found)s.", found="; ".join(ready.unprintable[:5])),
        do=gettext("Sửa chữ trong hồ sơ: một ký tự không in được sẽ thành khoảng trắng trên phiếu."),
    )


@bp.get("/requests/<number>/report/draft")
@requires(P.REPORT_DRAFT)
def draft(number: str) -> Any:
    """The paper as it would be today, watermarked, without number, code or signature."""
    wanted, kind = wanted_request(number), _kind()
    snapshot = services.preview(wanted, kind, {"n": rules.STANDARD_REASONS["n"]}, _simplified())
    db.session.rollback()
    return _shown(snapshot, f"draft-{number}.pdf")


def _shown(snapshot: dict[str, Any], name: str) -> Response:
    try:
        made = printing.drawn(snapshot)
    except printing.PaperRefused as refused:
        return error_page(422, str(refused))
    response = make_response(made)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _unchanged(plan: Any) -> Stop | None:
    if plan.changes:
        return None
    return Stop(says=gettext("Không có gì khác so với phiếu đang có nên không cần sửa đổi."))


@bp.route("/reports/<code>/amend", methods=["GET", "POST"])
@requires(P.REPORT_ISSUE)
def amend(code: str) -> Any:
    """What would differ from the paper that stands, why, and the button that issues the amended one."""
    row = found(code, whole=True)
    form = AmendForm()
    actor = current_actor()
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation(actor, AUTHORISED)
            check_version(row, form.version.data)
            report = services.amend(
                actor, row, reason=form.reason.data, reason_en=form.reason_en.data or "", issued_on=form.issued_on.data,
                not_applicable=form.reasons(), expires_on=form.expires_on.data, confirmed=confirmed,
            )
        if tried.ok:
            finish_after_commit(report.id)
            return done(gettext("Đã phát hành %(number)s.", number=report.number), "certificates.report_page", code=report.code)
        row = found(code, whole=True)
    plan = services.planned_changes(row, actor, form.reasons())
    return page(
        "certificates/amend.html", may_end=life.LONGEST[row.request.kind] > 0, form=form, report=row, plan=plan, machine=workflow.REPORT,
        stop=workflow.REPORT.stop(row, "replace") or (plan.stops[0] if plan.stops else _unchanged(plan)),
        box=box(actor, AUTHORISED, signed.amendment(row, plan.snapshot), form),
    )
