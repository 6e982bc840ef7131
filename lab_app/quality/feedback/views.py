"""Pages of feedback: the one that takes an answer without an account, and the laboratory's list, trend and analyses (8.6.2)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_

from lab_app.core import export, rates
from lab_app.core.access import current_actor, public, requires
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import nfc
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, page
from lab_app.quality.feedback import presenters, queries, rules, services
from lab_app.quality.feedback.forms import AnalysisForm, FeedbackForm
from lab_app.quality.feedback.models import Feedback
from lab_app.quality.services import subject_named

bp = Blueprint("quality_feedback", "lab_app.quality.feedback")
public_bp = Blueprint("feedback", "lab_app.quality.feedback.public")
limited = rates.limited("feedback", 10, 60)
#: The field that a person does not see and a robot fills in.
TRAP = "website"
_LONGEST_TOKEN = 1500


# ---- without an account ----------------------------------------------------------------------------------


@public_bp.after_request
def discreet(response: Response) -> Response:
    """An address that is a key is told to nobody as where the reader came from, and kept by no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _spoken() -> str | None:
    asked = request.args.get("lang")
    return asked if asked in ("vi", "en") else None


def _asked(token: str) -> services.Invitation:
    found = services.invited(token) if len(token) <= _LONGEST_TOKEN else None
    if found is None:
        abort(404)
    return found


def _page(found: services.Invitation, status: int = 200, **context: Any) -> Response:
    shown = {"errors": {}, "typed": {}, **context}
    return make_response(render_template(
        "quality/feedback_public.html", found=found, before=queries.answered(found.key), questions=rules.QUESTIONS, steps=rules.STEPS,
        trap=TRAP, spoken=_spoken(), **shown), status)


@public_bp.get("/feedback/<token>")
@public
@limited
def ask(token: str) -> Any:
    """The three questions; or thanks, where they were answered."""
    return _page(_asked(token))


@public_bp.post("/feedback/<token>")
@public
@limited
def answer(token: str) -> Any:
    """Take the answer. A robot that fills the hidden field is thanked like everybody, and nothing happens."""
    found = _asked(token)
    typed = {name: request.form.get(name, "")[:10] for name in services.SCORES} | {"words": nfc(request.form.get("words", ""))[:4000]}
    if not request.form.get(TRAP):
        try:
            services.answer(token, words=typed["words"], **{name: _score(name, typed[name]) for name in services.SCORES})
        except (FieldRefused, Refused) as refused:
            return _page(found, 422, errors={getattr(refused, "field", "words"): str(refused.message)}, typed=typed)
    return redirect(url_for("feedback.ask", token=token, lang=_spoken()))


def _score(name: str, typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        raise FieldRefused(name, gettext("Lựa chọn không có trong danh sách."))
    return int(typed)


# ---- the laboratory's own --------------------------------------------------------------------------------

COLUMNS = (
    Column("code", _l("Số"), Feedback.id), Column("customer", _l("Khách hàng")), Column("report", _l("Về phiếu")),
    Column("scores", _l("Hài lòng · đúng hẹn · giới thiệu"), css="num"), Column("words", _l("Nhận xét")),
    Column("at", _l("Trả lời"), Feedback.answered_at, css="num"),
)


def _filters() -> tuple[Filter, ...]:
    def by_score(query: Select[Any], value: str) -> Select[Any]:
        low = or_(*(getattr(Feedback, name) <= bound for name, bound in rules.LOW.items()))
        return query.where(low if value == "low" else Feedback.words != "")

    def by_way(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Feedback.way == value)

    return (
        Filter("score", gettext("Nội dung"), [("low", gettext("Điểm thấp")), ("words", gettext("Có nhận xét"))], by_score),
        Filter("way", gettext("Nhận bằng"), list(rules.WAYS.items()), by_way),
    )


@bp.get("/quality/feedback")
@requires(P.QUALITY_READ)
def feedback() -> Any:
    """The trend of two years, the analyses, and every answer, newest first."""
    filters = _filters()
    shown = listing(queries.answers(), Feedback, COLUMNS, kind="feedback", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.answers(), Feedback, shown, COLUMNS, filters, "feedback")
        heads = [gettext("Số"), gettext("Khách hàng"), gettext("Về phiếu"), gettext("Hài lòng"), gettext("Đúng hẹn"),
                 gettext("Giới thiệu"), gettext("Nhận xét"), gettext("Nhận bằng"), gettext("Trả lời"), gettext("Sự việc đã mở")]
        table = [[r.code, r.customer_name, r.subject_code, r.satisfaction, r.timeliness, r.recommend, r.words, str(rules.WAYS[r.way]),
                  r.answered_at, r.event_code] for r in rows]
        return export.as_file("feedback", heads, table)
    return page("quality/feedback.html", page=shown, trend=presenters.trend(), analyses=queries.analyses(), ways=rules.WAYS,
                figure=presenters.figure, low=rules.LOW)


@bp.route("/quality/feedback/new", methods=["GET", "POST"])
@requires(P.HOME)
def new_feedback() -> Any:
    """Write down what a customer said."""
    form = FeedbackForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            subject = _report(form.report.data or "")
            row = services.write_down(
                current_actor(), way=form.way.data, customer=form.customer.data, subject=subject, words=form.words.data or "",
                **{name: _score(name, form[name].data or "") for name in services.SCORES})
        if tried.ok:
            return done(gettext("Đã ghi %(code)s.", code=row.code),
                        "quality_feedback.feedback" if current_actor().can(P.QUALITY_READ) else "home.my_work")
    return page("quality/feedback_form.html", form=form, title=gettext("Ghi phản hồi của khách hàng"))


def _report(number: str) -> tuple[str, int, str]:
    """The report of this number; refused at its own field when there is none."""
    if not number:
        return "", 0, ""
    try:
        return subject_named("report", number)
    except FieldRefused as refused:
        raise FieldRefused("report", refused.message) from refused


@bp.route("/quality/feedback/analyses/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_analysis() -> Any:
    """Write what the answers say and what is done with it."""
    form = AnalysisForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.analyse(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi %(code)s.", code=row.code), "quality_feedback.feedback")
    return page("quality/feedback_form.html", form=form, title=gettext("Phân tích phản hồi"))
