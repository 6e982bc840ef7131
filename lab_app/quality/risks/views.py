"""Pages of risks and opportunities, and of the look at impartiality (8.5, 4.1.4)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotAllowed, NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page, press
from lab_app.quality import subjects
from lab_app.quality.risks import picture, queries, rules, services, workflow
from lab_app.quality.risks.forms import EffectForm, JudgeForm, PlanForm, ReviewForm, RiskForm
from lab_app.quality.risks.models import Risk
from lab_app.quality.subject_form import FormPages

bp = Blueprint("quality_risks", __name__)
FORMS = FormPages(_l("Rủi ro và cơ hội"), "quality_risks.risks", "quality_risks.risk_page")
COLUMNS = (
    Column("code", _l("Số"), Risk.id), Column("title", _l("Điều có thể xảy ra")), Column("topic", _l("Lĩnh vực"), css="opt"),
    Column("score", _l("Mức"), Risk.score), Column("owner", _l("Người chịu trách nhiệm"), css="opt"),
    Column("effect_on", _l("Kiểm tra hiệu lực"), css="num opt"), Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Risk.status.in_(workflow.RISK.but("closed")) if value == "unclosed" else Risk.status == value)

    def by_cell(query: Select[Any], value: str) -> Select[Any]:
        a, _, b = value.partition("x")
        return query.where(Risk.likelihood == int(a), Risk.consequence == int(b), Risk.status.in_(workflow.RISK.but("closed")))

    states = [("unclosed", gettext("Chưa đóng")), *((s.code, s.word) for s in workflow.RISK.states)]
    cells = [(f"{a}x{b}", f"{a} × {b}") for a in rules.SCALE for b in rules.SCALE]
    return (
        Filter("kind", gettext("Loại"), list(rules.KINDS.items()), lambda q, v: q.where(Risk.kind == v)),
        Filter("topic", gettext("Lĩnh vực"), list(rules.TOPICS.items()), lambda q, v: q.where(Risk.topic == v)),
        Filter("level", gettext("Mức"), list(rules.LEVELS.items()), lambda q, v: q.where(queries.at_level(v))),
        Filter("status", gettext("Trạng thái"), states, by_status), Filter("cell", gettext("Khả năng × hậu quả"), cells, by_cell),
    )


@bp.get("/quality/risks")
@requires(P.QUALITY_READ)
def risks() -> Any:
    """Risks and opportunities, newest first, with the matrix of what is not closed."""
    filters, query = _filters(), queries.risks()
    shown = listing(query, Risk, COLUMNS, kind="risk", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(query, Risk, shown, COLUMNS, filters, "risk")
        heads = [gettext("Số"), gettext("Loại"), gettext("Lĩnh vực"), gettext("Điều có thể xảy ra"), gettext("Khả năng xảy ra"),
                 gettext("Hậu quả"), gettext("Mức"), gettext("Người chịu trách nhiệm"), gettext("Biện pháp"), gettext("Kiểm tra hiệu lực"),
                 gettext("Hiệu lực"), gettext("Khả năng còn lại"), gettext("Hậu quả còn lại"), gettext("Trạng thái")]
        table = [[r.code, str(rules.KINDS[r.kind]), str(rules.TOPICS[r.topic]), r.title, r.likelihood, r.consequence,
                  str(rules.LEVELS[services.level_of(r)]), r.owner.full_name, r.treatment, r.effect_on, r.effect, r.residual_likelihood,
                  r.residual_consequence, str(workflow.RISK.state(r.status).word)] for r in rows]
        return export.as_file("risks", heads, table)
    of_kind = "opportunity" if request.args.get("kind") == "opportunity" else "risk"
    topic = request.args.get("topic", "")
    cells = picture.cells(queries.matrix(of_kind, topic), lambda a, b: url_for(
        "quality_risks.risks", cell=f"{a}x{b}", kind=of_kind, topic=topic or None))
    return page("quality/risks/risks.html", page=shown, machine=workflow.RISK, cells=cells, of_kind=rules.KINDS[of_kind],
                likelihoods=rules.LIKELIHOODS, consequences=rules.CONSEQUENCES, topics=rules.TOPICS, levels=rules.LEVELS, tones=rules.TONES,
                level_of=services.level_of, review=queries.latest_review(), today=clock.today())


def _risk(code: str) -> Risk:
    return or_404(queries.risk_by_code(code))


def _own_or_quality(row: Risk, right: P) -> None:
    if current_actor().id != row.owner_id:
        _needs(right)


def _needs(right: P) -> None:
    if not current_actor().can(right):
        raise NotAllowed(gettext("Vai trò của bạn không mở được trang này (%(right)s).", right=right.value))


@bp.route("/quality/risks/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_risk() -> Any:
    """Write a risk or an opportunity down."""
    form = RiskForm(data={name: request.args.get(name, "") for name in ("topic", "source_kind", "source_code", "kind")}
                    | {"found_on": clock.today()})
    if form.validate_on_submit():
        said = form.clean()
        owner = get_or_404(Person, int(said.pop("owner_id")))
        said["likelihood"], said["consequence"] = int(said["likelihood"]), int(said["consequence"])
        with attempt(form) as tried:
            row = services.record_risk(current_actor(), owner=owner, **said)
        if tried.ok:
            return done(gettext("Đã ghi %(code)s.", code=row.code), "quality_risks.risk_page", code=row.code)
    return FORMS.draw(form, gettext("Ghi rủi ro hoặc cơ hội"), gettext("Ghi"))


@bp.get("/quality/risks/<code>")
@requires(P.HOME)
def risk_page(code: str) -> Any:
    """One risk: how high, what is done about it, whether it helped, what may be done next."""
    row, actor = _risk(code), current_actor()
    _own_or_quality(row, P.QUALITY_READ)
    closed = row.status == "closed"
    left = None
    if row.residual_likelihood is not None and row.residual_consequence is not None:
        left = rules.level(row.residual_likelihood, row.residual_consequence)
    approve = workflow.RISK.stop(row, "approve", lambda: services.approval_facts(actor, row)) if row.status == "planned" else None
    return page(
        "quality/risks/risk_page.html", row=row, machine=workflow.RISK, kinds=rules.KINDS, topics=rules.TOPICS, answers=rules.ANSWERS,
        likelihoods=rules.LIKELIHOODS, consequences=rules.CONSEQUENCES, level=services.level_of(row), left=left, levels=rules.LEVELS,
        tones=rules.TONES, cells=picture.marked(row), may=actor.can(P.QUALITY_WRITE), own=actor.id == row.owner_id,
        may_approve=actor.can(P.RISK_APPROVE), approve_stop=approve,
        close_stop=None if closed else workflow.RISK.stop(row, "close", lambda: services.closing_facts(row)),
        source_url=subjects.url(row.source_kind, row.source_id, row.source_code), entries=audit.history("risk", row.id, 15))


@bp.route("/quality/risks/<code>/judge", methods=["GET", "POST"])
@requires(P.HOME)
def judge(code: str) -> Any:
    """Judge it anew, by the keeper of quality records or whoever approves risks."""
    row = _risk(code)
    if not current_actor().can(P.RISK_APPROVE):
        _needs(P.QUALITY_WRITE)
    form = JudgeForm(data={"likelihood": str(row.likelihood), "consequence": str(row.consequence), "owner_id": str(row.owner_id),
                           "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.judge_again(current_actor(), row, likelihood=int(form.likelihood.data), consequence=int(form.consequence.data),
                                 owner=get_or_404(Person, int(form.owner_id.data)), reason=form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_risks.risk_page", code=code)
    stop = gates.ask("risk-lowered-by-another", services.lowering_facts(current_actor(), row, "low"))
    return FORMS.draw(form, gettext("Đánh giá lại %(code)s", code=code), gettext("Ghi"), row, hint=str(stop.says) if stop else "")


@bp.route("/quality/risks/<code>/plan", methods=["GET", "POST"])
@requires(P.HOME)
def plan(code: str) -> Any:
    """What is done about it, by its owner or the keeper of quality records."""
    row = _risk(code)
    _own_or_quality(row, P.QUALITY_WRITE)
    form = PlanForm(obj=row)
    form.answer.choices = [(key, rules.ANSWERS[key]) for key in rules.ANSWERS_OF[row.kind]]
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.plan_treatment(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi biện pháp."), "quality_risks.risk_page", code=code)
    return FORMS.draw(form, gettext("Biện pháp xử lý %(code)s", code=code), gettext("Ghi biện pháp"), row)


@bp.route("/quality/risks/<code>/effect", methods=["GET", "POST"])
@requires(P.HOME)
def effect(code: str) -> Any:
    """What the treatment did."""
    row = _risk(code)
    _own_or_quality(row, P.QUALITY_WRITE)
    form = EffectForm(data={"version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.check_effect(current_actor(), row, likelihood=int(form.likelihood.data), consequence=int(form.consequence.data),
                                  effect=form.effect.data)
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_risks.risk_page", code=code)
    return FORMS.draw(form, gettext("Kiểm tra hiệu lực %(code)s", code=code), gettext("Ghi"), row)


@bp.post("/quality/risks/<code>/approve")
@requires(P.RISK_APPROVE)
def approve(code: str) -> Any:
    """Approve the treatment, as another person than its owner."""
    row = _risk(code)
    return press(lambda: services.approve_treatment(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã duyệt."), "quality_risks.risk_page", seen=row, code=code)


@bp.post("/quality/risks/<code>/moves/<move>")
@requires(P.QUALITY_WRITE)
def move(code: str, move: str) -> Any:
    """Close it, or open it again, with the reason."""
    row, acts = _risk(code), {"close": services.close_risk, "reopen": services.reopen_risk}
    if move not in acts:
        raise NotFound(gettext("Không có hồ sơ này."))
    return press(lambda: acts[move](current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã ghi."), "quality_risks.risk_page", seen=row, code=code)


# ---- impartiality --------------------------------------------------------------------------------------------------


@bp.get("/quality/risks/impartiality")
@requires(P.QUALITY_READ)
def reviews() -> Any:
    """The looks for risks to impartiality, newest first."""
    return page("quality/risks/reviews.html", found=queries.reviews(), today=clock.today())


@bp.route("/quality/risks/impartiality/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_review() -> Any:
    """Look for risks to impartiality again."""
    form = ReviewForm(data={"done_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.review_impartiality(current_actor(), answers={key: form[key].data for key in rules.QUESTIONS},
                                               **form.clean("done_on", "conclusion", "next_on"))
        if tried.ok:
            return done(gettext("Đã ghi %(code)s.", code=row.code), "quality_risks.review_page", code=row.code)
    return FORMS.draw(form, gettext("Xem xét tính khách quan"), gettext("Ghi"),
                      hint=gettext("Rủi ro tìm thấy thì ghi vào danh sách rủi ro, lĩnh vực tính khách quan (4.1.4, 4.1.5)."))


@bp.get("/quality/risks/impartiality/<code>")
@requires(P.QUALITY_READ)
def review_page(code: str) -> Any:
    """One look: its questions and answers."""
    row = or_404(queries.review_by_code(code))
    return page("quality/risks/review_page.html", row=row, questions=rules.QUESTIONS)
