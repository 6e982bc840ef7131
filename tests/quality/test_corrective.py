"""Corrective action: fixed stages, a cause that was looked for, evidence, the effect judged by another and not too early (8.7)."""
from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lab_app.core import clock, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.corrective import pictures, queries, rules, services
from lab_app.quality.corrective import workflow as stages
from lab_app.quality.corrective.models import CorrectiveAction, EffectCheck
from tests.journeys.breaches.ncw import carried_out, judge, opened, planned, work
from tests.support.nonconforming import ANSWERS, answered, classed
from tests.support.people_facts import SETTER
from tests.support.signing import confirmed, typed


def commit():
    db.session.commit()
    database.end_writing()


def asks(person):
    rights = {str(p) for p in P if person.can(p)}
    return sorted(a.key for a in db.session.scalars(inbox.of(person.id, rights)) if a.kind.startswith("corrective"))


def refused(act):
    with pytest.raises(GateRefused) as caught:
        act()
    return caught.value.stop


# ---- pure ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "days"), [("", 30), ("45", 45), ("0", 30), ("366", 30), ("-5", 30), ("ba", 30), ("1", 1)])
def test_the_laboratory_says_how_long_to_wait(text, days):
    assert rules.days_from({rules.SETTING: text}) == days and rules.days_from({}) == 30


def test_an_analysis_asks_twice_or_weighs_two_causes():
    assert not rules.analysed(["một"], {}) and not rules.analysed([], {"people": ["một"]})
    assert rules.analysed(["một", "hai"], {}) and rules.analysed([], {"people": ["một"], "method": ["hai"]})
    assert rules.tidy_whys([" a ", "", "b"]) == ["a", "b"]
    assert rules.tidy_fishbone({"people": [" a ", ""], "ghosts": ["b"], "method": []}) == {"people": ["a"]}
    assert rules.not_before([], 30) is None and rules.not_before([date(2026, 1, 5), date(2026, 1, 31)], 30) == date(2026, 3, 2)


def test_every_stage_comes_before_those_after_it_and_after_those_before():
    for here in stages.OPEN_STAGES:
        for wanted in stages.OPEN_STAGES:
            stop = stages.stage_order(stages.StageFacts("X", here, wanted))
            assert (stop is None) == (stages.STAGES.index(wanted) <= stages.STAGES.index(here)), (here, wanted)
        closing = stages.stage_order(stages.StageFacts("X", here, stages.CLOSED, effective=True))
        assert (closing is None) == (here == stages.EFFECTIVENESS)
    assert stages.stage_order(stages.StageFacts("X", stages.EFFECTIVENESS, stages.CLOSED)) is not None


def test_pictures_hold_every_word_inside_their_frame(app):
    with app.test_request_context("/"):
        bones = {name: [f"nguyên nhân thứ {n} của {name}" for n in range(3)] for name in ("people", "method", "equipment", "data", "item")}
        for picture in (pictures.ladder("Vấn đề " * 9, [f"vì điều {n} " * 8 for n in range(5)], "gốc"),
                        pictures.fishbone("Máy thu đọc thấp", bones, "equipment"), pictures.fishbone("x", {"people": ["một"]})):
            d = picture.drawing
            assert not picture.empty and d.height > 40
            for _tone, x, y, text, anchor in d.texts:
                width = 6.9 * len(text)
                left = x if anchor == "start" else x - width / 2
                assert left >= -1 and left + width <= d.width + 12 and 8 < y <= d.height, (text, x, y, d.height)
            for _tone, places in d.lines:
                assert all(-1 <= x <= d.width and -1 <= y <= d.height + 1 for x, y in places)
        assert pictures.ladder("x", [], "gốc").empty and pictures.fishbone("x", {"ghosts": ["a"], "people": [""]}).empty
        drawn = [t[3] for t in pictures.fishbone("đầu", bones).drawing.texts]
        assert sum("nguyên nhân" in text for text in drawn) == 15


# ---- services ------------------------------------------------------------------------------------------------


