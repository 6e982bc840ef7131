"""Pages of drills: the list with its trend, the plan, one drill with its clock, one enterprise, the paper."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates.drills import copying, papers, queries, services, workflow
from certificates.drills.forms import EnterpriseForm, FileForm, PlanForm
from certificates.models import DrillCustomer, RecallDrill
from certificates.recall import queries as recall_queries
from certificates.recall import workflow as recall_workflow
from certificates.views.recall_papers import lab, pdf
from lab_app.accounts.queries import signatures_on
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import DECIDED, MEANINGS, METHODS
from lab_app.core import audit, clock, export, jobs
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.i18n import show_date
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.plot_bars import Bar, Bars
from lab_app.core.web import after_commit, attempt, back_with_refusal, check_version, done, or_404, page

bp = Blueprint("recall_drills", __name__)

COLUMNS = (
    Column("code", _l("Số"), RecallDrill.id), Column("instrument", _l("Thiết bị, tình huống")),
    Column("found", _l("Tìm thấy")), Column("took", _l("Thời gian")),
    Column("status", _l("Trạng thái"), RecallDrill.status),
)


def took_text(row: RecallDrill) -> str:
    """How long it took, in minutes and seconds; empty before the end."""
    whole = services.seconds(row)
    return gettext("%(m)s phút %(s)s giây", m=whole // 60, s=whole % 60) if row.finished_at else ""


def trend() -> Bars:
    """The drills that were filed, the oldest first: minutes from the list to the last enterprise."""
    rows = list(reversed(queries.filed(8)))
    return Bars(gettext("Phút đến doanh nghiệp cuối, từng lần diễn tập"), [
        Bar(gettext("%(code)s · %(day)s · %(instrument)s", code=row.code, day=show_date(row.filed_at), instrument=row.instrument.code),
            Decimal(services.seconds(row)) / 60,
            gettext("%(took)s, mục tiêu %(aim)s phút", took=took_text(row), aim=row.target_minutes),
            "ok" if services.on_time(row) else "bad") for row in rows])


@bp.get("/recall-drills")
@requires(P.QUALITY_READ)
def drills() -> Any:
    """All drills, newest first, and how they compare."""
    filters = [Filter("status", gettext("Trạng thái"), [(s.code, s.word) for s in workflow.DRILL.states],
                      lambda q, v: q.where(RecallDrill.status == v))]
    shown = listing(queries.drills(), RecallDrill, COLUMNS, kind="recall-drill", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.drills(), RecallDrill, shown, COLUMNS, filters, "recall-drill")
        heads = [gettext("Số"), gettext("Thiết bị"), gettext("Bắt đầu"), gettext("Số đo"), gettext("Phiếu"), gettext("Doanh nghiệp"),
                 gettext("Giây"), gettext("Mục tiêu, phút"), gettext("Trạng thái"), gettext("Khoảng trống"), gettext("Kết luận")]
        table = [[r.code, r.instrument.code, r.started_at, r.counts.get("readings", 0), r.counts.get("reports", 0),
                  r.counts.get("enterprises", 0), services.seconds(r) or "", r.target_minutes,
                  str(workflow.DRILL.state(r.status).word), r.gaps, r.conclusion] for r in rows]
        return export.as_file("recall-drills", heads, table)
    return page("certificates/drills.html", page=shown, machine=workflow.DRILL, took=took_text, on_time=services.on_time, trend=trend(),
                due=services.due_on(), today=clock.today(), may_write=current_actor().can(P.QUALITY_WRITE))


@bp.route("/recall-drills/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_drill() -> Any:
    """Plan a drill."""
    form = PlanForm(data={"target_minutes": 240, "instrument": request.args.get("instrument", "")})
    if form.validate_on_submit():
        with attempt(form) as tried:
            typed = form.clean()
            instrument = recall_queries.instrument_named(typed.pop("instrument"))
            if instrument is None:
                raise FieldRefused("instrument", gettext("Không có thiết bị nào mang mã này."))
            row = services.plan(current_actor(), instrument, **typed)
        if tried.ok:
            return done(gettext("Đã lập %(code)s.", code=row.code), "recall_drills.drill", code=row.code)
    return page("certificates/drill_form.html", form=form)


def found(code: str) -> RecallDrill:
    """The drill of this address or the 404 page."""
    return or_404(queries.drill(code), gettext("Không có lần diễn tập này."))


@bp.get("/recall-drills/<code>")
@requires(P.QUALITY_READ)
def drill(code: str) -> Any:
    """One drill: the clock, the list, who did what, what may be done."""
    return _page(found(code), FileForm())


def _page(row: RecallDrill, form: FileForm) -> Any:
    actor = current_actor()
    if request.method == "GET":
        form.version.data = row.version
    return page(
        "certificates/drill.html", drill=row, form=form, machine=workflow.DRILL, decisions=recall_workflow.DECISIONS, took=took_text(row),
        on_time=services.on_time(row), earlier=[one for one in queries.filed(6) if one.id != row.id][:5], took_of=took_text,
        box=box(actor, DECIDED, services.shown(row), form), may_write=actor.can(P.QUALITY_WRITE),
        signatures=signatures_on({"recall-drill": [row.id]}), meanings=MEANINGS, methods=METHODS,
        entries=audit.history("recall-drill", row.id, 8), has_copy=copying.exists(row.code),
    )


@bp.post("/recall-drills/<code>/start")
@requires(P.QUALITY_WRITE)
def start(code: str) -> Any:
    """Make the copy and let the clock run."""
    row = found(code)
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.start(current_actor(), row)
    if tried.ok:
        key = services.job_key(row)
        after_commit(lambda: jobs.run_key(key))
        return done(gettext("Đã bắt đầu: đồng hồ chạy khi có danh sách."), "recall_drills.drill", code=code)
    return back_with_refusal("recall_drills.drill", code=code)


def _customer(row: RecallDrill, ident: int) -> DrillCustomer:
    return or_404(next((c for c in row.customers if c.id == ident), None), gettext("Không có doanh nghiệp này trong lần diễn tập."))


@bp.post("/recall-drills/<code>/customers/<int:id>/take")
@requires(P.QUALITY_WRITE)
def take(code: str, id: int) -> Any:
    """Begin with an enterprise."""
    one = _customer(found(code), id)
    with attempt() as tried:
        services.take(current_actor(), one)
    if not tried.ok:
        return back_with_refusal("recall_drills.drill", code=code)
    return done(gettext("Đã nhận %(name)s; đồng hồ của doanh nghiệp này chạy.", name=one.name), "recall_drills.customer", code=code, id=id)


@bp.route("/recall-drills/<code>/customers/<int:id>", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def customer(code: str, id: int) -> Any:
    """One enterprise: its papers, the decision, whether it could be reached."""
    row = found(code)
    one, form = _customer(row, id), EnterpriseForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(one, form.version.data)
            services.settle(current_actor(), one, **form.clean())
        if tried.ok:
            return done(gettext("Đã xong %(name)s.", name=one.name), "recall_drills.drill", code=code)
        row = found(code)
        one = _customer(row, id)
    if request.method == "GET":
        form.version.data = one.version
    return page("certificates/drill_customer.html", drill=row, one=one, form=form, machine=workflow.DRILL, reader_id=current_actor().id,
                decisions=recall_workflow.DECISIONS)


@bp.post("/recall-drills/<code>/finish")
@requires(P.QUALITY_WRITE)
def finish(code: str) -> Any:
    """The last enterprise was reached."""
    row = found(code)
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.finish(current_actor(), row)
    if not tried.ok:
        return back_with_refusal("recall_drills.drill", code=code)
    return done(gettext("Đồng hồ đã dừng: %(took)s.", took=took_text(row)), "recall_drills.drill", code=code)


@bp.post("/recall-drills/<code>/file")
@requires(P.QUALITY_WRITE)
def file(code: str) -> Any:
    """Sign, file, take the copy away."""
    row, form = found(code), FileForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation(current_actor(), DECIDED)
            check_version(row, form.version.data)
            services.file(current_actor(), row, gaps=form.gaps.data or "", conclusion=form.conclusion.data or "", confirmed=confirmed)
        if tried.ok:
            after_commit(lambda: copying.remove(code))
            return done(gettext("Đã lưu %(code)s làm bằng chứng; bản sao dữ liệu đã xóa.", code=code), "recall_drills.drill", code=code)
        row = found(code)
    return _page(row, form)


@bp.post("/recall-drills/<code>/drop")
@requires(P.QUALITY_WRITE)
def drop(code: str) -> Any:
    """Give the drill up."""
    row = found(code)
    with attempt() as tried:
        services.drop(current_actor(), row, request.form.get("reason", ""))
    if not tried.ok:
        return back_with_refusal("recall_drills.drill", code=code)
    after_commit(lambda: copying.remove(code))
    return done(gettext("Đã bỏ %(code)s.", code=code), "recall_drills.drill", code=code)


@bp.get("/recall-drills/<code>/paper.pdf")
@requires(P.QUALITY_READ)
def paper(code: str) -> Any:
    """The filed drill on the laboratory's paper."""
    row = found(code)
    if row.status != workflow.FILED:
        raise NotFound(gettext("Chưa lưu nên chưa có bản in."))
    evidence, by, at = row.evidence, row.filed_by.full_name if row.filed_by else "", row.filed_at
    letterhead = lab()
    db.session.rollback()
    return pdf(papers.drill_paper(evidence, by, at, letterhead), code)
