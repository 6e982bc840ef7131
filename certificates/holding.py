"""Papers and nonconforming work: which papers it touched, and what holding one asks of the register (7.10.1 b, c, e)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from certificates import workflow
from certificates.delivery import workflow as ways
from certificates.models import Delivery, Report, ReportLine, StatusChange
from certificates.recall import queries as recalls
from certificates.recall import touched
from certificates.recall import workflow as recall_workflow
from lab_app.core import events, inbox
from lab_app.core.access import Actor
from lab_app.core.asked import answered, asked
from lab_app.core.db import db
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import subjects
from lab_app.quality.dispositions import affected
from lab_app.quality.dispositions.affected import Touched
from lab_app.quality.holds import facts
from lab_app.quality.holds.models import Hold
from lab_app.quality.holds.queries import holds_of, standing
from lab_app.quality.holds.workflow import HoldFacts
from lab_app.quality.models import Nonconformity
from lab_app.results.models import JobLine, Reading, ReadingInstrument, TestJob
from lab_app.results.queries.held import Carried, withheld_of
from lab_app.samples.models import Customer, TestRequest
from test_methods.models import MethodVersion

#: What a recall's decision on a line proposes for the paper, the gravest first.
_GRAVEST = (recall_workflow.WITHDRAW, recall_workflow.AMEND, recall_workflow.RETEST, recall_workflow.STANDS)


def held(report: Report) -> HoldFacts:
    """Holds that stand on the paper, its request, the items or the jobs whose results it carries: it is not put in force again
    meanwhile. What a doubtful method or instrument means for a paper that is out is decided paper by paper. Two statements."""
    carried = db.session.execute(
        select(TestJob.id, TestJob.sample_id).join(JobLine, JobLine.job_id == TestJob.id)
        .join(ReportLine, ReportLine.job_line_id == JobLine.id).where(ReportLine.report_id == report.id).distinct()).all()
    whole = _itself(report)
    whole += [one for job, sample in carried for one in (("test-job", job), ("sample", sample))]
    return HoldFacts(tuple(facts.fact_of(hold) for hold in standing(whole)))


def withheld(report: Report) -> HoldFacts:
    """Holds that stand against handing on the paper: those of `held`, and those on a method, parameter or instrument with which a
    reading that it prints was measured since the doubt, as at its issue (7.10.1 b). Two statements."""
    rows = db.session.execute(
        select(JobLine.parameter_id, TestJob.id, TestJob.request_id, TestJob.sample_id, MethodVersion.id, MethodVersion.method_id,
               Reading.id, Reading.measured_at)
        .select_from(ReportLine).join(JobLine, JobLine.id == ReportLine.job_line_id).join(Reading, Reading.id == ReportLine.reading_id)
        .join(TestJob, TestJob.id == JobLine.job_id).join(MethodVersion, MethodVersion.id == TestJob.method_version_id)
        .where(ReportLine.report_id == report.id))
    results = [
        Carried(frozenset({("parameter", parameter), ("test-job", job), ("request", request), ("sample", sample),
                           ("method-version", version), ("method", method)}), reading, measured_at)
        for parameter, job, request, sample, version, method, reading, measured_at in rows]
    return HoldFacts(withheld_of(results, _itself(report)))


def _itself(report: Report) -> list[tuple[str, int]]:
    return [("report", report.id), ("request", report.request_id)]


def _rests_on(kind: str, ident: int, since: datetime | None) -> ColumnElement[bool] | None:
    """SQL over `Report`: that a paper carries a result of this subject; of a method or an instrument, one measured since the doubt."""
    if kind == "report":
        return Report.id == ident
    if kind == "request":
        return Report.request_id == ident
    lines = select(ReportLine.id).where(ReportLine.report_id == Report.id)
    jobs = lines.join(JobLine, JobLine.id == ReportLine.job_line_id).join(TestJob, TestJob.id == JobLine.job_id)
    if kind == "test-job":
        return exists(jobs.where(TestJob.id == ident))
    if kind == "sample":
        return exists(jobs.where(TestJob.sample_id == ident))
    if since is None:
        return None  # a method or an instrument without a moment of doubt touches nothing that can be named
    measured = jobs.join(Reading, Reading.id == ReportLine.reading_id).where(Reading.measured_at >= since)
    if kind == "method-version":
        return exists(measured.where(TestJob.method_version_id == ident))
    if kind == "method":
        return exists(measured.join(MethodVersion, MethodVersion.id == TestJob.method_version_id).where(MethodVersion.method_id == ident))
    if kind == "parameter":
        return exists(measured.where(JobLine.parameter_id == ident))
    if kind == "instrument":
        used = ReadingInstrument
        with_it = select(used.reading_id).where(used.measured_at >= since, or_(used.instrument_id == ident, used.system_id == ident))
        return Report.id.in_(select(ReportLine.report_id).where(ReportLine.reading_id.in_(with_it)))
    return None


def _conditions(row: Nonconformity) -> Iterable[ColumnElement[bool]]:
    whole = {"report", "request", "test-job", "sample"}
    if row.subject_kind in whole and (own := _rests_on(row.subject_kind, row.subject_id, None)) is not None:
        yield own
    for hold in asked(holds_of, row.id):
        condition = _rests_on(hold.subject_kind, hold.subject_id, hold.since if hold.since < hold.held_at else None)
        if condition is not None:
            # What was issued after the release was issued with open eyes.
            yield condition if hold.released_at is None else and_(condition, Report.recorded_at < hold.released_at)


def papers_touched(row: Nonconformity) -> list[Touched]:
    """The papers that reached somebody and rest on what nonconforming work concerns: by its recalls, its holds, its own subject."""
    found: dict[int, Touched] = {}
    codes: dict[int, str] = {}
    for recall in asked(recalls.recalls_of_nonconformity, row.id):
        told = {letter.customer_id for letter in recalls.letters(recall.id) if letter.status == recall_workflow.SENT}
        for paper in touched.affected_reports(touched.scope_of(recall), recall.id, public=True):
            codes[paper.report.id] = paper.report.code
            said = next((d for d in _GRAVEST if d in paper.decisions), "")
            found[paper.report.id] = Touched(
                "report", paper.report.id, paper.report.number, str(workflow.REPORT.state(paper.report.status).word),
                paper.customer.name, told=paper.customer.id in told, proposed=said)
    if found:
        of_change = set(db.session.scalars(_told_since(row).where(Delivery.report_id.in_(list(found)))))
        found = {ident: replace(one, told=one.told or ident in of_change) for ident, one in found.items()}
    conditions = list(_conditions(row))
    if conditions:
        rows = db.session.execute(
            select(Report.id, Report.code, Report.number, Report.status, Customer.name,
                   exists(_told_since(row).where(Delivery.report_id == Report.id)))
            .join(TestRequest, TestRequest.id == Report.request_id)
            .join(Customer, Customer.id == TestRequest.customer_id).where(Report.status.in_(workflow.PUBLIC_STATES), or_(*conditions))
            .order_by(Report.number))
        for ident, code, number, status, customer, told_of_change in rows:
            codes[ident] = code
            found.setdefault(ident, Touched(
                "report", ident, number, str(workflow.REPORT.state(status).word), customer, told=told_of_change))
    pages: Mapping[int, Mapping[str, Any]] = {ident: {"code": code} for ident, code in codes.items()}
    answered(_addresses, (tuple(sorted(codes)),), pages)  # a page links each of them
    return list(found.values())


def _told_since(row: Nonconformity) -> Select[Any]:
    """SQL: papers whose customer received word of a change in the register made since the work was recorded."""
    return select(Delivery.report_id).join(StatusChange, StatusChange.id == Delivery.change_id).where(
        Delivery.purpose == ways.CHANGE, Delivery.status.in_((ways.SENT, ways.DONE)), StatusChange.recorded_at >= row.recorded_at)


def on_hold_placed(_sender: Any, *, hold: Hold, actor: Actor, **_more: Any) -> None:
    """A paper in force that is held is to be suspended in the public register: a signed decision, so it is asked for."""
    report = db.session.get(Report, hold.subject_id) if hold.subject_kind == "report" else None
    if report is not None and report.status == workflow.VALID:
        _ask(hold, report, "suspend", N_("%(number)s bị giữ lại theo %(hold)s: tạm dừng trên trang tra cứu"), N_("Tạm dừng"), actor)


def on_hold_released(_sender: Any, *, hold: Hold, actor: Actor, **_more: Any) -> None:
    """A suspended paper whose last hold was released may be put in force again: asked for, never done by itself."""
    report = db.session.get(Report, hold.subject_id) if hold.subject_kind == "report" else None
    if report is not None and report.status == workflow.SUSPENDED and not held(report).holds:
        _ask(hold, report, "restore", N_("%(number)s hết bị giữ lại theo %(hold)s: quyết định có khôi phục hiệu lực"), N_("Quyết định"),
             actor)


def _ask(hold: Hold, report: Report, what: str, message: str, button: str, _actor: Actor) -> None:
    inbox.ask(f"held-report/{report.id}/{what}", "report", message, {"number": report.number, "hold": hold.code},
              permission=P.REPORT_STATUS, code=report.number, link=f"/reports/{report.code}", button=button)


def on_report_changed(_sender: Any, *, report: Report, change: StatusChange, **_more: Any) -> None:
    """What was asked of the register is answered by the decision."""
    if change.to_status != workflow.VALID:
        inbox.settle(f"held-report/{report.id}/suspend")
    if change.from_status == workflow.SUSPENDED:
        inbox.settle(f"held-report/{report.id}/restore")


def _find(values: Mapping[str, Any]) -> tuple[int, str] | None:
    row = db.session.execute(select(Report.id, Report.number).where(Report.code == str(values.get("code", "")))).first()
    return (row.id, row.number) if row else None


def _addresses(idents: tuple[int, ...]) -> Mapping[int, Mapping[str, Any]]:
    return {ident: {"code": code} for ident, code in db.session.execute(select(Report.id, Report.code).where(Report.id.in_(idents)))}


def listen() -> None:
    """Connect and register; done again (a second application) it is the same."""
    events.hold_placed.connect(on_hold_placed)
    events.hold_released.connect(on_hold_released)
    events.report_changed.connect(on_report_changed)
    affected.register("reports", papers_touched)
    subjects.register("report", subjects.Kind(_l("Phiếu kết quả"), "certificates.report_page", find=_find, addresses=_addresses))
