"""What people said of a computed verdict: overrides proposed and answered, old results judged again (7.8.6.1, 7.5.2)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import gates
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.gates import Stop
from lab_app.core.paging import Column, Filter, Page, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, get_or_404, page
from lab_app.results import loading, presenters, services
from lab_app.results.forms.deciding import AnswerForm, OverrideForm, RejudgeForm
from lab_app.results.models import JobLine, Rejudgement, VerdictOverride
from lab_app.results.models.overrides import CONFIRMED
from lab_app.results.queries import overrides as overrides_
from lab_app.results.queries import rejudgements as queries
from lab_app.results.rejudging import judge_again
from lab_app.results.services.overriding import OVERRIDABLE, confirmation_facts
from lab_app.results.views import bp
from test_methods.models import DecisionRule, Regulation, Requirement
from test_methods.queries import regulations, requirements, rule_by_code, rules_offered


@dataclass
class Said:
    """Proposals and re-judgements on one line, and what this person may do about them."""

    line: JobLine
    overrides: Sequence[VerdictOverride] = ()
    rejudgements: Sequence[Rejudgement] = ()
    standing: str = ""
    waiting: VerdictOverride | None = None
    stop: Stop | None = None
    may_propose: bool = False
    may_answer: bool = False
    mine: bool = False
    form: OverrideForm | None = None
    answer: AnswerForm = field(default_factory=lambda: AnswerForm(formdata=None))

    @property
    def overridden(self) -> bool:
        """Whether another verdict than the computed one stands."""
        return bool(self.line.reading is not None and self.standing and self.standing != self.line.reading.verdict)


def said_of(line: JobLine, actor: Actor, form: OverrideForm | None = None, answer: AnswerForm | None = None) -> Said:
    """What was said of a line's results; two statements, and two more while a proposal waits for this person."""
    rows = overrides_.overrides_of([line.id])
    reading = line.reading
    own = [o for o in rows if reading is not None and o.reading_id == reading.id]
    confirmed = next((o.verdict for o in own if o.answer is not None and o.answer.answer == CONFIRMED), "")
    standing = confirmed or (reading.verdict if reading is not None else "")
    waiting = next((o for o in own if o.answer is None), None)
    said = Said(line, rows, queries.rejudgements_of([line.id]), standing, waiting)
    may_judge = actor.can(P.RESULT_REVIEW) or actor.can(P.RESULT_WRITE)
    open_to_words = reading is not None and line.status in OVERRIDABLE and reading.observation not in ("NA", "NT")
    said.may_propose = may_judge and waiting is None and open_to_words
    if waiting is not None:
        said.mine = actor.id == waiting.proposed_by_id
        said.may_answer = actor.can(P.RESULT_REVIEW) and not said.mine
        if said.may_answer:
            said.stop = gates.ask("override-by-second-person", confirmation_facts(actor, waiting))
    said.form = form or (OverrideForm(formdata=None) if said.may_propose else None)
    said.answer = answer or said.answer
    return said


@bp.post("/lines/<int:id>/override")
@requires(P.JOB_READ)
def propose_override(id: int) -> Any:
    """Propose another verdict for a line's result."""
    from lab_app.results.views.lines import show_line

    line, form = loading.line_or_404(id), OverrideForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.propose_override(current_actor(), line, form.verdict.data or "", form.reason.data or "")
        if tried.ok:
            return done(gettext("Đã ghi đề nghị; kết luận chỉ đổi khi người thứ hai xác nhận."), "results.line_page", id=id,
                        _anchor="override")
    return show_line(id, form=form)


def _override(ident: int) -> VerdictOverride:
    return get_or_404(VerdictOverride, ident)


@bp.post("/overrides/<int:id>/answer")
@requires(P.JOB_READ)
def answer_override(id: int) -> Any:
    """Confirm, decline or withdraw a proposal."""
    from lab_app.results.views.lines import show_line

    override, form = _override(id), AnswerForm()
    line_id, do = override.line_id, request.form.get("do", "")
    acts = {"confirm": services.confirm_override, "decline": services.decline_override, "withdraw": services.withdraw_override}
    if do not in acts:
        raise NotFound(gettext("Không có việc này."))
    if form.validate_on_submit():
        with attempt(form) as tried:
            acts[do](current_actor(), override, form.note.data or "")
        if tried.ok:
            said = {"confirm": gettext("Đã xác nhận: kết luận đề nghị đứng từ bây giờ."),
                    "decline": gettext("Đã ghi không đồng ý: kết luận theo quy tắc vẫn đứng."), "withdraw": gettext("Đã rút đề nghị.")}
            return done(said[do], "results.line_page", id=line_id, _anchor="override")
    return show_line(line_id, answer=form)


# ---- old results judged again --------------------------------------------------------------------------


