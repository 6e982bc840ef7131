"""Recalls: the list, one with its lines, deciding on them, concluding (6.4.9, 7.10)."""
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Float, Select, String, cast, false, func, literal, or_, select, type_coerce

from certificates import services
from certificates.models import Recall
from certificates.recall import branches, effects, presenters, queries, touched, workflow
from certificates.recall.forms import CloseForm, DecisionForm, RecallForm
from certificates.views import bp
from instruments.queries import by_code
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import FieldRefused
from lab_app.core.paging import Column, Filter, Page, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page, press
from lab_app.results.models import Reading, ReadingInstrument

COLUMNS = (
    Column("code", _l("Số"), Recall.id), Column("instrument", _l("Thiết bị")), Column("span", _l("Khoảng rà soát")),
    Column("found", _l("Khi mở: số đo · phiếu"), css="num"), Column("nonconformity", _l("Hồ sơ"), css="opt"),
    Column("status", _l("Trạng thái"), Recall.status),
)


@bp.get("/recalls")
@requires(P.QUALITY_READ)
def recalls() -> Any:
    """All recalls, newest first."""
    filters = [Filter("status", gettext("Trạng thái"), [(s.code, s.word) for s in workflow.RECALL.states],
                      lambda q, v: q.where(Recall.status == v))]
    shown = listing(queries.recalls(), Recall, COLUMNS, kind="recall", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.recalls(), Recall, shown, COLUMNS, filters, "recall")
        heads = [gettext("Số"), gettext("Thiết bị"), gettext("Từ lúc"), gettext("Đến lúc"), gettext("Nguyên nhân"), gettext("Hồ sơ"),
                 gettext("Trạng thái"), gettext("Kết luận")]
        table = [[r.code, r.instrument.code, r.since, r.until, str(workflow.CAUSES[r.cause]), r.nonconformity.code,
                  str(workflow.RECALL.state(r.status).word), r.conclusion] for r in rows]
        return export.as_file("recalls", heads, table)
    return page("certificates/recalls.html", page=shown, machine=workflow.RECALL, instrument=None)


