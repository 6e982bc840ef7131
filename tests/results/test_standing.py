"""After a change of the item: which results are asked about, who may answer, what a repeat makes, and that the paper waits."""
from __future__ import annotations

from datetime import timedelta

import pytest

from lab_app.core import clock
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.results import services as results
from lab_app.results.queries.standing import lines_of_sample, questions, unanswered
from lab_app.results.services.standing import Verdict
from lab_app.samples import services as samples
from lab_app.samples.services.item_file import write_item_file
from tests.support import results_facts
from tests.support.results_facts import MEASURED


@pytest.fixture
def bench(app, writing, frozen_clock):
    return results_facts.make_bench()


def update(bench, at=None, version="1.0.4"):
    changed_at = at or MEASURED + timedelta(minutes=2)
    samples.change_firmware(
        bench.people.reception, bench.sample, firmware=version, changed_at=changed_at, by="Ông Đặng Thử Nghiệm", reason="giảm phát xạ giả")


def open_questions(bench):
    return unanswered(lines_of_sample(bench.sample.id))


def answer(bench, decision="stands", reason="bản 1.0.4 không đổi phần cao tần", by=None, lines=None):
    asked = open_questions(bench)
    chosen = {q.line.id: Verdict(decision, reason) for q in asked if lines is None or q.line.id in lines}
    return results.decide_standing(by or bench.people.reviewer, bench.sample, asked[0].change.key, chosen)


def test_only_results_measured_before_under_another_firmware_are_asked(bench):
    bench.record()
    assert questions(lines_of_sample(bench.sample.id)) == [], "nothing changed"
    update(bench)
    later = bench.record(bench.line(conditions="2472 MHz"), measured_at=MEASURED + timedelta(minutes=5), environment=bench.environment)
    assert later.firmware == "1.0.4"
    asked = open_questions(bench)
    assert [q.line.conditions for q in asked] == ["2412 MHz"] and asked[0].change.what.endswith("1.0.4")


def test_a_reading_taken_with_that_firmware_already_is_not_asked(bench):
    bench.record(firmware="1.0.4")
    update(bench)
    assert open_questions(bench) == []


def test_it_stands_for_a_technical_reason_by_an_authorised_person_who_did_not_measure(bench):
    reading = bench.record()
    update(bench)
    with pytest.raises(NotAllowed):
        answer(bench, by=bench.people.technician)
    with pytest.raises(FieldRefused):
        answer(bench, reason=" ")
    made = answer(bench)
    assert [(d.decision, d.reading_id, d.decided_by_id) for d in made] == [("stands", reading.id, bench.people.reviewer.id)]
    assert open_questions(bench) == []
    with pytest.raises(FieldRefused):
        results.decide_standing(bench.people.reviewer, bench.sample, f"firmware-{made[0].firmware_change_id}",
                                {made[0].line_id: Verdict("stands", "lần nữa")})


def test_without_the_authorisation_to_review_nobody_answers(app, writing, frozen_clock):
    bench = results_facts.make_bench(reviewer=False)
    bench.record()
    update(bench)
    with pytest.raises(GateRefused) as caught:
        answer(bench)
    assert caught.value.stop.gate == "reviewer-authorised"


def test_whoever_measured_may_not_say_that_it_stands(bench):
    both = results_facts.both_roles(bench.people, bench.tested.method.code)
    bench.record(by=both)
    update(bench)
    with pytest.raises(GateRefused) as caught:
        answer(bench, by=both)
    assert caught.value.stop.gate == "reviewer-is-another"


def test_a_repeat_makes_the_retest_and_the_first_result_stays(bench):
    first = bench.record()
    update(bench)
    made = answer(bench, "repeat", "đổi bộ khuếch đại")[0]
    again = next(x for x in lines_of_sample(bench.sample.id) if x.id == made.retest_id)
    assert again.retest_of_id == first.line_id and "1.0.4" in again.retest_reason and again.status == "planned"
    assert open_questions(bench) == [], "the repeated line is not asked any more, the new one has no result yet"
    bench.record(again, measured_at=MEASURED + timedelta(minutes=6))
    assert open_questions(bench) == []


def test_a_correction_of_what_stands_is_asked_again(bench):
    first = bench.record()
    update(bench)
    answer(bench)
    results.correct_reading(bench.people.technician, first.line, bench.entry("15.5"), "gõ nhầm")
    assert len(open_questions(bench)) == 1, "the reading that was seen is not the one that counts"


def test_a_second_change_asks_again(bench):
    bench.record()
    update(bench)
    answer(bench)
    update(bench, MEASURED + timedelta(minutes=4), "1.0.5")
    assert [q.change.firmware for q in open_questions(bench)] == ["1.0.5"]


def test_a_change_of_the_items_make_up_asks_too_and_a_better_description_does_not(bench):
    bench.record()
    item = bench.request.items[0]
    write_item_file(bench.people.reception, item, {"versions": {"hardware": "A"}})
    assert open_questions(bench) == []
    write_item_file(bench.people.reception, item, {"versions": {"hardware": "A1"}}, reason="ghi rõ hơn")
    assert open_questions(bench) == []
    write_item_file(bench.people.reception, item, {"versions": {"hardware": "B"}}, reason="thay bo mạch", changes_item=True,
                    changed_at=clock.now())
    assert [q.change.kind for q in open_questions(bench)] == ["file"]
    answer(bench, reason="bo mạch mới chỉ khác nhãn")
    assert open_questions(bench) == []


def test_a_change_that_is_not_of_the_sample_is_refused(bench):
    with pytest.raises(Refused):
        results.decide_standing(bench.people.reviewer, bench.sample, "firmware-999", {})


def test_questions_take_a_constant_number_of_statements(bench, statements):
    bench.record_all()
    update(bench)
    from lab_app.core.db import db

    db.session.expire_all()
    ident = bench.sample.id
    with statements() as seen:
        assert len(unanswered(lines_of_sample(ident))) == 3
    assert len(seen) <= 9, seen
