"""The plan proposed for an item: each line with its reason, what is left out and why, and the answers given to it."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.samples.models import ProposalAnswer
from lab_app.samples.queries.proposals import plan_of
from lab_app.samples.services.item_file import write_item_file
from lab_app.samples.services.proposals import Answered, answer_proposals
from test_methods import services as methods
from test_methods.services.plan_rules import add_plan_rule
from tests.support import method_facts, samples_facts


def rule(people, code, regulation, conditions, **facts):
    return add_plan_rule(
        people.quality_manager, code=code, regulation=regulation, reason_vi=f"Lý do {code}", **facts,
        conditions=[dict(zip(("property", "operator", "value"), c, strict=True)) for c in conditions])


@pytest.fixture
def world(people, made):
    """Four regulations: one with a method in force, one with a draft, one not in force yet, one that nobody here tests."""
    draft = method_facts.draft_method(people, "PT 2")
    methods.add_regulation(people.reviewer, code="QC MAI:2027", title_vi="Quy chuẩn mai sau", in_force_from=date(2027, 1, 1))
    methods.add_regulation(people.reviewer, code="QC LA:2020", title_vi="Quy chuẩn lạ", in_force_from=date(2020, 1, 1))
    rule(people, "PR-1", "QC PT 1", [("radio", "has", "wifi24")])
    rule(people, "PR-2", "QC PT 2", [("radio", "has", "wifi5")])
    rule(people, "PR-3", "QC MAI", [("radio", "has", "wifi24")])
    rule(people, "PR-4", "QC LA", [("multimedia", "is", "yes")])
    rule(people, "PR-5", "QC LA", [("supply", "has", "battery")])
    request = samples_facts.make_request(people, items=[samples_facts.item_facts()])
    return draft, request.items[0]


def describe(people, item, **properties):
    write_item_file(people.reception, item, {"properties": properties}, reason="mô tả")


def test_without_properties_nothing_is_proposed_and_the_page_can_ask_for_them(people, world):
    plan = plan_of(world[1])
    assert not plan.lines and not plan.left_out
    assert set(plan.unstated) == {"radio", "multimedia", "supply"}


def test_each_line_says_why_and_what_is_left_out_says_why_not(people, made, world):
    draft, item = world
    describe(people, item, radio=["wifi24", "wifi5"], multimedia="yes")
    method_facts.accredit(people, made.method.code)
    plan = plan_of(item)
    by_code = {line.regulation.code: line for line in plan.lines}
    here = by_code["QC PT 1:2020"]
    assert here.here and here.method.code == "PT 1" and here.statuses == {"accredited"} and here.limits == (2, 2)
    assert "Lý do PR-1" in here.reason and "Wi-Fi 2,4 GHz" in here.reason and "01/01/2020" in here.reason
    assert here.lacking, "no instrument of the register measures the level"
    elsewhere = by_code["QC PT 2:2020"]
    assert not elsewhere.here and elsewhere.method.id == draft.method.id and "thầu phụ" in elsewhere.reason
    assert by_code["QC LA:2020"].method is None
    assert [(x.code, "01/01/2027" in x.why) for x in plan.left_out] == [("QC MAI:2027", True)]
    assert plan.unstated == []


def test_an_exemption_leaves_out_and_one_that_may_be_says_what_is_missing(people, world):
    rule(people, "PR-EX", "QC PT 1", [("radio", "has", "wifi24"), ("eirp_24", "le", "60")], effect="exempt", source="TT 00/2026")
    describe(people, world[1], radio=["wifi24"])
    open_ = next(line for line in plan_of(world[1]).lines if line.regulation.code == "QC PT 1:2020")
    assert "EIRP" in open_.reason, "what was not stated is no exemption, and is named"
    describe(people, world[1], radio=["wifi24"], eirp_24="60")
    plan = plan_of(world[1])
    assert not any(line.regulation.code == "QC PT 1:2020" for line in plan.lines)
    left = next(x for x in plan.left_out if x.code == "QC PT 1:2020")
    assert "60 mW" in left.why and "TT 00/2026" in left.advice


def test_accepting_asks_for_the_test_with_its_reason_and_declining_keeps_why(people, made, world):
    draft, item = world
    describe(people, item, radio=["wifi24", "wifi5"], multimedia="yes")
    lines = {line.regulation.code: line for line in plan_of(item).lines}
    answer_proposals(people.reception, item, {
        lines["QC PT 1:2020"].key: Answered("accepted"),
        lines["QC PT 2:2020"].key: Answered("accepted", laboratory="Phòng thử nghiệm Khác"),
        lines["QC LA:2020"].key: Answered("declined", "khách hàng đã có giấy của phòng khác"),
    })
    wanted = {t.method.code: t for t in item.tests}
    assert wanted["PT 1"].reason == lines["QC PT 1:2020"].reason and wanted["PT 1"].subcontracted == ""
    assert wanted["PT 2"].subcontracted == "Phòng thử nghiệm Khác"
    again = plan_of(item)
    assert not again.open and {line.answer.decision for line in again.lines} == {"accepted", "declined"}
    assert db.session.query(ProposalAnswer).filter_by(decision="declined").one().reason.startswith("khách hàng đã có")


@pytest.mark.parametrize(("code", "answer", "field"), [
    ("QC PT 1:2020", Answered("declined"), "reason"), ("QC PT 1:2020", Answered("maybe"), "decision"),
    ("QC PT 2:2020", Answered("accepted"), "laboratory"), ("QC LA:2020", Answered("accepted"), "decision"),
])
def test_bad_answers_are_refused_at_their_line(people, world, code, answer, field):
    describe(people, world[1], radio=["wifi24", "wifi5"], multimedia="yes")
    line = next(x for x in plan_of(world[1]).lines if x.regulation.code == code)
    with pytest.raises(FieldRefused) as caught:
        answer_proposals(people.reception, world[1], {line.key: answer})
    assert caught.value.field == f"{field}-{line.key}"


def test_a_line_that_is_not_proposed_and_a_person_who_may_not(people, world):
    with pytest.raises(FieldRefused):
        answer_proposals(people.reception, world[1], {"999-999": Answered("accepted")})
    with pytest.raises(NotAllowed):
        answer_proposals(people.technician, world[1], {})
    world[1].request.status = "declined"
    with pytest.raises(Refused):
        answer_proposals(people.reception, world[1], {})


def test_a_test_added_after_acceptance_goes_back_to_review(people, made):
    method_facts.make_method(people, "PT 2")
    request = samples_facts.accepted_request(people, made.method)
    item = request.items[0]
    rule(people, "PR-2", "QC PT 2", [("radio", "has", "wifi5")])
    describe(people, item, radio=["wifi5"])
    key = plan_of(item).lines[0].key
    with pytest.raises(FieldRefused) as caught:
        answer_proposals(people.reception, item, {key: Answered("accepted")})
    assert caught.value.field == "reason"
    db.session.rollback()


def test_the_reason_of_a_further_test_opens_a_new_review(people, made):
    method_facts.make_method(people, "PT 2")
    request = samples_facts.accepted_request(people, made.method)
    rule(people, "PR-2", "QC PT 2", [("radio", "has", "wifi5")])
    describe(people, request.items[0], radio=["wifi5"])
    answer_proposals(people.reception, request.items[0], {plan_of(request.items[0]).lines[0].key: Answered("accepted")}, reason="có 5 GHz")
    db.session.refresh(request, ["reviews"])
    assert request.status == "in_review" and len(request.reviews) == 2


def test_the_plan_takes_a_constant_number_of_statements(people, world, statements):
    describe(people, world[1], radio=["wifi24", "wifi5"], multimedia="yes")
    db.session.expire_all()
    item = world[1]
    _ = item.tests
    with statements() as seen:
        plan_of(item)
    few = len(seen)
    for n in range(12):
        rule(people, f"PR-X{n}", "QC PT 1", [("radio", "has", "wifi24")])
    db.session.expire_all()
    _ = item.tests
    with statements() as seen:
        plan_of(item)
    assert len(seen) <= few + 1 and few <= 14, (few, len(seen))