@bp.route("/recalls/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_recall() -> Any:
    """Open a recall by hand."""
    form = RecallForm(data={"until": clock.now(), "found_on": clock.today(), "instrument": request.args.get("instrument", ""),
                            "cause": "other", "depth": "3"})
    if form.validate_on_submit():
        with attempt(form) as tried:
            typed = form.clean()
            instrument = queries.instrument_named(typed.pop("instrument"))
            if instrument is None:
                raise FieldRefused("instrument", gettext("Không có thiết bị nào mang mã này."))
            row = services.open_recall(current_actor(), instrument, **{**typed, "depth": int(typed["depth"])})
        if tried.ok:
            return done(gettext("Đã mở %(code)s.", code=row.code), "certificates.recall_page", code=row.code)
    return page("certificates/recall_form.html", form=form)


def recall_of(code: str) -> Recall:
    """The recall of this address or the 404 page."""
    return or_404(queries.recall_by_code(code), gettext("Không có lần rà soát này."))


LINE_COLUMNS = (
    Column("measured_at", _l("Đo lúc"), ReadingInstrument.measured_at, css="opt"), Column("line", _l("Phép đo, doanh nghiệp")),
    Column("value", _l("Kết quả"), css="num"), Column("margin", _l("Giới hạn, biên"), css="num"), Column("effect", _l("Sai số làm gì")),
    Column("reports", _l("Phiếu")), Column("decision", _l("Quyết định")),
)


#: So many papers can be chosen as a filter; the spreadsheet holds them all.
LISTED_REPORTS = 200


def line_filters(row: Recall, reports: Sequence[touched.Affected]) -> list[Filter]:
    """Filters of a recall's lines, each in SQL."""
    reading = ReadingInstrument.reading_id

    def by_state(query: Select[Any], value: str) -> Select[Any]:
        if value == "undecided":
            return query.where(~touched.decided(row.id, reading))
        if value == "decided":
            return query.where(touched.decided(row.id, reading))
        return query.where(touched.decided_as(row.id, reading, value))

    def by_effect(query: Select[Any], value: str) -> Select[Any]:
        return query.where(reading.in_(near(row)) if value == "near" else reading.not_in(near(row)))

    def by_paper(query: Select[Any], value: str) -> Select[Any]:
        if value in ("yes", "no"):
            return query.where(touched.on_paper(reading) if value == "yes" else ~touched.on_paper(reading))
        return query.where(touched.on_report(reading, int(value)))

    states = [("undecided", gettext("Chưa quyết định")), ("decided", gettext("Đã quyết định")),
              *((code, state.word) for code, state in workflow.DECISIONS.items())]
    papers = [("yes", gettext("Đã nằm trên phiếu")), ("no", gettext("Chưa nằm trên phiếu")),
              *((str(a.report.id), a.report.number) for a in reports)]
    found = [Filter("state", gettext("Quyết định"), states, by_state), Filter("paper", gettext("Phiếu"), papers, by_paper)]
    if row.error is not None:
        found.append(Filter("effect", gettext("Biên so với sai số"), [
            ("near", gettext("Biên không lớn hơn sai số")), ("far", gettext("Biên lớn hơn, hoặc chưa so được"))], by_effect))
    return found


#: A bound is taken this much larger, so that what meets it exactly is not lost where the database rounds.
ROUNDING = Decimal("1.000000000001")


def near(row: Recall) -> Select[Any]:
    """Readings whose distance to the limit, the guard band taken off, is no larger than the error: where a verdict may change. Only
    narrowed here, by a float; each line is judged in exact decimals when it is shown."""
    assert row.error is not None
    bounds: dict[Decimal, list[str]] = {}
    for unit in effects.comparable_units(row.error_unit):
        here = effects.error_in(abs(row.error), row.error_unit, unit)
        if here is not None:
            bounds.setdefault(abs(here) * ROUNDING, []).append(unit)

    def number(written: Any) -> Any:
        return cast(type_coerce(written, String), Float(53))

    distance = func.abs(number(Reading.margin)) - func.coalesce(func.abs(number(Reading.guard_band)), 0.0)
    close = (
        Reading.unit.in_(units) & (distance <= number(literal(format(bound, "f")))) for bound, units in bounds.items()
    )
    return select(Reading.id).where(Reading.margin.is_not(None), or_(false(), *close))


def _listed(row: Recall, s: touched.Scope) -> tuple[Page, list[presenters.Line], list[touched.Affected], list[Filter]]:
    reports = touched.affected_reports(s, limit=LISTED_REPORTS)
    filters = line_filters(row, reports)
    shown = listing(touched.lines(s), ReadingInstrument, LINE_COLUMNS, filters=filters, default_sort="measured_at",
                    default_direction="asc")
    beside = touched.details([used.reading_id for used in shown.rows], row.id)
    shown.rows = presenters.lines(shown.rows, beside, row.instrument_id, row.error, row.error_unit)
    return shown, shown.rows, reports, filters


@bp.get("/recalls/<code>")
@requires(P.QUALITY_READ)
def recall_page(code: str) -> Any:
    """One recall: how much was touched, every line with what the error does to it, papers, letters, what may be done."""
    row, actor = recall_of(code), current_actor()
    s = touched.scope_of(row)
    shown, _rows, reports, _filters = _listed(row, s)
    counts = touched.counts(s, row.id)
    return page(
        "certificates/recall.html", recall=row, page=shown, counts=counts, reports=reports[:50], report_count=counts.reports, scope=s,
        machine=workflow.RECALL, decisions=workflow.DECISIONS, causes=workflow.CAUSES, letter_states=workflow.LETTERS,
        report_states=presenters.report_states(), error=presenters.error_text(row), letters=queries.letters(row.id),
        checks=branches.checks_made_with(row.instrument_id, row.since, row.until), percent=presenters.percent_decided(counts),
        stop=gates.ask("recall-all-decided", workflow.ClosingFacts(row.code, counts.undecided)), close_form=CloseForm(),
        may_write=actor.can(P.QUALITY_WRITE), may_amend=actor.can(P.REPORT_ISSUE), may_withdraw=actor.can(P.REPORT_STATUS),
        entries=[e for e in audit.history("recall", row.id, 100) if e.subject_kind != "recall-decision"][:8], filters=_kept_filters(),
    )


#: Names of the filters of a recall's lines, as `line_filters` makes them.
FILTERS = ("state", "paper", "effect")


def _kept_filters() -> dict[str, str]:
    """The filters of this address, for links that stay within them."""
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


def filtered_lines(row: Recall) -> Select[Any]:
    """The lines of a recall as the filters of the address or the form leave them."""
    s = touched.scope_of(row)
    query = touched.lines(s)
    if any(request.values.get(name) for name in FILTERS):
        for f in line_filters(row, touched.affected_reports(s, limit=LISTED_REPORTS)):
            value = request.values.get(f.name, "")
            if value and value in dict(f.options):
                query = f.apply(query, value)
    return query


def _asked_lines(row: Recall) -> list[int]:
    """Readings named in the address or the form, or all that the filters leave (`all=1`)."""
    if request.values.get("all") != "1":
        return [int(v) for v in request.values.getlist("reading") if v.isdigit()][:services.AT_ONCE]
    return touched.first_readings(filtered_lines(row), services.AT_ONCE)


#: So many of the chosen lines are listed before the decision; the count says how many there are.
PREVIEWED = 50


@bp.route("/recalls/<code>/decide", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def decide(code: str) -> Any:
    """See the chosen lines once more, decide on them, say why."""
    row, form = recall_of(code), DecisionForm()
    chosen = _asked_lines(row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            n = services.decide_lines(current_actor(), row, chosen, decision=form.decision.data, reason=form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi quyết định cho %(n)s dòng.", n=n), "certificates.recall_page", code=code)
        row = recall_of(code)
    shown = touched.of_readings(touched.scope_of(row), chosen[:PREVIEWED])
    beside = touched.details([used.reading_id for used in shown], row.id)
    people = queries.people_who_measured(chosen)
    facts = workflow.DecidingFacts(row.code, current_actor().id, tuple(people))
    return page(
        "certificates/recall_decide.html", recall=row, form=form, chosen=chosen, decisions=workflow.DECISIONS,
        lines=presenters.lines(shown, beside, row.instrument_id, row.error, row.error_unit),
        stop=gates.ask("recall-decided-by-another", facts), machine=workflow.RECALL, error=presenters.error_text(row),
    )


@bp.post("/recalls/<code>/close")
@requires(P.QUALITY_WRITE)
def close_recall(code: str) -> Any:
    """Conclude, once every line is decided."""
    row = recall_of(code)
    return press(lambda: services.close_recall(current_actor(), row, request.form.get("conclusion", "")),
                 gettext("Đã kết luận %(code)s.", code=code), "certificates.recall_page", seen=row, code=code)


@bp.post("/recalls/<code>/reopen")
@requires(P.QUALITY_WRITE)
def reopen_recall(code: str) -> Any:
    """Take it up again."""
    row = recall_of(code)
    return press(lambda: services.reopen_recall(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã mở lại %(code)s.", code=code), "certificates.recall_page", seen=row, code=code)


@bp.get("/instruments/<code>/recall")
@requires(P.QUALITY_READ)
def recalls_of_instrument(code: str) -> Any:
    """Recalls of one instrument."""
    instrument = or_404(by_code(code), gettext("Không có thiết bị này."))
    query = queries.recalls().where(Recall.instrument_id == instrument.id)
    shown = listing(query, Recall, COLUMNS, default_sort="code")
    return page("certificates/recalls.html", page=shown, machine=workflow.RECALL, instrument=instrument)


def address(row: Recall) -> str:
    """Address of a recall's page."""
    return url_for("certificates.recall_page", code=row.code)