def test_the_whole_way_from_the_reaction_to_closing(people):
    row = carried_out(people)
    manager, day = people.quality_manager, clock.today()
    assert row.code == "HĐKP-2026-001" and row.status == stages.EFFECTIVENESS and row.check_from == day + timedelta(days=30)
    assert asks(people.reviewer) == [f"corrective/{row.id}/effect"] and asks(manager) == []
    with clock.at(clock.now() + timedelta(days=29)):
        assert refused(lambda: judge(row, people.reviewer)).gate == "effectiveness-not-early"
    db.session.rollback()
    row = carried_out(people)
    with clock.at(clock.now() + timedelta(days=30)):
        assert refused(lambda: services.close_corrective(manager, row, risks_answer="đã xem", documents_answer="đã sửa")).gate == \
            "corrective-stage-order"
        for person in (people.technician, people.auditor):
            with pytest.raises(NotAllowed):
                judge(row, person)
        judge(row, people.reviewer)
        with pytest.raises(Refused):
            judge(row, people.signatory)
        services.close_corrective(manager, row, risks_answer="đã cập nhật sổ rủi ro", documents_answer="không phải sửa: quy trình đã đủ")
    assert row.status == stages.CLOSED and asks(manager) == asks(people.reviewer) == []
    for act in (lambda: services.answer_stage(manager, row, stages.CAUSE, whys=["a", "b"], fishbone={}, cause="x", cause_class="data"),
                lambda: services.add_step(manager, row, what="thêm", owner=people.technician, due_on=day)):
        with pytest.raises(Refused):
            act()


def test_who_carried_a_step_out_does_not_judge_it_either(people):
    row = planned(people)
    services.add_step(people.quality_manager, row, what="đào tạo lại", owner=people.reviewer, due_on=clock.today())
    for step, person in zip(row.steps, (people.technician, people.reviewer), strict=True):
        services.finish_step(person, step, done_on=clock.today(), evidence="biên bản")
    services.answer_stage(people.quality_manager, row, stages.CARRYING_OUT)
    with clock.at(clock.now() + timedelta(days=40)):
        assert refused(lambda: judge(row, people.reviewer)).gate == "effectiveness-by-another"
        judge(row, people.signatory)
    assert row.checks[-1].person_id == people.signatory.id


def test_a_day_typed_as_past_does_not_shorten_the_wait(people):
    row = opened(people)
    with clock.at(clock.now() + timedelta(days=60)):
        manager = people.quality_manager
        services.answer_stage(manager, row, stages.REACT, reaction="x")
        services.answer_stage(manager, row, stages.CONSEQUENCES, consequences="x", similar="x")
        services.answer_stage(manager, row, stages.CAUSE, whys=["a", "b"], fishbone={}, cause="x", cause_class="data")
        step = services.add_step(manager, row, what="x", owner=people.technician, due_on=clock.today())
        services.answer_stage(manager, row, stages.ACTIONS, criterion="x")
        services.finish_step(people.technician, step, done_on=row.opened_on, evidence="x")
        services.answer_stage(manager, row, stages.CARRYING_OUT)
        assert row.check_from == clock.today() + timedelta(days=30)
        assert refused(lambda: judge(row, people.reviewer)).gate == "effectiveness-not-early"


def test_what_did_not_work_goes_back_to_the_cause_and_needs_something_new(people):
    row = carried_out(people)
    with clock.at(clock.now() + timedelta(days=31)):
        services.check_effect(people.reviewer, row, effective=False, looked_at="bản ghi", finding="lại vượt",
                              confirmed=confirmed(people.reviewer))
        assert row.status == stages.CAUSE and row.check_from is None and asks(people.quality_manager) == [f"corrective/{row.id}/stage"]
        services.answer_stage(people.quality_manager, row, stages.CAUSE, whys=["lịch không ai xem", "không giao ai"], fishbone={},
                              cause="không giao người xem lịch", cause_class="management")
        new = services.add_step(people.quality_manager, row, what="giao người", owner=people.technician, due_on=clock.today())
        services.answer_stage(people.quality_manager, row, stages.ACTIONS, criterion="30 ngày nữa")
        assert new.round == 2 and refused(
            lambda: services.answer_stage(people.quality_manager, row, stages.CARRYING_OUT)).gate == "corrective-cause-and-evidence"


