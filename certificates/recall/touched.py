"""What a window of time touched: counts, lists and details, in SQL that walks indexes and asks nothing row by row.

Everything starts from `reading_instrument`, which repeats `measured_at`, so that a span of one instrument is one stretch of an index.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from certificates import workflow
from certificates.models import Recall, RecallDecision, Report, ReportLine
from certificates.recall.branches import Branch, branches
from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.results.models import JobLine, Reading, ReadingInstrument, TestJob
from lab_app.samples.models import Customer, Sample, TestRequest


@dataclass(frozen=True)
class Scope:
    """Whose readings, between which moments (`until` exclusive), and the calibrations in doubt that rest on it."""

    instrument_id: int
    since: datetime
    until: datetime
    branches: tuple[Branch, ...] = ()

    @property
    def calibrations(self) -> list[int]:
        """Calibrations under which a reading is touched whenever it was made."""
        return [b.calibration_id for b in self.branches]


def scope(instrument_id: int, since: datetime, until: datetime, depth: int) -> Scope:
    """The scope of a search, its branches followed."""
    return Scope(instrument_id, since, until, tuple(branches(instrument_id, since, until, depth)))


def scope_of(recall: Recall) -> Scope:
    """The scope of a recall, as known now."""
    return scope(recall.instrument_id, recall.since, recall.until, recall.depth)


def _direct(used: Any, s: Scope) -> ColumnElement[bool]:
    return and_(used.instrument_id == s.instrument_id, used.measured_at >= s.since, used.measured_at < s.until)


def _inside(used: Any, s: Scope) -> ColumnElement[bool]:
    return or_(_direct(used, s), used.calibration_id.in_(s.calibrations)) if s.branches else _direct(used, s)


def reading_ids(s: Scope) -> Select[Any]:
    """Ids of the readings touched, as a sub-select; each once where the instrument is on a reading once and no branch reaches it twice."""
    direct = select(ReadingInstrument.reading_id).where(_direct(ReadingInstrument, s))
    if not s.branches:
        return direct
    through = select(ReadingInstrument.reading_id).where(ReadingInstrument.calibration_id.in_(s.calibrations))
    both = union_all(direct, through).subquery("both")
    return select(both.c.reading_id).distinct()


@dataclass(frozen=True)
class Counts:
    """How much was touched. `results`: job lines; `enterprises`: those whose papers carry one of the readings."""

    readings: int = 0
    results: int = 0
    reports: int = 0
    enterprises: int = 0
    by_decision: dict[str, int] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        """Readings with a decision."""
        return sum(self.by_decision.values())

    @property
    def undecided(self) -> int:
        """Readings nobody has decided on."""
        return max(self.readings - self.decided, 0)

    def as_json(self) -> dict[str, int]:
        """As a recall keeps what was found when it was opened."""
        return {"readings": self.readings, "results": self.results, "reports": self.reports, "enterprises": self.enterprises}


def counts(s: Scope, recall_id: int | None = None) -> Counts:
    """Counts of a scope, and of the decisions on it: one statement each, whatever their size."""
    t, u = reading_ids(s).subquery("touched"), reading_ids(s).subquery("touched_too")  # walked twice, never written down
    pairs = _papers(u).subquery("pairs")
    papers = select(pairs.c.report_id).distinct().subquery("papers")
    held_by = (
        select(func.count().label("reports"), func.count(TestRequest.customer_id.distinct()).label("enterprises")).select_from(papers)
        .join(Report, Report.id == papers.c.report_id).join(TestRequest, TestRequest.id == Report.request_id)
    ).subquery("held_by")
    line_of = select(Reading.line_id).where(Reading.id == t.c.reading_id).scalar_subquery()
    measured = (
        select(func.count().label("readings"), func.count(line_of.distinct()).label("results")).select_from(t)
    ).subquery("measured")
    row = db.session.execute(
        select(measured.c.readings, measured.c.results, held_by.c.reports, held_by.c.enterprises)
        .select_from(measured.join(held_by, true()))
    ).one()
    return Counts(*row, decided_counts(s, recall_id) if recall_id else {})


def _papers(touched: Any) -> Select[int, int]:
    """Report of each touched reading, by the index. PostgreSQL would rather read millions of lines from end to end than look fifty
    thousand up; a lateral join with an offset leaves it no choice. SQLite does so by itself."""
    line = ReportLine
    if db.engine.dialect.name != "postgresql":
        return select(line.report_id, line.reading_id).join(touched, touched.c.reading_id == line.reading_id)
    each = select(line.report_id).where(line.reading_id == touched.c.reading_id).offset(0).lateral("each_line")
    return select(each.c.report_id, touched.c.reading_id).select_from(touched.join(each, true()))


def latest_decisions(recall_id: int) -> Any:
    """The decision that counts on each reading of a recall: the latest."""
    return (
        select(RecallDecision.reading_id, func.max(RecallDecision.id).label("id"))
        .where(RecallDecision.recall_id == recall_id).group_by(RecallDecision.reading_id)
    ).subquery("latest")


def decided_counts(s: Scope, recall_id: int) -> dict[str, int]:
    """Decision → on how many of the touched readings it stands."""
    latest, t = latest_decisions(recall_id), reading_ids(s).subquery("t")
    rows = db.session.execute(
        select(RecallDecision.decision, func.count()).join(latest, latest.c.id == RecallDecision.id)
        .where(latest.c.reading_id.in_(select(t.c.reading_id))).group_by(RecallDecision.decision)
    )
    return {decision: n for decision, n in rows}


def undecided_exist(recall: Recall) -> bool:
    """Whether any touched reading has no decision."""
    found = select(ReadingInstrument.id).where(
        ReadingInstrument.reading_id.in_(reading_ids(scope_of(recall))), ~decided(recall.id, ReadingInstrument.reading_id)).limit(1)
    return db.session.scalar(found) is not None


def decided(recall_id: int, reading_id: Any) -> ColumnElement[bool]:
    """That a reading has a decision in a recall."""
    return select(RecallDecision.id).where(RecallDecision.recall_id == recall_id, RecallDecision.reading_id == reading_id).exists()


def decided_as(recall_id: int, reading_id: Any, decision: str) -> ColumnElement[bool]:
    """That the decision that counts on a reading is this one."""
    later = aliased(RecallDecision)
    return select(RecallDecision.id).where(
        RecallDecision.recall_id == recall_id, RecallDecision.reading_id == reading_id, RecallDecision.decision == decision,
        ~select(later.id).where(later.recall_id == recall_id, later.reading_id == reading_id, later.id > RecallDecision.id).exists(),
    ).exists()


def on_paper(reading_id: Any) -> ColumnElement[bool]:
    """That a reading stands on a report."""
    return select(ReportLine.report_id).where(ReportLine.reading_id == reading_id).exists()


def on_report(reading_id: Any, report_id: int) -> ColumnElement[bool]:
    """That a reading stands on one report."""
    return select(ReportLine.id).where(ReportLine.reading_id == reading_id, ReportLine.report_id == report_id).exists()


def _once(s: Scope) -> ColumnElement[bool]:
    """Rows of the scope, one a reading. An instrument stands on a reading once; only a branch can reach it a second time."""
    if not s.branches:
        return _direct(ReadingInstrument, s)
    direct = select(ReadingInstrument.id, ReadingInstrument.reading_id).where(_direct(ReadingInstrument, s))
    through = select(ReadingInstrument.id, ReadingInstrument.reading_id).where(ReadingInstrument.calibration_id.in_(s.calibrations))
    both = union_all(direct, through).subquery("both")
    return ReadingInstrument.id.in_(select(func.min(both.c.id)).group_by(both.c.reading_id))


def lines(s: Scope) -> Select[Any]:
    """The touched readings as rows of `ReadingInstrument`, one for each reading, with everything to the enterprise loaded."""
    used = ReadingInstrument
    reading = joinedload(used.reading)
    job = reading.joinedload(Reading.line).joinedload(JobLine.job)
    return select(used).where(_once(s)).options(
        reading.joinedload(Reading.person).lazyload(Person.roles), joinedload(used.instrument),
        # What a line of a list never shows is not fetched with its job.
        job.joinedload(TestJob.sample).joinedload(Sample.request).joinedload(TestRequest.customer),
        job.joinedload(TestJob.sample).lazyload(Sample.item), job.lazyload(TestJob.method_version),
    )


_OLDEST_FIRST = (ReadingInstrument.measured_at, ReadingInstrument.id)


def first(query: Select[Any], limit: int) -> list[ReadingInstrument]:
    """Lines of a query, oldest first."""
    return list(db.session.scalars(query.order_by(*_OLDEST_FIRST).limit(limit)))


def first_readings(query: Select[Any], limit: int) -> list[int]:
    """Ids of the readings of lines, oldest first."""
    ids = query.with_only_columns(ReadingInstrument.reading_id, maintain_column_froms=True)
    return list(db.session.scalars(ids.order_by(*_OLDEST_FIRST).limit(limit)))


def of_readings(s: Scope, reading_ids: Sequence[int]) -> list[ReadingInstrument]:
    """Lines of some of the touched readings, oldest first."""
    if not reading_ids:
        return []
    return first(lines(s).where(ReadingInstrument.reading_id.in_(reading_ids)), len(reading_ids))


@dataclass(frozen=True)
class Details:
    """What stands beside a page of lines: reports and the decision of each reading, and which were corrected since."""

    reports: dict[int, list[Report]]
    decisions: dict[int, RecallDecision]
    superseded: set[int]


def details(ids: Sequence[int], recall_id: int | None = None) -> Details:
    """Three statements for a whole page of readings."""
    reports: dict[int, list[Report]] = {}
    rows = db.session.execute(
        select(ReportLine.reading_id, Report).join(Report, Report.id == ReportLine.report_id)
        .where(ReportLine.reading_id.in_(ids)).order_by(Report.id)
    )
    for reading_id, report in rows:
        reports.setdefault(reading_id, []).append(report)
    decisions: dict[int, RecallDecision] = {}
    if recall_id is not None:
        query = (
            select(RecallDecision).join(RecallDecision.person).options(contains_eager(RecallDecision.person).lazyload(Person.roles))
            .where(RecallDecision.recall_id == recall_id, RecallDecision.reading_id.in_(ids)).order_by(RecallDecision.id)
        )
        decisions = {d.reading_id: d for d in db.session.scalars(query)}
    later = aliased(Reading)
    superseded = set(db.session.scalars(
        select(Reading.id).join(later, and_(later.line_id == Reading.line_id, later.revision > Reading.revision))
        .where(Reading.id.in_(ids))
    ))
    return Details(reports, decisions, superseded)


@dataclass(frozen=True)
class Affected:
    """One paper that carries touched readings: how many of its lines, and what was decided on them."""

    report: Report
    customer: Customer
    lines: int
    decisions: dict[str, int]


def affected_reports(s: Scope, recall_id: int | None = None, *, public: bool = False, limit: int | None = None) -> list[Affected]:
    """The papers that carry touched readings, by number. `public`: only those that reached a customer. `recall_id`: with what was
    decided on their lines, for another statement."""
    t = reading_ids(s).subquery("touched")
    found = _papers(t).subquery("found")
    n = func.count(found.c.reading_id.distinct())
    query = select(found.c.report_id, n.label("n")).group_by(found.c.report_id).subquery("papers")
    shown = workflow.PUBLIC_STATES if public else tuple(state.code for state in workflow.REPORT.states)
    rows = db.session.execute(
        select(Report, Customer, query.c.n).join(query, query.c.report_id == Report.id)
        .join(TestRequest, TestRequest.id == Report.request_id).join(Customer, Customer.id == TestRequest.customer_id)
        .where(Report.status.in_(shown)).order_by(Report.number).limit(limit)
    ).all()
    said: dict[int, dict[str, int]] = {}
    if recall_id is not None:
        latest = latest_decisions(recall_id)
        decided_rows = db.session.execute(
            select(ReportLine.report_id, RecallDecision.decision, func.count()).join(latest, latest.c.reading_id == ReportLine.reading_id)
            .join(RecallDecision, RecallDecision.id == latest.c.id).group_by(ReportLine.report_id, RecallDecision.decision)
        )
        for report_id, decision, count in decided_rows:
            said.setdefault(report_id, {})[decision] = count
    return [Affected(report, customer, count, said.get(report.id, {})) for report, customer, count in rows]


def held(s: Scope, ids: Sequence[int]) -> set[int]:
    """Which of these readings the scope holds."""
    return set(db.session.scalars(
        select(ReadingInstrument.reading_id).where(ReadingInstrument.reading_id.in_(ids), _inside(ReadingInstrument, s))))
