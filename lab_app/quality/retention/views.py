"""Pages of keeping: rules with the calendar of what comes due, proposals to destroy and what became of them (8.4.2)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import signatures_on
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import DECIDED, MEANINGS, METHODS
from lab_app.core import audit, clock, export, gates, history
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, or_404, page, press
from lab_app.quality.retention import calendar, queries, rules, services, workflow
from lab_app.quality.retention.forms import DecisionForm, ProposalForm, RuleForm
from lab_app.quality.retention.models import Disposal

bp = Blueprint("quality_retention", __name__)

COLUMNS = (
    Column("code", _l("Số"), Disposal.code), Column("what", _l("Đề nghị hủy")), Column("count", _l("Số tệp"), css="num"),
    Column("proposed", _l("Người đề nghị"), css="opt"), Column("decided", _l("Người quyết định"), css="opt"), Column("state",
    _l("Trạng thái")),
)
#: Files shown of a proposal; the whole list is in the export.
SHOWN = 100


@bp.get("/quality/retention", endpoint="rules")
@requires(P.QUALITY_READ)
def rules_page() -> Any:
    """How long each kind of record is kept and why, how many files it has, and in which year they may go."""
    made = calendar.retention_calendar(queries.rules_in_force(), queries.files_by_year(), clock.today().year)
    if export.asked():
        heads = [gettext("Loại hồ sơ"), gettext("Số tháng lưu"), gettext("Căn cứ"), gettext("Số tệp"), gettext("Đã hết thời hạn"),
                 *(str(year) for year in made.years), gettext("Về sau")]
        table = [[str(line.name), line.months, line.basis, line.files, line.over, *line.by_year, line.later] for line in made.lines]
        return export.as_file("retention", heads, table)
    return page("quality/retention.html", made=made, may_write=current_actor().can(P.QUALITY_WRITE))


@bp.route("/quality/retention/<kind>", methods=["GET", "POST"])
@requires(P.QUALITY_READ)
def rule_page(kind: str) -> Any:
    """The rules that held for a kind of record, and a new one."""
    if kind not in audit.watched_tables():
        raise NotFound(gettext("Không có loại hồ sơ này."))
    may_write, known = current_actor().can(P.QUALITY_WRITE), queries.rules_of(kind)
    form = RuleForm(data={"months": known[0].months, "basis": known[0].basis} if known and request.method == "GET" else None)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.set_rule(current_actor(), kind=kind, months=form.months.data, basis=form.basis.data or "")
        if tried.ok:
            return done(gettext("Đã đặt thời hạn lưu."), "quality_retention.rules")
    return page("quality/retention_rule.html", form=form, kind=kind, name=history.kind_word(kind), known=known, may_write=may_write,
                never=kind in rules.NEVER)


@bp.get("/quality/disposals")
@requires(P.QUALITY_READ)
def disposals() -> Any:
    """Proposals to destroy files, and what became of them."""
    query = queries.disposals()
    filters = [Filter("status", _l("Trạng thái"), [(s.code, s.word) for s in workflow.DISPOSAL.states], _by_status)]
    shown = listing(query, Disposal, COLUMNS, kind="disposal", filters=filters, default_sort="code")
    if export.asked():
        heads = [gettext("Số"), gettext("Loại hồ sơ"), gettext("Số tệp"), gettext("Lý do"), gettext("Người đề nghị"),
            gettext("Người quyết định"),
                 gettext("Hủy lúc"), "SHA-256"]
        table = [[r.code, str(history.kind_word(r.kind)), r.count, r.reason, r.proposed_by.full_name,
                  r.decided_by.full_name if r.decided_by else "", r.done_at, r.list_sha256]
                 for r in everything(query, Disposal, shown, COLUMNS, filters, "disposal")]
        return export.as_file("disposals", heads, table)
    return page("quality/disposals.html", page=shown, machine=workflow.DISPOSAL, kind_word=history.kind_word)


def _by_status(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Disposal.status == value)


@bp.route("/quality/disposals/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_disposal() -> Any:
    """Propose to destroy files whose time is over."""
    form = ProposalForm(data={"kind": request.args.get("kind", "")} if request.method == "GET" else None)
    known = queries.rules_in_force()
    form.kind.choices = [(kind, history.kind_word(kind)) for kind in sorted(queries.files_by_year(),
        key=lambda k: str(history.kind_word(k)))]
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.propose_disposal(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã đề nghị; chờ người khác duyệt."), "quality_retention.disposal_page", code=row.code)
    return page("quality/disposal_form.html", form=form, known=known)


def _found(code: str) -> Disposal:
    return or_404(queries.disposal_by_code(code), gettext("Không có đề nghị này."))


@bp.get("/quality/disposals/<code>")
@requires(P.QUALITY_READ)
def disposal_page(code: str) -> Any:
    """One proposal: its list, who decided, what was destroyed."""
    return _page(_found(code))


def _page(row: Disposal, form: DecisionForm | None = None) -> Any:
    actor = current_actor()
    facts, status = services.facts_of(actor, row), row.status
    deciding = actor.can(P.RECORD_DISPOSE) and status == workflow.PROPOSED
    if request.args.get("export") == "csv":
        heads = [gettext("Tệp"), gettext("Loại hồ sơ"), gettext("Hồ sơ số"), "SHA-256", gettext("Gắn lúc"), gettext("Lưu đến")]
        return export.as_csv(row.code, heads, [[i.filename, str(history.kind_word(i.subject_kind)), i.subject_id, i.sha256, i.attached_at,
            i.kept_until]
                                               for i in queries.items_of(row.id)])
    return page(
        "quality/disposal.html", row=row, form=form, machine=workflow.DISPOSAL, items=queries.items_of(row.id, SHOWN), shown=SHOWN,
        traces=queries.traces_of(row.id) if status == workflow.DONE else [], kind_word=history.kind_word, deciding=deciding,
        may_execute=actor.can(P.QUALITY_WRITE) and status in (workflow.PROPOSED, workflow.APPROVED),
        approve_stop=gates.ask("disposal-by-another", facts) if deciding else None,
        execute_stop=gates.ask("disposal-approved", facts) if status in (workflow.PROPOSED, workflow.APPROVED) else None,
        box=box(actor, DECIDED, services.shown(row), form) if deciding else None, meanings=MEANINGS, methods=METHODS,
        signatures=signatures_on({"disposal": [row.id]}), entries=audit.history("disposal", row.id, 10))


@bp.post("/quality/disposals/<code>/approve")
@requires(P.RECORD_DISPOSE)
def approve(code: str) -> Any:
    """Approve a proposal, signed."""
    row, form = _found(code), DecisionForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation_if_typed(current_actor(), DECIDED)
            services.approve_disposal(current_actor(), row, confirmed=confirmed, note=form.note.data or "")
        if tried.ok:
            return done(gettext("Đã duyệt hủy."), "quality_retention.disposal_page", code=code)
    return _page(_found(code), form)


@bp.post("/quality/disposals/<code>/refuse")
@requires(P.RECORD_DISPOSE)
def refuse(code: str) -> Any:
    """Do not approve a proposal."""
    row = _found(code)
    return press(lambda: services.refuse_disposal(current_actor(), row, note=request.form.get("note", "")),
                 gettext("Đã không duyệt; không tệp nào bị hủy."), "quality_retention.disposal_page", code=code)


@bp.post("/quality/disposals/<code>/execute")
@requires(P.QUALITY_WRITE)
def execute(code: str) -> Any:
    """Destroy what an approved proposal lists."""
    row = _found(code)
    with attempt() as tried:
        traces = services.execute_disposal(current_actor(), row)
    if not tried.ok:
        return back_with_refusal("quality_retention.disposal_page", code=code)
    return done(gettext("Đã hủy %(n)s tệp; dấu vết ở trang này.", n=len(traces)), "quality_retention.disposal_page", code=code)