def test_the_actions_that_did_not_work_are_not_judged_a_second_time_with_nothing_new(people):
    row, manager = carried_out(people), people.quality_manager
    with clock.at(clock.now() + timedelta(days=31)):
        services.check_effect(people.reviewer, row, effective=False, looked_at="bản ghi", finding="lại vượt",
                              confirmed=confirmed(people.reviewer))
        services.answer_stage(manager, row, stages.CAUSE, whys=["một", "hai"], fishbone={}, cause="khác", cause_class="management")
        with pytest.raises(FieldRefused) as caught:
            services.answer_stage(manager, row, stages.ACTIONS, criterion="30 ngày nữa")
        assert caught.value.field == "criterion" and row.status == stages.ACTIONS
        new = services.add_step(manager, row, what="giao người", owner=people.technician, due_on=clock.today())
        services.answer_stage(manager, row, stages.ACTIONS, criterion="30 ngày nữa")
        services.drop_step(manager, new, "thôi")
        assert refused(lambda: services.answer_stage(manager, row, stages.CARRYING_OUT)).gate == "corrective-cause-and-evidence"


def test_what_was_signed_as_working_is_not_reworded(people):
    row, manager = carried_out(people), people.quality_manager
    with clock.at(clock.now() + timedelta(days=31)):
        services.answer_stage(manager, row, stages.ACTIONS, criterion="không vượt trong 31 ngày")
        judge(row, people.reviewer)
        for stage, said in ((stages.ACTIONS, {"criterion": "không cần gì"}), (stages.REACT, {"reaction": "khác"})):
            with pytest.raises(Refused):
                services.answer_stage(manager, row, stage, **said)
        assert row.criterion == "không vượt trong 31 ngày"
        services.close_corrective(manager, row, risks_answer="không", documents_answer="không")


@pytest.mark.parametrize(("stage", "answers", "field"), [
    (stages.REACT, {"reaction": "  "}, "reaction"),
    (stages.CONSEQUENCES, {"consequences": "x", "similar": ""}, "similar"),
    (stages.CAUSE, {"whys": ["một"], "fishbone": {}, "cause": "x", "cause_class": "data"}, "whys"),
    (stages.CAUSE, {"whys": ["một", "hai"], "fishbone": {}, "cause": " ", "cause_class": "data"}, "cause"),
    (stages.CAUSE, {"whys": ["một", "hai"], "fishbone": {}, "cause": "x", "cause_class": "weather"}, "cause_class"),
    (stages.ACTIONS, {"criterion": "x"}, "criterion"),
])
def test_an_empty_or_thin_answer_is_refused(people, stage, answers, field):
    row, manager = opened(people), people.quality_manager
    before = {stages.REACT: {"reaction": "x"}, stages.CONSEQUENCES: {"consequences": "x", "similar": "x"},
              stages.CAUSE: {"whys": ["a", "b"], "fishbone": {}, "cause": "x", "cause_class": "data"}}
    for earlier in stages.STAGES[:stages.STAGES.index(stage)]:
        services.answer_stage(manager, row, earlier, **before[earlier])
    with pytest.raises(FieldRefused) as caught:
        services.answer_stage(manager, row, stage, **answers)
    assert caught.value.field == field and row.status == stage


def test_only_the_owner_the_one_it_was_given_to_and_quality_managers_work_on_it(people):
    row = planned(people)
    with pytest.raises(NotAllowed):
        services.answer_stage(people.reviewer, row, stages.REACT, reaction="x")
    with pytest.raises(NotAllowed):
        services.finish_step(people.second_technician, row.steps[0], done_on=clock.today(), evidence="x")
    assert asks(people.technician) == [f"corrective/{row.id}/step/{row.steps[0].id}"]
    for change, field in (({"evidence": " "}, "evidence"), ({"done_on": clock.today() + timedelta(days=1)}, "done_on"),
                          ({"done_on": row.opened_on - timedelta(days=1)}, "done_on")):
        with pytest.raises(FieldRefused) as caught:
            services.finish_step(people.technician, row.steps[0], **{"done_on": clock.today(), "evidence": "x", **change})
        assert caught.value.field == field
    services.finish_step(people.technician, row.steps[0], done_on=clock.today(), evidence="x")
    assert asks(people.technician) == []
    with pytest.raises(Refused):
        services.finish_step(people.technician, row.steps[0], done_on=clock.today(), evidence="y")
    services.answer_stage(SETTER, row, stages.REACT, reaction="viết lại", reason="thiếu giờ")
    assert row.status == stages.CARRYING_OUT and row.reaction == "viết lại"


