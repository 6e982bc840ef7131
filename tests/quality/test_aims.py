"""Risks, objectives, improvements, planned changes, context, lessons: by services and pages, with what each refuses (8.5, 8.6, 5.7)."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from lab_app.accounts.services.people import set_person_roles
from lab_app.core import clock, kpi
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from lab_app.core.kpi import Kpi, Sum
from lab_app.quality.changes import services as changing
from lab_app.quality.changes.rules import IMPACTS
from lab_app.quality.context import picture
from lab_app.quality.context import services as setting
from lab_app.quality.improvements import rules as gains
from lab_app.quality.improvements import services as improving
from lab_app.quality.knowledge import services as learning
from lab_app.quality.objectives import queries as aims
from lab_app.quality.objectives import rules as standing
from lab_app.quality.objectives import services as aiming
from lab_app.quality.risks import rules as levels
from lab_app.quality.risks import services as risking
from tests.support.people_facts import SETTER, make_people

TODAY = date(2026, 11, 16)


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


def keep() -> None:
    db.session.commit()
    database.end_writing()


def asked(kind: str) -> list[Ask]:
    return list(db.session.scalars(select(Ask).where(Ask.kind == kind, Ask.settled_at.is_(None)).order_by(Ask.id)))


@pytest.fixture
def missed():
    """A figure that was 9 in September, 5 in October, 1 this month."""
    kpi.register(Kpi("test-figure", "Số thử", "count", "low", lambda spans: {
        date(2026, 9, 1): Sum(D(9), 1), date(2026, 10, 1): Sum(D(5), 1), date(2026, 11, 1): Sum(D(1), 1)}))
    yield "test-figure"
    kpi.registry.pop("test-figure")


# ---- risks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("a,b,level", [(1, 1, "low"), (2, 2, "low"), (1, 4, "low"), (1, 5, "medium"), (5, 1, "medium"), (3, 3, "medium"),
                                       (2, 5, "high"), (4, 3, "high"), (5, 5, "high")])
def test_how_high_a_risk_is(a, b, level):
    assert levels.level(a, b) == level


@pytest.mark.parametrize("a,b", [(0, 3), (3, 6)])
def test_off_the_scale(a, b):
    with pytest.raises(ValueError):
        levels.level(a, b)


def risk(people, **more):
    facts = {"kind": "risk", "topic": "impartiality", "title": "Bị ép kết luận", "likelihood": 4, "consequence": 4,
             "owner": people.reviewer}
    return risking.record_risk(people.quality_manager, **{**facts, **more})


PLAN = {"answer": "reduce", "treatment": "người thứ hai xem", "due_on": TODAY, "effect_on": TODAY + timedelta(days=60)}


@pytest.mark.both_databases
def test_a_high_risk_from_found_to_closed(people, frozen_clock):
    row = risk(people)
    assert [a.person_id for a in asked("risk")] == [people.reviewer.id]
    with pytest.raises(GateRefused) as bare:
        risking.close_risk(people.quality_manager, row, "xong")
    assert bare.value.stop.gate == "risk-treated" and "4.1.5" in bare.value.stop.clauses
    risking.plan_treatment(people.reviewer, row, **PLAN)
    assert [(a.permission, a.not_person_id) for a in asked("risk")] == [("risk:approve", people.reviewer.id)]
    with pytest.raises(NotAllowed):
        risking.approve_treatment(people.quality_manager, row)
    risking.approve_treatment(people.signatory, row)
    assert asked("risk") == []
    frozen_clock.advance(days=50)
    keep()
    risking.ask_due(people.quality_manager, clock.today())
    assert [a.key for a in asked("risk")] == [f"risk/{row.id}/effect"]
    risking.check_effect(people.reviewer, row, likelihood=3, consequence=4, effect="vẫn còn một lần")
    with pytest.raises(GateRefused) as still:
        risking.close_risk(people.quality_manager, row, "xong")
    assert "vẫn cao" in str(still.value.stop.says)
    risking.plan_treatment(people.reviewer, row, **{**PLAN, "due_on": clock.today(), "effect_on": clock.today()})
    assert row.approved_at is None and row.effect == "", "a new treatment is approved and looked at anew"
    risking.approve_treatment(people.signatory, row)
    risking.check_effect(people.reviewer, row, likelihood=1, consequence=4, effect="không còn")
    assert risking.close_risk(people.quality_manager, row, "đạt").status == "closed" and asked("risk") == []
    with pytest.raises(Refused):
        risking.judge_again(people.quality_manager, row, likelihood=1, consequence=1, owner=people.reviewer, reason="x")


def test_who_wrote_the_treatment_does_not_approve_it(people):
    row = risk(people)
    risking.plan_treatment(people.quality_manager, row, **PLAN)
    set_person_roles(SETTER, people.quality_manager, ["quality_manager", "signatory"], "kiêm nhiệm")
    with pytest.raises(GateRefused) as own:
        risking.approve_treatment(people.quality_manager, row)
    assert own.value.stop.gate == "risk-approved-by-another"
    assert risking.approve_treatment(people.signatory, row).status == "approved"


def test_who_wrote_the_treatment_does_not_approve_it_though_neither_owner_nor_first_writer(people):
    row = risk(people)
    set_person_roles(SETTER, people.technician, ["quality_manager", "signatory"], "kiêm nhiệm")
    risking.plan_treatment(people.technician, row, **PLAN)
    with pytest.raises(GateRefused) as own:
        risking.approve_treatment(people.technician, row)
    assert own.value.stop.gate == "risk-approved-by-another"
    assert risking.approve_treatment(people.signatory, row).status == "approved"


@pytest.mark.both_databases
def test_a_high_risk_is_judged_down_by_none_of_those_it_rests_on(people):
    def down(actor, **more):
        return risking.judge_again(actor, row, **{"likelihood": 2, "consequence": 2, "owner": people.reviewer, "reason": "xem lại", **more})

    def refused(actor):
        with pytest.raises(GateRefused) as own:
            down(actor)
        assert (own.value.stop.gate, own.value.stop.clauses) == ("risk-lowered-by-another", ("8.5.3", "4.1.4", "4.1.5"))

    row = risk(people)
    set_person_roles(SETTER, people.technician, ["quality_manager"], "kiêm nhiệm")
    set_person_roles(SETTER, people.reviewer, ["quality_manager"], "kiêm nhiệm")
    refused(people.quality_manager)  # judged it high
    refused(people.reviewer)  # owns it
    down(people.technician, likelihood=5, consequence=4, owner=people.technician)  # higher still, and another owner
    for one in (people.quality_manager, people.reviewer, people.technician):  # who owned it while it was high is not free either
        refused(one)
    assert rows_level(row) == "high"
    assert rows_level(down(people.signatory)) == "low", "whoever approves risks judges it, though they keep no quality records"
    down(people.quality_manager, likelihood=3, consequence=2)  # what is not high is judged as before
    down(people.technician, likelihood=4, consequence=4)
    down(people.quality_manager, likelihood=3, consequence=2)  # judged it low before: not one of those the high level rests on
    with pytest.raises(NotAllowed):
        down(people.reception)


def rows_level(row):
    return levels.level(row.likelihood, row.consequence)


def test_a_high_opportunity_is_judged_by_anybody_who_keeps_the_records(people):
    row = risk(people, kind="opportunity")
    down = risking.judge_again(people.quality_manager, row, likelihood=1, consequence=1, owner=people.reviewer, reason="không còn")
    assert rows_level(down) == "low"


def test_the_page_of_judging_says_who_may_lower_a_high_risk(people, client_as, statements):
    row = risk(people)
    keep()
    path, typed = f"/quality/risks/{row.code}/judge", {
        "likelihood": "1", "consequence": "1", "owner_id": str(people.reviewer.id), "reason": "xem lại", "version": str(row.version)}
    manager, head = client_as(people.quality_manager), client_as(people.signatory)
    with statements() as seen:
        assert "không tự hạ mức" in manager.get(path).text
    assert len(seen) <= 15, seen
    refused = manager.post(path, data=typed)
    assert refused.status_code == 422 and "không tự hạ mức" in refused.text
    assert client_as(people.reception).get(path).status_code == 403
    assert "/judge" in head.get(f"/quality/risks/{row.code}").text and "không tự hạ mức" not in head.get(path).text
    assert head.post(path, data=typed).status_code == 302


def test_another_plan_is_another_writer(people):
    row = risk(people, owner=people.technician)
    set_person_roles(SETTER, people.reviewer, ["quality_manager", "signatory"], "kiêm nhiệm")
    risking.plan_treatment(people.reviewer, row, **PLAN)
    risking.plan_treatment(people.technician, row, **{**PLAN, "treatment": "thiết bị thứ hai"})
    assert risking.approve_treatment(people.reviewer, row).status == "approved"


@pytest.mark.parametrize("change,field", [
    ({"kind": "x"}, "kind"), ({"topic": "x"}, "topic"), ({"title": " "}, "title"), ({"likelihood": 6}, "likelihood"),
    ({"consequence": 0}, "consequence"), ({"found_on": TODAY + timedelta(days=1)}, "found_on"),
    ({"source_kind": "nonconformity", "source_code": "NCW-1999-001"}, "source_code"),
])
def test_bad_risks(people, change, field):
    with pytest.raises(FieldRefused) as refused:
        risk(people, **change)
    assert refused.value.field == field


@pytest.mark.parametrize("change,field", [
    ({"answer": "exploit"}, "answer"), ({"effect_on": TODAY - timedelta(days=1)}, "effect_on"),
    ({"effect_on": TODAY + timedelta(days=900)}, "effect_on"), ({"treatment": ""}, "treatment"),
])
def test_a_treatment_has_the_day_of_its_effect_check(people, change, field):
    row = risk(people)
    with pytest.raises(FieldRefused) as refused:
        risking.plan_treatment(people.reviewer, row, **{**PLAN, **change})
    assert refused.value.field == field
    with pytest.raises(NotAllowed):
        risking.plan_treatment(people.technician, row, **PLAN)


def test_impartiality_is_looked_at_every_quarter(people):
    risking.ask_due(people.quality_manager, TODAY)
    assert [a.due_on for a in asked("impartiality-review")] == [TODAY]
    said = {key: "không có" for key in levels.QUESTIONS}
    with pytest.raises(FieldRefused):
        risking.review_impartiality(people.quality_manager, done_on=TODAY, answers={**said, "staff": " "}, conclusion="x")
    with pytest.raises(FieldRefused):
        risking.review_impartiality(people.quality_manager, done_on=TODAY, answers=said, conclusion="x",
                                    next_on=TODAY + timedelta(days=120))
    row = risking.review_impartiality(people.quality_manager, done_on=TODAY, answers=said, conclusion="không có gì mới")
    assert row.next_on == TODAY + levels.REVIEW_EVERY and asked("impartiality-review") == []
    assert risking.ask_due(people.quality_manager, TODAY + timedelta(days=60)) == 0


# ---- objectives ----------------------------------------------------------------------------------------------------


def objective(people, figure, **more):
    facts = {"title": "Ít lỗi", "kpi": figure, "target": D(4), "window": 1, "from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31),
             "owner": people.reviewer}
    return aiming.set_objective(people.quality_manager, **{**facts, **more})


@pytest.mark.parametrize("change,field", [
    ({"kpi": "nichts"}, "kpi"), ({"window": 5}, "window"), ({"to_on": date(2025, 1, 1)}, "to_on"), ({"target": D(-1)}, "target"),
    ({"kpi": "on-time", "target": D(101)}, "target"), ({"title": ""}, "title"),
])
def test_bad_objectives(people, missed, change, field):
    with pytest.raises(FieldRefused) as refused:
        objective(people, missed, **change)
    assert refused.value.field == field


def test_a_month_that_misses_is_asked_and_answered(people, missed):
    row = objective(people, missed)
    trend = aims.trends([row], TODAY)[0]
    assert trend.last.month == date(2026, 10, 1) and trend.last.value == D(5) and trend.state is standing.MISSED
    assert aims.trends([objective(people, missed, window=3, target=D(14))], TODAY)[0].state is standing.REACHED
    aiming.ask_due(people.quality_manager, TODAY)
    (one,) = asked("objective")
    assert one.person_id == people.reviewer.id and one.key == f"objective/{row.id}/off/2026-10" and one.due_on == date(2026, 11, 11)
    for month in (date(2026, 11, 1), date(2026, 8, 1)):
        with pytest.raises(FieldRefused):
            aiming.answer_month(people.reviewer, row, month=month, why="x", action="y")
    with pytest.raises(NotAllowed):
        aiming.answer_month(people.technician, row, month=date(2026, 10, 1), why="x", action="y")
    said = aiming.answer_month(people.reviewer, row, month=date(2026, 10, 9), why="ba lần đo lại", action="kiểm tra đường đo")
    assert said.month == date(2026, 10, 1) and said.value == D(5) and asked("objective") == []
    aiming.ask_due(people.quality_manager, TODAY)
    assert asked("objective") == [], "answered is not asked again"
    with pytest.raises(FieldRefused):
        aiming.answer_month(people.reviewer, row, month=date(2026, 10, 1), why="x", action="y")
    with pytest.raises(FieldRefused) as fine:
        aiming.answer_month(people.reviewer, objective(people, missed, target=D(6)), month=date(2026, 10, 1), why="x", action="y")
    assert fine.value.field == "month", "a month on target needs no answer"


def test_the_plan_asks_who_does_what_until_when(people, missed):
    row = objective(people, missed)
    step = aiming.add_step(people.reviewer, row, what="Kiểm tra đường đo", person=people.technician, due_on=TODAY)
    assert [a.person_id for a in asked("objective")] == [people.technician.id]
    with pytest.raises(NotAllowed):
        aiming.finish_step(people.second_technician, step, done_on=TODAY, shown_by="x")
    with pytest.raises(FieldRefused):
        aiming.finish_step(people.technician, step, done_on=TODAY + timedelta(days=1), shown_by="x")
    aiming.finish_step(people.technician, step, done_on=TODAY, shown_by="biểu đồ tháng 11")
    assert asked("objective") == []
    aiming.end_objective(people.quality_manager, row, "đạt")
    with pytest.raises(Refused):
        aiming.add_step(people.reviewer, row, what="x", person=people.technician, due_on=TODAY)


# ---- improvements, lessons -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("before,after,better,gain", [
    ("6.5", "1.5", "low", "76.9"), ("80", "92", "high", "15.0"), ("3", "4", "low", "-33.3"), ("0", "4", "low", None),
    (None, "4", "low", None),
])
def test_gain(before, after, better, gain):
    number = [None if v is None else D(v) for v in (before, after)]
    assert gains.gain(*number, better) == (None if gain is None else D(gain))


def test_an_improvement_from_anybody_to_its_figures(people):
    with pytest.raises(FieldRefused) as nameless:
        improving.propose(people.technician, kind="5s", title="Kho", problem="lâu", before=D(6))
    assert nameless.value.field == "figure"
    row = improving.propose(people.technician, kind="5s", title="Kho", problem="lâu", figure="phút", before=D(6))
    assert [a.permission for a in asked("improvement")] == ["quality:write"]
    with pytest.raises(NotAllowed):
        improving.take_up(people.technician, row, owner=people.technician, due_on=TODAY)
    improving.take_up(people.quality_manager, row, owner=people.technician, due_on=TODAY)
    with pytest.raises(FieldRefused) as unmeasured:
        improving.finish(people.technician, row, benefit="nhanh", done_on=TODAY)
    assert unmeasured.value.field == "after" and row.status == "doing"
    with pytest.raises(NotAllowed):
        improving.finish(people.second_technician, row, benefit="nhanh", done_on=TODAY, after=D(2))
    improving.finish(people.technician, row, benefit="nhanh", done_on=TODAY, after=D(2))
    assert row.status == "done" and asked("improvement") == []
    with pytest.raises(Refused):
        improving.decline(people.quality_manager, row, "muộn")


def test_lessons_are_found_by_words_and_by_their_record(people, client_as):
    learning.write_lesson(people.technician, area="testing", title="Kẹp ferit", happened="nhiễu cáp nguồn", learned="kẹp sát máy")
    for change in ({"area": "x"}, {"learned": " "}):
        with pytest.raises(FieldRefused):
            learning.write_lesson(people.technician, **{"area": "testing", "title": "a", "happened": "b", "learned": "c", **change})
    keep()
    client = client_as(people.technician)
    assert "BH-2026-001" in client.get("/quality/lessons?q=nhieu cap").text
    assert client.post("/quality/lessons/BH-2026-001/aside", data={"reason": "x"}).status_code == 403


# ---- planned changes -----------------------------------------------------------------------------------------------


def test_a_planned_change_from_question_to_look_back(people):
    row = changing.propose_change(people.quality_manager, kind="method", title="Máy thu mới", purpose="nhanh", planned_on=TODAY)
    with pytest.raises(FieldRefused):
        changing.assess(people.quality_manager, row, {"gossip": "x"})
    changing.assess(people.quality_manager, row, {key: "đã xem" for key in IMPACTS})
    with pytest.raises(GateRefused) as planless:
        changing.submit(people.quality_manager, row)
    assert planless.value.stop.gate == "change-assessed" and "kế hoạch" in str(planless.value.stop.says)
    step = changing.add_step(people.quality_manager, row, what="Thẩm định", person=people.technician, due_on=TODAY)
    with pytest.raises(GateRefused) as early:
        changing.finish_step(people.technician, row, step, done_on=TODAY, shown_by="x")
    assert early.value.stop.gate == "change-approved"
    changing.submit(people.quality_manager, row)
    changing.assess(people.quality_manager, row, {key: "xem lại" for key in IMPACTS})
    assert row.status == "draft" and asked("planned-change") == [], "what is assessed anew is approved anew"
    changing.submit(people.quality_manager, row)
    changing.approve(people.signatory, row, "đồng ý")
    assert [a.person_id for a in asked("planned-change")] == [people.technician.id]
    changing.begin(people.quality_manager, row)
    with pytest.raises(Refused):
        changing.close(people.quality_manager, row, "đạt")
    changing.finish_step(people.technician, row, step, done_on=TODAY, shown_by="báo cáo thẩm định")
    assert changing.close(people.quality_manager, row, "đạt, không hệ quả khác").status == "closed"


def approved_change(people):
    row = changing.propose_change(people.quality_manager, kind="method", title="Máy thu mới", purpose="nhanh", planned_on=TODAY)
    changing.assess(people.quality_manager, row, {key: "đã xem" for key in IMPACTS})
    changing.add_step(people.quality_manager, row, what="Thẩm định", person=people.technician, due_on=TODAY)
    changing.submit(people.quality_manager, row)
    return changing.approve(people.signatory, row, "đồng ý")


@pytest.mark.both_databases
def test_a_step_added_after_the_approval_says_who_when_and_why(people, client_as, statements, frozen_clock):
    """5.7 b: what was approved is told apart from what was added to it."""
    row = approved_change(people)
    keep()
    client, path = client_as(people.quality_manager), f"/quality/changes/{row.code}"
    assert "Thêm sau khi duyệt" not in client.get(path).text
    frozen_clock.advance(days=1)
    step = {"what": "Đào tạo lại", "person_id": str(people.technician.id), "due_on": "30/11/2026"}
    with pytest.raises(FieldRefused) as bare:
        changing.add_step(people.quality_manager, row, what="Đào tạo lại", person=people.technician, due_on=TODAY)
    assert bare.value.field == "reason"
    db.session.rollback()
    database.end_writing()
    assert client.post(f"{path}/steps/new", data=step).status_code == 422
    assert client.post(f"{path}/steps/new", data={**step, "reason": "Thiếu người biết máy mới"}).status_code == 302
    client.get(path)
    with statements() as seen:
        shown = client.get(path).text
    assert f"Thêm sau khi duyệt: {people.quality_manager.full_name}, 17/11/2026" in shown and "Thiếu người biết máy mới" in shown
    assert shown.count("Thêm sau khi duyệt") == 1 and len(seen) <= 15 and not seen.repeated(), seen


@pytest.mark.parametrize("kind", ["changes", "objectives"])
def test_a_step_of_another_record_is_no_step_of_this_one(people, missed, client_as, kind):
    """Two identifiers in one address: the second belongs to the first, or there is nothing there."""
    own, other = (approved_change(people) if kind == "changes" else objective(people, missed) for _ in range(2))
    if kind == "objectives":
        aiming.add_step(people.reviewer, own, what="Kiểm tra đường đo", person=people.technician, due_on=TODAY)
    step, codes = own.steps[0], (own.code, other.code)
    keep()
    client, said = client_as(people.quality_manager), {"done_on": "16/11/2026", "shown_by": "biên bản"}
    path = "/quality/{}/{}/steps/{}/done"
    assert client.get(path.format(kind, codes[1], step.id)).status_code == 404
    assert client.post(path.format(kind, codes[1], step.id), data=said).status_code == 404
    db.session.refresh(step)
    assert step.done_on is None
    assert client.post(path.format(kind, codes[0], step.id), data=said).status_code == 302


# ---- context -------------------------------------------------------------------------------------------------------


def test_context_is_reviewed_yearly_on_something(people):
    scope = {"scope_vi": "Thử nghiệm", "conclusion": "không đổi"}
    with pytest.raises(Refused):
        setting.review_context(people.quality_manager, done_on=TODAY, **scope)
    issue = setting.record_issue(people.quality_manager, side="external", topic="law", says="danh mục mới", effect="both")
    setting.record_party(people.quality_manager, name="Khách hàng", needs="đúng hẹn")
    with pytest.raises(FieldRefused):
        setting.record_party(people.quality_manager, name="Khách hàng", needs="khác")
    assert setting.ask_due(people.quality_manager, TODAY) == 1
    row = setting.review_context(people.quality_manager, done_on=TODAY, **scope)
    assert (row.issues, row.parties) == (1, 1) and asked("context-review") == []
    assert setting.ask_due(people.quality_manager, TODAY) == 0
    setting.let_go(people.quality_manager, issue, "đã bãi bỏ")
    with pytest.raises(Refused):
        setting.let_go(people.quality_manager, issue, "lần nữa")


def process(people, code, kind="core", feeds=()):
    return setting.add_process(people.quality_manager, code=code, name_vi=f"Quá trình {code}", kind=kind, inputs="a", outputs="b",
                               owner=people.reviewer, feeds=feeds)


def test_the_process_map_draws_every_way_and_no_box_over_another(people):
    process(people, "P1")
    with pytest.raises(FieldRefused):
        process(people, "P2", feeds=["P9"])
    with pytest.raises(FieldRefused):
        process(people, "P1")
    for n in range(2, 8):
        process(people, f"P{n}", kind="core" if n < 7 else "support", feeds=["P1"])
    drawn = picture.draw(setting.queries.processes())
    places = {(b.x, b.y) for b in drawn.boxes}
    assert len(places) == 7 and len(drawn.ways) == 6 and len(drawn.lanes) == 2
    assert all(b.x + picture.WIDE <= drawn.width and b.y + picture.HIGH <= drawn.height for b in drawn.boxes)
    with pytest.raises(Refused):
        setting.end_process(people.quality_manager, setting.queries.process_by_code("P1"), "thôi")


# ---- pages ---------------------------------------------------------------------------------------------------------


def test_pages(people, client_as, statements, missed):
    for n in range(27):
        risk(people, title=f"Rủi ro {n}", likelihood=n % 5 + 1)
        improving.propose(people.technician, kind="kaizen", title=f"Ý {n}", problem="lâu")
        changing.propose_change(people.quality_manager, kind="method", title=f"Đổi {n}", purpose="nhanh", planned_on=TODAY)
        learning.write_lesson(people.technician, area="testing", title=f"Học {n}", happened="a", learned="b")
    row = objective(people, missed)
    aiming.add_step(people.quality_manager, row, what="Việc", person=people.technician, due_on=TODAY)
    process(people, "P1")
    keep()
    client = client_as(people.quality_manager)
    for path in ("/quality/risks", "/quality/risks/RR-2026-003", "/quality/objectives", "/quality/objectives/MT-2026-01",
                 "/quality/improvements",
                 "/quality/improvements/CT-2026-001", "/quality/changes", "/quality/changes/TD-2026-001", "/quality/context",
                 "/quality/processes", "/quality/processes/P1", "/quality/lessons", "/quality/lessons/BH-2026-001",
                 "/quality/risks/impartiality"):
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200, path
        assert len(seen) <= 15 and not seen.repeated(), (path, len(seen), seen.repeated())
    for path in ("risks", "objectives", "improvements", "changes", "processes", "lessons"):
        assert client.get(f"/quality/{path}?export=csv").status_code == 200
    assert "2 × 4" in client.get("/quality/risks?cell=2x4").text
    assert "Rủi ro 0" not in client.get("/quality/risks?level=low&q=Rui ro 4").text
    typed = {"kind": "risk", "topic": "other", "title": "<script>alert(1)</script>", "found_on": "17/11/2026", "likelihood": "2",
             "consequence": "3", "owner_id": str(people.reviewer.id), "source_kind": "", "source_code": ""}
    refused = client.post("/quality/risks/new", data=typed)
    assert refused.status_code == 422 and "&lt;script&gt;" in refused.text and "17/11/2026" in refused.text, "nothing typed is lost"
    assert client.post("/quality/risks/new", data={**typed, "found_on": "16/11/2026"}).status_code == 302
    plan = {"answer": "reduce", "treatment": "xem", "due_on": "16/11/2026", "effect_on": ""}
    assert client.post("/quality/risks/RR-2026-003/plan", data=plan).status_code == 422, "no treatment without the day of its effect check"
    crafted = client.post("/quality/risks/RR-2026-003/moves/close", data={"reason": "xong"}, follow_redirects=True)
    assert "4.1.5" in crafted.text and "chưa có" in crafted.text
    begun = client.post("/quality/changes/TD-2026-001/moves/begin", follow_redirects=True)
    assert "5.7" in begun.text and "chưa được duyệt" in begun.text
    for path in ("risks/RR-2026-003", "changes/TD-2026-001"):
        assert client.post(f"/quality/{path}/moves/fly").status_code == 404
    assert client.post("/quality/changes/TD-2026-001/decision/approve").status_code == 403
    technician = client_as(people.technician)
    assert technician.get("/quality/improvements/new").status_code == 200
    assert technician.get("/quality/risks/new").status_code == 403 and technician.get("/quality/changes/new").status_code == 403
