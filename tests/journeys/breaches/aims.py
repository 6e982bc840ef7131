"""The forbidden acts of buying, risks and planned changes, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from lab_app.core import clock
from lab_app.quality import services as quality
from lab_app.quality.changes import services as changing
from lab_app.quality.changes.rules import IMPACTS
from lab_app.quality.purchases import services as buying
from lab_app.quality.purchases.rules import POINTS
from lab_app.quality.risks import services as risking
from tests.support.people_facts import People, make_people

FOUR = {"product": "Cáp N 3 m", "acceptance": "VSWR ≤ 1,05", "competence": "ISO 9001", "premises": "không"}


def _supplier(people: People, contact: str = "") -> Any:
    return quality.register_supplier(people.quality_manager, name="Linh kiện Ví Dụ", contact=contact)


def _approve(actor: Any, row: Any) -> None:
    quality.approve_supplier(actor, row, service="material", scope="cáp", basis="mẫu thử đạt", valid_from=clock.today(),
                             until=clock.today() + timedelta(days=300))


def approved_by_its_own_contact(_app: Any) -> None:
    """6.6.2, 4.1.4: the quality manager is named as the supplier's contact."""
    people = make_people()
    _approve(people.quality_manager, _supplier(people, f"{people.quality_manager.full_name}, 0900 000 000"))


def approved_without_an_evaluation(_app: Any) -> None:
    """6.6.2: criteria stand for the service; nobody judged the supplier by them."""
    people = make_people()
    buying.set_criterion(people.quality_manager, service="material", name_vi="Đúng hẹn")
    _approve(people.quality_manager, _supplier(people))


def ordered_with_a_thing_unsaid(_app: Any) -> None:
    """6.6.3: the supplier is approved and told three things; the acceptance criteria are not said."""
    people = make_people()
    row = _supplier(people)
    _approve(people.quality_manager, row)
    order = buying.write_order(people.quality_manager, row, service="material", title="Cáp", **{**FOUR, "acceptance": " "})
    buying.send_order(people.quality_manager, order)


def ordered_from_whom_nobody_approved(_app: Any) -> None:
    """6.6.1: the order is complete; the supplier is not approved for the service."""
    people = make_people()
    order = buying.write_order(people.quality_manager, _supplier(people), service="material", title="Cáp", **FOUR)
    buying.send_order(people.quality_manager, order)


def _arrived(people: People) -> Any:
    return buying.receive(people.technician, kind="goods", title="Cáp N 3 m", received_on=clock.today(), supplier=_supplier(people))


def used_before_its_check(_app: Any) -> None:
    """6.6.2 c: what arrived waits for its check and is used all the same."""
    people = make_people()
    buying.take_into_use(people.quality_manager, _arrived(people), used_from=clock.today(), used_for="đo phát xạ")


def accepted_with_a_point_failed(_app: Any) -> None:
    """6.6.2: one point was not fine, and it is accepted."""
    people = make_people()
    row = _arrived(people)
    buying.look_at(people.quality_manager, row, {key: (key != "intact", "") for key in POINTS["goods"]})
    buying.decide(people.quality_manager, row, accept=True, words="tạm dùng")


def _high_risk(people: People, owner: Any) -> Any:
    row = risking.record_risk(people.quality_manager, kind="risk", topic="impartiality", title="Bị ép kết luận đạt", likelihood=4,
                              consequence=4, owner=owner)
    return risking.plan_treatment(people.quality_manager, row, answer="reduce", treatment="người thứ hai xem xét",
                                  due_on=clock.today(), effect_on=clock.today() + timedelta(days=90))


def risk_approved_by_its_owner(_app: Any) -> None:
    """4.1.5: the head may approve, but owns this risk."""
    people = make_people()
    risking.approve_treatment(people.signatory, _high_risk(people, people.signatory))


def high_risk_judged_away_by_its_judge(_app: Any) -> None:
    """8.5.3: the quality manager judged it high, somebody else owns it; now it is to be low, with a reason and nothing done."""
    people = make_people()
    row = risking.record_risk(people.quality_manager, kind="risk", topic="impartiality", title="Bị ép kết luận đạt", likelihood=4,
                              consequence=4, owner=people.reviewer)
    risking.judge_again(people.quality_manager, row, likelihood=2, consequence=2, owner=people.reviewer, reason="xem lại thấy thấp")


def high_risk_closed_without_approval(_app: Any) -> None:
    """4.1.5: treated, its effect looked at, nobody else approved."""
    people = make_people()
    row = _high_risk(people, people.reviewer)
    risking.check_effect(people.reviewer, row, likelihood=1, consequence=4, effect="không còn trường hợp nào")
    risking.close_risk(people.quality_manager, row, "đã giảm")


def _change(people: People, proposer: Any, answered: bool = True) -> Any:
    row = changing.propose_change(proposer, kind="method", title="Chuyển sang máy thu mới", purpose="nhanh hơn",
                                  planned_on=date(2026, 12, 1))
    changing.assess(proposer, row, {key: "đã xem" for key in IMPACTS if answered or key != "scope"})
    changing.add_step(proposer, row, what="Thẩm định lại", person=people.technician, due_on=date(2026, 11, 30))
    return row


def change_put_up_with_a_question_open(_app: Any) -> None:
    """5.7 b: nobody said what it does to the accreditation scope."""
    people = make_people()
    changing.submit(people.quality_manager, _change(people, people.quality_manager, answered=False))


def change_approved_by_who_proposed(_app: Any) -> None:
    """5.7 b: assessed and planned; the person who proposed it approves."""
    people = make_people()
    row = _change(people, people.quality_manager)
    row.proposed_by_id = people.signatory.id  # the head proposed; the quality manager wrote it down
    changing.submit(people.quality_manager, row)
    changing.approve(people.signatory, row, "đồng ý")


def change_begun_before_approval(_app: Any) -> None:
    """5.7 b: it waits for approval and begins."""
    people = make_people()
    row = changing.submit(people.quality_manager, _change(people, people.quality_manager))
    changing.begin(people.quality_manager, row)


BREACHES = {
    "not-own-supplier": approved_by_its_own_contact,
    "supplier-evaluated": approved_without_an_evaluation,
    "order-complete": ordered_with_a_thing_unsaid,
    "order-to-approved": ordered_from_whom_nobody_approved,
    "incoming-accepted": used_before_its_check,
    "incoming-looked-at": accepted_with_a_point_failed,
    "risk-approved-by-another": risk_approved_by_its_owner,
    "risk-lowered-by-another": high_risk_judged_away_by_its_judge,
    "risk-treated": high_risk_closed_without_approval,
    "change-assessed": change_put_up_with_a_question_open,
    "change-approved-by-another": change_approved_by_who_proposed,
    "change-approved": change_begun_before_approval,
}
