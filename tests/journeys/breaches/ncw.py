"""The forbidden acts over nonconforming work and corrective action, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.corrective import services as corrective
from lab_app.quality.corrective import workflow as stages
from lab_app.quality.corrective.models import CorrectiveAction
from lab_app.quality.dispositions import services as dispositions
from lab_app.quality.holds import services as holds
from lab_app.quality.models import Nonconformity
from tests.support import certificates_facts as papers
from tests.support.nonconforming import answered, classed
from tests.support.people_facts import SETTER, People, make_people
from tests.support.results_facts import make_bench
from tests.support.signing import confirmed


def work(people: People, found_on: date = date(2026, 11, 12), **facts: Any) -> Nonconformity:
    """Nonconforming work of the environment, found last week."""
    described: dict[str, Any] = {
        "source": "other", "subject_kind": "", "subject_id": 0, "subject_code": "", "title": "Nhiệt độ phòng RF vượt giới hạn",
        "description": "31 °C", "found_on": found_on, **facts}
    return quality.open_nonconformity(people.quality_manager, **described)


def measured_with_a_held_instrument(_app: Any) -> None:
    """7.10.1 b: the receiver was stopped this morning, and somebody measures with it."""
    bench = make_bench()
    row = work(bench.people)
    holds.place_hold(bench.people.quality_manager, row, subject_kind="instrument", subject_id=bench.instrument.id,
                     subject_code=bench.instrument.code, reason="nghi lệch mức", since=clock.now() - timedelta(days=1))
    bench.record()


def released_by_who_stopped_it(_app: Any) -> None:
    """7.10.1 f: the person who stopped the work lets it go on."""
    people = make_people()
    authorize(SETTER, P.LABORATORY_WRITE)
    people.quality_manager.roles.extend(people.reviewer.roles)
    hold = holds.place_hold(people.quality_manager, work(people), subject_kind="instrument", subject_id=1, subject_code="TB-01",
                            reason="nghi lệch mức")
    holds.release_hold(people.quality_manager, hold, basis="kiểm tra lại đạt", confirmed=confirmed(people.quality_manager))


def closed_with_a_report_undecided(_app: Any) -> None:
    """7.10.1 c: the paper that rests on the job was never decided on."""
    world = papers.ready_request()
    report = papers.issued(world)
    manager = world.people.quality_manager
    row = answered(manager, work(world.people, subject_kind="report", subject_id=0, subject_code=""))
    dispositions.name_affected(manager, row, subject_kind="report", subject_id=report.id, subject_code=report.number)
    quality.close_nonconformity(manager, row)


def closed_with_a_customer_untold(_app: Any) -> None:
    """7.10.1 e: the paper is to be amended, and nobody told its holder."""
    people = make_people()
    authorize(SETTER, P.LABORATORY_WRITE)
    row = answered(people.quality_manager, work(people))
    dispositions.name_affected(people.quality_manager, row, subject_kind="report", subject_id=7, subject_code="PKQ-2026-0007-01")
    dispositions.decide(people.quality_manager, row, ["report-7"], decision="amend", reason="đo lại cho giá trị khác")
    quality.close_nonconformity(people.quality_manager, row)


def closed_although_it_came_back(_app: Any) -> None:
    """7.10.3: the same cause in the same area five months before, and no corrective action."""
    people = make_people()
    authorize(SETTER, P.LABORATORY_WRITE)
    classed(people.quality_manager, work(people, date(2026, 6, 12)))
    quality.close_nonconformity(people.quality_manager, answered(people.quality_manager, work(people)))


def closed_without_a_word_on_correction(_app: Any) -> None:
    """7.10.3: neither a corrective action nor why there is none."""
    people = make_people()
    authorize(SETTER, P.LABORATORY_WRITE)
    row = answered(people.quality_manager, work(people))
    classed(people.quality_manager, row, no_corrective_reason="")
    quality.close_nonconformity(people.quality_manager, row)


# ---- corrective action -------------------------------------------------------------------------------------


def opened(people: People) -> CorrectiveAction:
    """A corrective action that the quality manager answers for."""
    authorize(SETTER, P.LABORATORY_WRITE)
    return corrective.open_corrective(people.quality_manager, title="Điều hòa phòng RF hỏng lần hai")


def planned(people: People) -> CorrectiveAction:
    """Answered up to its actions; one step, given to the technician."""
    row, manager = opened(people), people.quality_manager
    corrective.answer_stage(manager, row, stages.REACT, reaction="dừng nhận mẫu vào phòng")
    corrective.answer_stage(manager, row, stages.CONSEQUENCES, consequences="không số đo nào", similar="phòng EMC cùng loại máy")
    corrective.answer_stage(manager, row, stages.CAUSE, whys=["máy nén hỏng", "không bảo dưỡng theo lịch"], fishbone={},
                            cause="không có lịch bảo dưỡng điều hòa", cause_class="equipment")
    corrective.add_step(manager, row, what="lập lịch bảo dưỡng", owner=people.technician, due_on=clock.today() + timedelta(days=7))
    corrective.answer_stage(manager, row, stages.ACTIONS, criterion="không vượt nhiệt độ trong 30 ngày")
    return row


def carried_out(people: People) -> CorrectiveAction:
    """Its only step done today, waiting for the check of its effect."""
    row = planned(people)
    corrective.finish_step(people.technician, row.steps[0], done_on=clock.today(), evidence="lịch BD-01 đã duyệt")
    corrective.answer_stage(people.quality_manager, row, stages.CARRYING_OUT)
    return row


def cause_before_the_consequences(_app: Any) -> None:
    """8.7.1: the cause is written down while nobody looked at the consequences."""
    people = make_people()
    row = opened(people)
    corrective.answer_stage(people.quality_manager, row, stages.CAUSE, whys=["một", "hai"], fishbone={}, cause="máy cũ",
                            cause_class="equipment")


def effect_awaited_without_evidence(_app: Any) -> None:
    """8.7.1 c, 8.7.3: the step was never done."""
    people = make_people()
    corrective.answer_stage(people.quality_manager, planned(people), stages.CARRYING_OUT)


def effect_judged_by_its_owner(_app: Any) -> None:
    """8.7.1 d: who answers for the action finds that it worked."""
    people = make_people()
    row = carried_out(people)
    with clock.at(clock.now() + timedelta(days=31)):
        judge(row, people.quality_manager)


def effect_judged_at_once(_app: Any) -> None:
    """8.7.1 d: judged on the day of the last step."""
    people = make_people()
    judge(carried_out(people), people.reviewer)


def judge(row: CorrectiveAction, person: Any) -> None:
    """The effect found good by this person, now."""
    corrective.check_effect(person, row, effective=True, looked_at="bản ghi nhiệt độ 30 ngày", finding="không lần nào vượt",
                            confirmed=confirmed(person))


def closed_without_an_answer_on_risks(_app: Any) -> None:
    """8.7.1 e, f: nobody said whether risks or documents had to change."""
    people = make_people()
    row = carried_out(people)
    with clock.at(clock.now() + timedelta(days=31)):
        judge(row, people.reviewer)
        corrective.close_corrective(people.quality_manager, row)


BREACHES = {
    "not-held": measured_with_a_held_instrument, "hold-released-by-another": released_by_who_stopped_it,
    "affected-disposed": closed_with_a_report_undecided, "customers-told": closed_with_a_customer_untold,
    "recurrence-forces-corrective": closed_although_it_came_back, "corrective-or-reason": closed_without_a_word_on_correction,
    "corrective-stage-order": cause_before_the_consequences, "corrective-cause-and-evidence": effect_awaited_without_evidence,
    "effectiveness-by-another": effect_judged_by_its_owner, "effectiveness-not-early": effect_judged_at_once,
    "corrective-system-answered": closed_without_an_answer_on_risks,
}
