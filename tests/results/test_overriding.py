"""A verdict set by hand: proposed with a reason, confirmed by a second authorised person, withdrawn with the reading it spoke of."""
from __future__ import annotations

import pytest

from lab_app.core import audit
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.results import services
from lab_app.results.queries import overrides as queries
from tests.support.people_facts import authorise, make_person
from tests.support.results_facts import both_roles, make_bench

pytestmark = pytest.mark.usefixtures("app", "writing", "frozen_clock")
WHY = "phổ có méo mà chỉ tiêu này không bắt được"


@pytest.fixture
def bench():
    made = make_bench()
    made.record_all()
    made.submit()
    return made


@pytest.fixture
def second(bench):
    return both_roles(bench.people, bench.tested.method.code)


def propose(bench, by=None, verdict="FAIL", why=WHY):
    return services.propose_override(by or bench.people.reviewer, bench.line(), verdict, why)


def refused_by(act, *args):
    with pytest.raises(GateRefused) as caught:
        act(*args)
    return caught.value.stop


def test_a_proposal_changes_nothing_until_it_is_confirmed(bench, second):
    override = propose(bench)
    reading = bench.line().reading
    assert queries.standing_verdict(reading) == "PASS"
    services.confirm_override(second, override, "đã xem phổ")
    assert queries.standing_verdict(reading) == "FAIL"
    assert reading.verdict == "PASS", "what was computed stays"
    found = queries.standing_overrides([reading.id])[reading.id]
    assert (found.computed, found.verdict, found.reason) == ("PASS", "FAIL", WHY)
    assert (found.proposed_by, found.confirmed_by) == (bench.people.reviewer.full_name, second.full_name)


def test_both_steps_stand_in_the_trail(bench, second):
    override = propose(bench)
    answer = services.confirm_override(second, override)
    db.session.flush()
    assert audit.history("verdict-override", override.id, 5)[0].reason == WHY
    assert audit.history("override-answer", answer.id, 5)


def test_the_proposer_does_not_confirm(bench, second):
    stop = refused_by(services.confirm_override, second, propose(bench, by=second))
    assert stop.gate == "override-by-second-person" and {"7.8.6.1", "7.5.2"} <= set(stop.clauses)


def test_the_measurer_of_both_roles_does_not_confirm():
    bench = make_bench()
    measurer = both_roles(bench.people, bench.tested.method.code)
    for line in list(bench.job.lines):
        if line.parameter.kind == "observation":
            bench.look()
        else:
            bench.record(line, by=measurer)
    bench.submit()
    stop = refused_by(services.confirm_override, measurer, propose(bench))
    assert stop.gate == "override-by-second-person" and measurer.full_name in str(stop.says)


def test_who_may_not_review_the_method_does_not_confirm(bench):
    stranger = make_person("N31", "Phạm Soát Nơi Khác", "reviewer")
    assert refused_by(services.confirm_override, stranger, propose(bench)).gate == "override-by-second-person"


def test_a_technician_may_not_confirm_at_all(bench):
    override = propose(bench)
    with pytest.raises(NotAllowed):
        services.confirm_override(bench.people.technician, override)


def test_who_is_not_authorised_for_the_method_does_not_propose(bench):
    stranger = make_person("N31", "Phạm Soát Nơi Khác", "reviewer")
    assert refused_by(propose, bench, stranger).gate == "override-proposed-with-reason"


def test_the_technician_of_the_method_may_propose_and_withdraw(bench):
    override = propose(bench, by=bench.people.technician)
    with pytest.raises(Refused):
        services.withdraw_override(bench.people.reviewer, override, "")
    services.withdraw_override(bench.people.technician, override, "xem lại thì đúng")
    assert queries.open_override(bench.line().reading.id) is None
    assert queries.standing_verdict(bench.line().reading) == "PASS"


@pytest.mark.parametrize(("verdict", "why", "error"), [
    ("PASS", WHY, FieldRefused), ("GREAT", WHY, FieldRefused), ("NOT_TESTED", WHY, FieldRefused), ("FAIL", " ", GateRefused),
])
def test_what_is_no_other_verdict_or_has_no_reason_is_refused(bench, verdict, why, error):
    with pytest.raises(error):
        propose(bench, verdict=verdict, why=why)


def test_one_proposal_at_a_time_and_one_answer_each(bench, second):
    override = propose(bench)
    with pytest.raises(Refused):
        propose(bench, verdict="NO_STATEMENT")
    services.decline_override(second, override, "méo nằm ngoài băng của chỉ tiêu")
    with pytest.raises(Refused):
        services.confirm_override(second, override)
    assert queries.standing_verdict(bench.line().reading) == "PASS"
    assert propose(bench, verdict="NO_STATEMENT").id != override.id


def test_a_declined_proposal_says_why(bench, second):
    with pytest.raises(FieldRefused) as refused:
        services.decline_override(second, propose(bench), "")
    assert refused.value.field == "note"


def test_a_line_not_submitted_is_corrected_instead():
    bench = make_bench()
    bench.record()
    with pytest.raises(Refused):
        propose(bench)


def test_a_correction_withdraws_what_was_said_of_the_old_reading(bench, second):
    open_one = propose(bench)
    services.correct_reading(bench.people.technician, bench.line(), bench.entry("15.9"), "gõ nhầm số")
    assert open_one.answer.answer == "withdrawn" and "gõ nhầm số" in open_one.answer.note
    with pytest.raises(Refused):
        services.confirm_override(second, open_one)


def test_a_confirmed_override_does_not_pass_to_the_next_revision(bench, second):
    services.confirm_override(second, propose(bench))
    old = bench.line().reading
    new = services.correct_reading(bench.people.technician, bench.line(), bench.entry("15.9"), "gõ nhầm số")
    assert queries.standing_verdicts([old.id, new.id]) == {old.id: "FAIL", new.id: "PASS"}


def test_an_override_may_be_overridden_back(bench, second):
    services.confirm_override(second, propose(bench))
    third = make_person("N32", "Lê Soát Ba", "reviewer")
    authorise(bench.people.signatory, third, bench.tested.method.code, "review")
    services.confirm_override(third, propose(bench, verdict="PASS", why="đo lại phổ ở phòng khác, không có méo"))
    assert queries.standing_verdict(bench.line().reading) == "PASS"


def test_one_statement_however_many_readings(bench, second, statements):
    services.confirm_override(second, propose(bench))
    ids = [line.reading.id for line in bench.job.lines]
    with statements() as seen:
        queries.standing_overrides(ids)
    assert len(seen) == 1
    assert queries.standing_overrides([]) == {} and queries.standing_verdicts([]) == {}
