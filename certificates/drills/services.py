"""A recall drill from the plan to the filed evidence (7.10, 8.7): what the program finds on the copy, what people decide there, how long
it took, what was missing."""
from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from certificates.drills import copying, queries, workflow
from certificates.models import DrillCustomer, Recall, RecallDrill, Report
from certificates.recall import workflow as recall_workflow
from certificates.services import recalls
from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED, Confirmation
from lab_app.core import audit, clock, inbox, jobs, numbering, schedule, search
from lab_app.core.access import Actor, SystemActor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, Refused
from lab_app.core.notices import N_, day
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit

JOB = "recall-drill-copy"
#: How deep the search follows our own reference standards, as a recall does unless told otherwise.
DEPTH = 3
#: A drill is due a year after the last; it is asked for so long before.
EVERY, BEFORE = timedelta(days=365), timedelta(days=30)
DUE_KEY = "recall-drill/due"
DUE = N_("Diễn tập thu hồi hằng năm: đến hạn ngày %(day)s")
FINISH = N_("Diễn tập thu hồi %(code)s đã đến doanh nghiệp cuối: ghi khoảng trống, ký lưu")


def plan(
    actor: Actor, instrument: Instrument, *, since: datetime, error: Decimal | None = None, error_unit: str = "", scenario: str,
    target_minutes: int,
) -> RecallDrill:
    """Plan a drill: which instrument is said to have been wrong since when, and how long it may take. Refuses a moment to come, an empty
    story, an unknown unit, an aim below a minute."""
    authorize(actor, P.QUALITY_WRITE)
    if since >= clock.now():
        raise FieldRefused("since", gettext("Thời điểm này ở tương lai."))
    if not scenario.strip():
        raise FieldRefused("scenario", gettext("Cần điền mục này."))
    if target_minutes < 1:
        raise FieldRefused("target_minutes", gettext("Ít nhất một phút."))
    if error is not None:
        try:
            error_unit = find_unit(error_unit).symbol
        except MetrologyError as refused:
            raise FieldRefused("error_unit", gettext("Không biết đơn vị “%(unit)s”.", unit=refused.detail)) from refused
    row = RecallDrill(
        code=numbering.yearly("DT", clock.today().year, 2), instrument_id=instrument.id, since=since, error=error,
        error_unit=error_unit if error is not None else "", scenario=scenario.strip(), target_minutes=target_minutes,
        planned_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    search.put("recall-drill", row.id, row.code, gettext("Diễn tập thu hồi: %(code)s", code=instrument.code), instrument.name_vi)
    return row


def job_key(row: RecallDrill) -> str:
    """The key of the queued work that makes the copy."""
    return f"{JOB}:{row.id}"


def start(actor: Actor, row: RecallDrill) -> RecallDrill:
    """Begin: the copy is made outside this transaction, by the queued work; the clock runs from the moment the list is there. Refuses a
    second drill while one runs."""
    authorize(actor, P.QUALITY_WRITE)
    other = queries.running()
    if other is not None:
        raise Refused(gettext("%(code)s đang diễn tập; mỗi lúc một lần.", code=other.code))
    workflow.DRILL.move(row, "copy")
    db.session.flush()
    jobs.queue(JOB, job_key(row), {"drill_id": row.id})
    return row


@jobs.handler(JOB)
def _copy(payload: dict[str, Any]) -> None:
    """Make the copy, inject the fault there, list who is affected; then let the clock run. Safe to run twice."""
    row = db.session.get(RecallDrill, int(payload["drill_id"]))
    if row is None or row.status != workflow.COPYING:
        code = row.code if row is not None and row.status == workflow.DROPPED else ""
        db.session.rollback()
        if code:
            copying.remove(code)
        return
    ident, code, by = row.id, row.code, row.planned_by_id
    fault = (row.instrument_id, row.since, row.error, row.error_unit, row.scenario)
    db.session.rollback()
    made = copying.make(code)
    began = time.monotonic()
    recall_code, counts, found = inject(code, by, *fault)
    took = round((time.monotonic() - began) * 1000)
    with jobs.transaction():
        begun = _begin(ident, recall_code, counts, found, {"copy_ms": made.milliseconds, "size": made.size, "search_ms": took})
    if not begun:  # given up while the copy was made
        copying.remove(code)


def inject(
    code: str, by: int, instrument_id: int, since: datetime, error: Decimal | None, unit: str, scenario: str,
) -> tuple[str, dict[str, int], list[queries.Found]]:
    """On the copy: the instrument was found wrong now. Answers the recall's code there, its counts, the enterprises."""
    with copying.inside(code):
        actor = SystemActor(f"Diễn tập {code}", frozenset({P.QUALITY_WRITE}), by)
        instrument = db.session.get_one(Instrument, instrument_id)
        recall = recalls.open_recall(
            actor, instrument, since=since, cause="calibration", error=error, error_unit=unit, depth=DEPTH,
            note=f"DIỄN TẬP {code}: {scenario}")
        return recall.code, dict(recall.counts), queries.enterprises(recall)


def _begin(ident: int, recall_code: str, counts: dict[str, int], found: Sequence[queries.Found], machine: dict[str, int]) -> bool:
    row = db.session.get_one(RecallDrill, ident)
    planner = db.session.get_one(Person, row.planned_by_id)
    authorize(SystemActor(planner.name, frozenset({P.QUALITY_WRITE}), planner.id), P.QUALITY_WRITE)
    if row.status != workflow.COPYING:
        return row.status != workflow.DROPPED
    row.copy_recall, row.machine, row.started_at = recall_code, machine, clock.now()
    row.counts = {**counts, "enterprises": len(found)}
    row.listed_sha256 = list_hash([(one.code, one.reports, one.readings) for one in found])
    for position, one in enumerate(found, 1):
        db.session.add(DrillCustomer(drill_id=row.id, position=position, customer_code=one.code, name=one.name, contact=one.contact,
                                     readings=one.readings, reports=one.reports))
    workflow.DRILL.move(row, "begin")
    db.session.flush()
    return True


def list_hash(rows: Sequence[tuple[str, Sequence[str], int]]) -> str:
    """SHA-256 of the canonical list: each enterprise with the sorted numbers of its papers and how many readings were touched."""
    return audit.digest(audit.canonical({"list": [[code, sorted(reports), n] for code, reports, n in sorted(rows)]}))


def take(actor: Actor, one: DrillCustomer) -> DrillCustomer:
    """A person begins with an enterprise. Refuses one that another has in hand, or that is done."""
    authorize(actor, P.QUALITY_WRITE)
    _running(one.drill)
    if one.done_at is not None:
        raise Refused(gettext("%(name)s đã xong.", name=one.name))
    if one.taken_by_id not in (None, person_of(actor)):
        raise Refused(gettext("%(name)s đang do người khác làm.", name=one.name))
    if one.taken_at is None:
        one.taken_by_id, one.taken_at = person_of(actor), clock.now()
    db.session.flush()
    return one


def settle(actor: Actor, one: DrillCustomer, *, decision: str, reason: str, reached: str = "", gap: str = "") -> DrillCustomer:
    """Finish an enterprise: the decision on its results, made on the copy by the service that decides in earnest and met by the same
    gate (nobody decides on own readings); how the enterprise could be reached, or what was missing.

    Refuses one that the person has not taken, a decision that does not exist or without a reason, and neither contact nor gap.
    """
    authorize(actor, P.QUALITY_WRITE)
    _running(one.drill)
    if one.taken_by_id != person_of(actor) or one.done_at is not None:
        raise Refused(gettext("Nhận %(name)s trước khi ghi.", name=one.name))
    if decision not in recall_workflow.DECISIONS:
        raise FieldRefused("decision", gettext("Lựa chọn không có trong danh sách."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not reached.strip() and not gap.strip():
        raise FieldRefused("reached", gettext("Ghi đã liên hệ thử bằng cách nào, hoặc ghi vì sao không liên hệ được."))
    _decide(one.drill, one.customer_code, person_of(actor), decision, reason)
    one.decision, one.reason, one.reached, one.gap = decision, reason.strip(), reached.strip(), gap.strip()
    one.done_at = clock.now()
    db.session.flush()
    return one


def _decide(drill: RecallDrill, customer_code: str, person_id: int, decision: str, reason: str) -> None:
    try:
        with copying.inside(drill.code):
            recall = db.session.scalars(select(Recall).where(Recall.code == drill.copy_recall)).one()
            person = db.session.get_one(Person, person_id)
            wanted = queries.readings_of(recall, customer_code)
            for begin in range(0, len(wanted), recalls.AT_ONCE):
                recalls.decide_lines(person, recall, wanted[begin:begin + recalls.AT_ONCE], decision=decision, reason=reason)
    except GateRefused as error:
        raise GateRefused(replace(error.stop, link_endpoint="", link_values={}, link_text="")) from error  # the copy has no pages


def finish(actor: Actor, row: RecallDrill) -> RecallDrill:
    """The last enterprise was reached: letters are drafted and the recall is concluded on the copy, by the gates of an earnest one.
    Refuses while an enterprise is open."""
    authorize(actor, P.QUALITY_WRITE)
    _running(row)
    left = [one.name for one in row.customers if one.done_at is None]
    if left:
        raise Refused(gettext("Còn %(n)s doanh nghiệp chưa xong: %(names)s.", n=len(left), names="; ".join(left[:3])))
    row.letters = _conclude(row, person_of(actor))
    row.finished_at = clock.now()
    workflow.DRILL.move(row, "finish")
    inbox.ask(f"recall-drill/{row.id}/file", "recall-drill", FINISH, {"code": row.code}, permission=P.QUALITY_WRITE, code=row.code,
              link=f"/recall-drills/{row.code}", due_on=clock.today() + timedelta(days=7))
    db.session.flush()
    return row


def _conclude(drill: RecallDrill, person_id: int) -> int:
    with copying.inside(drill.code):
        recall = db.session.scalars(select(Recall).where(Recall.code == drill.copy_recall)).one()
        person = db.session.get_one(Person, person_id)
        drafted = recalls.draft_letters(person, recall)
        recalls.close_recall(person, recall, f"Diễn tập {drill.code}")
        return len(drafted)


def evidence_of(row: RecallDrill, gaps: str = "", conclusion: str = "") -> dict[str, Any]:
    """The drill as data: what is signed when it is filed, and what its paper is drawn from."""
    def at(moment: datetime | None) -> str:
        return moment.isoformat() if moment else ""

    return {
        "drill": row.code, "instrument": row.instrument.code, "instrument_name": row.instrument.name_vi, "since": at(row.since),
        "error": str(row.error) if row.error is not None else "", "error_unit": row.error_unit, "scenario": row.scenario,
        "target_minutes": row.target_minutes, "started_at": at(row.started_at), "finished_at": at(row.finished_at),
        "seconds": seconds(row), "counts": row.counts, "machine": row.machine, "letters": row.letters, "list_sha256": row.listed_sha256,
        "steps": [{
            "code": one.customer_code, "name": one.name, "reports": one.reports, "readings": one.readings, "taken_at": at(one.taken_at),
            "done_at": at(one.done_at), "person": one.taken_by.full_name if one.taken_by else "", "decision": one.decision,
            "reason": one.reason, "reached": one.reached, "gap": one.gap} for one in row.customers],
        "gaps": gaps.strip(), "conclusion": conclusion.strip(),
    }


def seconds(row: RecallDrill) -> int:
    """From the list to the last enterprise, in whole seconds; 0 before the end."""
    return int((row.finished_at - row.started_at).total_seconds()) if row.started_at and row.finished_at else 0


def on_time(row: RecallDrill) -> bool:
    """Whether the aim was kept."""
    return bool(row.finished_at) and seconds(row) <= row.target_minutes * 60


def shown(row: RecallDrill) -> dict[str, Any]:
    """What the page shows to whoever files the drill; gaps and conclusion are typed in the same form."""
    return {"act": "file-drill", "evidence": {key: value for key, value in evidence_of(row).items() if key not in ("gaps", "conclusion")}}


def file(actor: Actor, row: RecallDrill, *, gaps: str, conclusion: str, confirmed: Confirmation | None) -> RecallDrill:
    """File the drill as evidence, signed; the copy is taken away, the next drill is due in a year. Refuses an empty conclusion, and gaps
    left out where the aim was missed or an enterprise could not be reached."""
    authorize(actor, P.QUALITY_WRITE)
    if not workflow.DRILL.allows(row, "file"):
        raise Refused(gettext("Lần diễn tập này chưa xong hoặc đã lưu."))
    if not conclusion.strip():
        raise FieldRefused("conclusion", gettext("Cần ghi kết luận."))
    if not gaps.strip() and (not on_time(row) or any(one.gap for one in row.customers)):
        raise FieldRefused("gaps", gettext("Lần này quá giờ hoặc có doanh nghiệp không liên hệ được: ghi khoảng trống và việc phải làm."))
    signatures.sign(actor, confirmed, meaning=DECIDED, subject=("recall-drill", row.id), shown=shown(row))
    row.gaps, row.conclusion, row.filed_at, row.filed_by_id = gaps.strip(), conclusion.strip(), clock.now(), person_of(actor)
    row.evidence = evidence_of(row, gaps, conclusion)
    workflow.DRILL.move(row, "file")
    inbox.settle(f"recall-drill/{row.id}/file", DUE_KEY)
    db.session.flush()
    return row


def drop(actor: Actor, row: RecallDrill, reason: str) -> RecallDrill:
    """Give a drill up, with the reason; what was done stays listed. Refuses an empty reason and a drill that was filed."""
    authorize(actor, P.QUALITY_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason):
        workflow.DRILL.move(row, "drop")
        row.conclusion = reason.strip()
        inbox.settle_under(f"recall-drill/{row.id}/")
        db.session.flush()
    return row


def _running(row: RecallDrill) -> None:
    if row.status != workflow.RUNNING:
        raise Refused(gettext("Lần diễn tập này không đang chạy."))
    if not copying.exists(row.code):
        raise Refused(gettext("Không còn bản sao dữ liệu của lần này; bỏ lần này rồi lập lần khác."))


def due_on() -> date | None:
    """The day the next drill is due: a year after the last, a year after the first paper where there was none; None before any paper."""
    last = queries.last_filed_on()
    if last is None:
        last = db.session.scalar(select(Report.issued_on).order_by(Report.id).limit(1))
    return last + EVERY if last else None


@schedule.scheduled("recall-drill", _l("Nhắc diễn tập thu hồi hằng năm"), hour=6, minute=25)
def ask_yearly(_payload: dict[str, Any]) -> None:
    """Ask whoever writes quality records for the drill of the year, a month before it is due."""
    with jobs.transaction():
        due = due_on()
        if due is not None and due - BEFORE <= clock.today():
            inbox.ask(DUE_KEY, "recall-drill", DUE, {"day": day(due)}, permission=P.QUALITY_WRITE, link="/recall-drills/new", due_on=due)