def filed_page() -> Page:
    """All re-judgements, newest first."""
    return listing(queries.filed(), Rejudgement, [
        Column("line", gettext("Kết quả")), Column("requirement", gettext("Xét lại theo")), Column("before", gettext("Kết luận khi đo")),
        Column("verdict", gettext("Kết luận xét lại")), Column("id", gettext("Ngày ghi"), Rejudgement.id),
    ], default_sort="id")


@bp.get("/rejudgements")
@requires(P.JOB_READ)
def rejudgements() -> Any:
    """Old results judged again so far."""
    return page("results/rejudgements.html", page=filed_page(), show=presenters, may=current_actor().can(P.RESULT_REVIEW))


@bp.get("/rejudgements/new")
@requires(P.JOB_READ)
def choose_rejudgement() -> Any:
    """Choose an edition, then which old results its requirements speak of."""
    editions = regulations()
    wanted = request.args.get("edition", "")
    edition: Regulation | None = next((r for r in editions if str(r.id) == wanted), None)
    rows = requirements(edition.id) if edition is not None else []
    return page(
        "results/rejudge_choose.html", editions=editions, edition=edition, rows=rows, sources=queries.sources(rows), show=presenters,
        measured=queries.measured_requirements() if rows else [])


@dataclass(frozen=True)
class Again:
    """One old result and what it would be called."""

    line: JobLine
    shown: Any
    verdict: Any
    why: str
    margin: str
    changed: bool
    stop: Stop | None
    filed: bool


def _requirement(ident: int) -> Requirement:
    return get_or_404(Requirement, ident)


def _rule(code: str) -> DecisionRule | None:
    return rule_by_code(code) if code else None


@bp.route("/rejudgements/<int:to>/<int:source>", methods=["GET", "POST"])
@requires(P.JOB_READ)
def rejudge(to: int, source: int) -> Any:
    """Old results of one requirement beside what the other edition's limit, or another rule, would make of them."""
    target, measured = _requirement(to), _requirement(source)
    form = RejudgeForm() if request.method == "POST" else RejudgeForm(formdata=None)
    if form.validate_on_submit():
        idents = [int(i) for i in request.form.getlist("line") if i.isdecimal()]
        rule = _rule(form.rule.data or "")
        with attempt(form) as tried:
            made = services.rejudge_lines(
                current_actor(), queries.lines_by_id(source, idents), target, rule, form.reason.data or "")
        if tried.ok:
            return done(gettext("Đã ghi %(n)s kết quả xét lại; kết luận khi đo vẫn giữ nguyên.", n=len(made)), "results.rejudgements")
        target, measured = _requirement(to), _requirement(source)
    return _rejudge_page(target, measured, form)


def _rejudge_page(target: Requirement, measured: Requirement, form: RejudgeForm) -> Any:
    offered = rules_offered()
    chosen = request.form.get("rule") or request.args.get("rule", "")
    rule = next((r for r in offered if r.code == chosen), None)
    form.rule.data = rule.code if rule is not None else ""
    shown = listing(queries.measured_lines(measured.id), JobLine, [
        Column("id", gettext("Kết quả"), JobLine.id), Column("value", gettext("Kết quả ± U"), css="num"),
        Column("old", gettext("Kết luận khi đo")), Column("new", gettext("Xét lại")), Column("margin", gettext("Dư địa mới"), css="num"),
    ], filters=[Filter("rule", gettext("Quy tắc"), [(r.code, r.code) for r in offered], lambda query, _value: query)], default_sort="id")
    seen = {r.reading_id: r for r in queries.rejudgements_of([line.id for line in shown.rows])
            if r.requirement_id == target.id and r.limit == target.limit}
    shown.rows = [_again(line, target, rule, seen) for line in shown.rows if line.reading is not None]
    changed = sum(1 for row in shown.rows if row.changed)
    return page(
        "results/rejudge.html", form=form, page=shown, target=target, measured=measured, rule=rule, show=presenters, changed=changed,
        may=current_actor().can(P.RESULT_REVIEW), ticked=set(request.form.getlist("line")))


def _again(line: JobLine, target: Requirement, rule: DecisionRule | None, seen: dict[int, Rejudgement]) -> Again:
    reading = line.reading
    assert reading is not None
    definition = rule.definition if rule is not None else line.rule
    found = judge_again(line, reading, target.limit, target.confirmed_on is not None, definition)
    stop = gates.ask("rejudgement-of-standing-result", services.rejudgement_facts(line, reading, target, rule, found))
    decision = found.outcome.decision if found.outcome is not None else None
    filed = seen.get(reading.id)
    code = rule.code if rule is not None else line.rule_code
    return Again(
        line, presenters.shown_reading(line, reading), presenters.verdict(str(found.verdict)), str(presenters.reason_words(found.why)),
        presenters.number(decision.margin) if decision is not None and decision.margin is not None else "",
        str(found.verdict) != reading.verdict, stop, filed is not None and filed.rule_code == code)