# ---- recurrence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("earlier", "facts", "again"), [
    (date(2025, 11, 12), {}, True), (date(2025, 11, 11), {}, False),
    (date(2026, 6, 1), {"area": "items"}, False), (date(2026, 6, 1), {"cause_class": "people"}, False),
])
def test_the_same_cause_in_the_same_area_within_twelve_months_has_come_back(people, earlier, facts, again):
    before = classed(people.quality_manager, work(people, earlier), **facts)
    row = classed(people.quality_manager, work(people))
    assert queries.recurrences(row) == ([before] if again else []) and queries.recurrences(before) == []


def test_the_same_subject_counts_in_another_area_too(people):
    subject = {"subject_kind": "room", "subject_id": 1, "subject_code": "P-RF"}
    before = classed(people.quality_manager, work(people, date(2026, 6, 1), **subject), area="items")
    assert queries.recurrences(classed(people.quality_manager, work(people, **subject))) == [before]


def test_recurrence_high_risk_and_no_class_force_a_corrective_action_and_a_link_opens_the_way(people):
    manager = people.quality_manager
    classed(manager, work(people, date(2026, 6, 12)))
    row = answered(manager, work(people))
    assert refused(lambda: quality.close_nonconformity(manager, row)).gate == "recurrence-forces-corrective"
    action = services.open_corrective(manager, title="Điều hòa", source=("nonconformity", row.id, row.code))
    assert queries.linked_to(row.id) == [action] and queries.answered_by(action.id) == [row]
    with pytest.raises(FieldRefused):
        services.link_corrective(manager, row, action)
    quality.close_nonconformity(manager, row)
    risky = answered(manager, work(people, title="khác"))
    classed(manager, risky, risk_class="high", area="reporting")
    assert refused(lambda: quality.close_nonconformity(manager, risky)).gate == "recurrence-forces-corrective"
    bare = work(people, title="chưa phân loại")
    quality.answer_nonconformity(manager, bare, responsible_id=manager.id, **ANSWERS)
    stop = refused(lambda: quality.close_nonconformity(manager, bare))
    assert stop.gate == "recurrence-forces-corrective" and stop.evaluated is False
    services.link_corrective(manager, risky, action)
    quality.close_nonconformity(manager, risky)


def test_an_action_on_another_cause_is_no_way_around_the_gate(people):
    manager = people.quality_manager
    risky, row = classed(manager, answered(manager, work(people)), risk_class="high"), opened(people)
    other = next(name for name in ("data", "people") if name != risky.cause_class)
    row.cause_class = other
    with pytest.raises(FieldRefused) as caught:
        services.link_corrective(manager, risky, row)
    assert caught.value.field == "corrective" and queries.linked_to(risky.id) == []
    row.cause_class = risky.cause_class
    services.link_corrective(manager, risky, row)
    assert queries.linked_to(risky.id) == [row]


def test_nobody_owns_an_action_whose_page_they_may_not_open(people):
    with pytest.raises(FieldRefused) as caught:
        services.open_corrective(people.quality_manager, title="x", owner=people.sales)
    assert caught.value.field == "owner" and db.session.scalar(select(CorrectiveAction)) is None


def test_a_closed_action_answers_nothing_new(people):
    row = carried_out(people)
    with clock.at(clock.now() + timedelta(days=31)):
        judge(row, people.reviewer)
        services.close_corrective(people.quality_manager, row, risks_answer="x", documents_answer="x")
        with pytest.raises(FieldRefused):
            services.link_corrective(people.quality_manager, work(people), row)


# ---- pages ---------------------------------------------------------------------------------------------------


def test_pages_from_opening_to_the_signed_check(people, client_as, frozen_clock):
    manager = client_as(people.quality_manager)
    assert manager.post("/quality/corrective/new", data={"title": "", "owner": "1", "opened_on": "16/11/2026"}).status_code == 422
    form = {"title": "Điều hòa hỏng", "owner": str(people.quality_manager.id), "opened_on": "16/11/2026", "due_on": "30/11/2026"}
    assert manager.post("/quality/corrective/new", data={**form, "due_on": "01/11/2026"}).status_code == 422
    assert manager.post("/quality/corrective/new", data=form).status_code == 302
    row = db.session.scalars(select(CorrectiveAction)).one()
    at = f"/quality/corrective/{row.code}"
    early = manager.post(f"{at}/cause", data={"whys": "a\nb", "cause": "x", "cause_class": "data"})
    assert early.status_code == 422 and "8.7.1" in early.text  # a crafted request that skips two stages
    for stage, said in (("react", {"reaction": "dừng"}), ("consequences", {"consequences": "không", "similar": "không"}),
                        ("cause", {"whys": "máy hỏng\nkhông bảo dưỡng", "bone_people": "bận\nquên", "cause": "không có <b>lịch</b>",
                                   "cause_class": "equipment"})):
        assert manager.post(f"{at}/{stage}", data=said).status_code == 302, stage
    step = {"what": "lập lịch", "owner": str(people.technician.id), "step_due_on": "20/11/2026"}
    assert manager.post(f"{at}/steps/new", data={**step, "step_due_on": "32/11/2026"}).status_code == 422
    assert manager.post(f"{at}/steps/new", data=step).status_code == 302
    assert manager.post(f"{at}/actions", data={"criterion": "không vượt"}).status_code == 302
    db.session.expire_all()
    ident = db.session.scalars(select(CorrectiveAction)).one().steps[0].id
    assert client_as(people.sales).get(f"/quality/corrective/steps/{ident}").status_code == 403
    technician = client_as(people.technician)
    assert technician.post(f"/quality/corrective/steps/{ident}", data={"done_on": "16/11/2026", "evidence": ""}).status_code == 422
    sent = technician.post(f"/quality/corrective/steps/{ident}", data={
        "done_on": "16/11/2026", "evidence": "lịch BD-01", "files": (io.BytesIO(b"%PDF-1.4 evidence"), "bd01.pdf")})
    assert sent.status_code == 302
    assert manager.post(f"{at}/carrying_out", data={}).status_code == 302
    page = manager.get(at)
    assert "bd01.pdf" in page.text and "&lt;b&gt;lịch" in page.text and page.text.count('class="plot plot--figure plot--cause"') == 2
    paper = manager.get(f"{at}/print")
    assert paper.status_code == 200 and "lập lịch" in paper.text
    own = manager.post(f"{at}/check", data={"effective": "yes", "looked_at": "x", "finding": "y", "password": "x"})
    assert own.status_code == 422 and db.session.scalar(select(EffectCheck)) is None
    frozen_clock.advance(days=31)
    reviewer = client_as(people.reviewer)
    signed = {**typed(reviewer, people.reviewer, at, f"{at}/check".replace("Đ", "%C4%90")), "effective": "yes", "looked_at": "bản ghi",
              "finding": "không vượt"}
    commit()
    assert reviewer.post(f"{at}/check", data=signed).status_code == 302
    unanswered = manager.post(f"{at}/close", data={"risks_answer": "", "documents_answer": "đã sửa"})
    assert unanswered.status_code == 422 and "8.7.1" in unanswered.text
    assert manager.post(f"{at}/close", data={"risks_answer": "đã xem", "documents_answer": "đã sửa"}).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(CorrectiveAction)).one().status == "closed"


def test_the_list_costs_the_same_and_shows_what_is_late(people, client_as, statements):
    for n in range(30):
        row = opened(people)
        row.title = f"Việc {n}"
    late = planned(people)
    late.steps[0].due_on = clock.today() - timedelta(days=1)
    commit()
    reader = client_as(people.auditor)
    reader.get("/quality/corrective")
    with statements() as seen:
        page = reader.get("/quality/corrective")
    assert page.status_code == 200 and len(seen) <= 15 and not {s for s, n in seen.repeated().items() if n > 2}, str(seen)
    only = reader.get("/quality/corrective?late=steps").text
    assert late.code in only and "Việc 29" not in only and "Việc 29" in page.text
    assert reader.get("/quality/corrective?export=csv").status_code == 200
    assert reader.get("/quality/corrective/new").status_code == 403
    assert reader.get("/quality/corrective/HĐKP-1999-001").status_code == 404


def test_the_laboratorys_own_number_of_days_counts(people):
    from lab_app.accounts.services import set_up_laboratory

    set_up_laboratory(SETTER, settings={**people.laboratory.settings, rules.SETTING: "90"})
    row = carried_out(people)
    assert queries.waiting_days() == 90 and row.check_from == clock.today() + timedelta(days=90)
    with clock.at(clock.now() + timedelta(days=89)):
        assert refused(lambda: judge(row, people.reviewer)).gate == "effectiveness-not-early"
