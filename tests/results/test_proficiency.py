"""Proficiency tests (7.7.2): planned, answered in time, scored; a bad score opens nonconforming work and stops the parameter."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lab_app.core import clock, notices
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.demo.load import case
from lab_app.metrology.proficiency import Class, ProficiencyError
from lab_app.quality import services as quality
from lab_app.quality.models import Nonconformity
from lab_app.results.services import deadlines, proficiency, validity
from lab_app.results.validity import pictures, queries, rules
from tests.support import method_facts
from tests.support.nonconforming import classed
from tests.support.people_facts import make_people
from tests.support.results_facts import environment, make_bench
from tests.support.validity_facts import answer, make_round


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def scored(bench, reported="10.8", u="0.7", **report):
    """Our result of a round, scored two days later by its report."""
    row = make_round(bench.people)
    result = answer(bench.people, row, bench.tested, reported, u)
    given = {"assigned": Decimal("10.0"), "u_assigned": Decimal("0.2"), "sigma_pt": Decimal("0.5"), **report}
    with clock.at(clock.now() + timedelta(days=2)):
        return proficiency.score_result(bench.people.quality_manager, result, **given)


def test_the_demonstrations_round():
    told = case()["proficiency"][0]
    found = rules.scores(Decimal(str(told["reported"])), Decimal(str(told["assigned"])), None, Decimal(str(told["U_lab"])) / 2,
                         Decimal(str(told["U_ref"])) / 2)
    en = next(s for s in found if s.kind.value == "En")
    assert round(en.value, 2) == Decimal(str(told["En"])) and rules.worst(found) is Class.SATISFACTORY


def test_workflow_case_55_classes_and_statistics():
    """|z| ≤ 2 is acceptable; fewer than five participants give no statistics."""
    cases = {"12": "satisfactory", "12.01": "questionable", "8": "satisfactory", "13": "unsatisfactory", "7": "unsatisfactory"}
    for x, said in cases.items():
        assert rules.worst(rules.scores(Decimal(x), Decimal(10), Decimal(1), None, None)).value == said, x
    with pytest.raises(ProficiencyError):
        rules.consensus([Decimal(n) for n in (1, 2, 3, 4)])
    assert rules.consensus([Decimal(n) for n in ("9.9", "10.0", "10.1", "10.0", "14")]).x_star < Decimal("10.3")


def test_workflow_case_55_nothing_is_edited_after_the_deadline():
    bench = make_bench()
    row = make_round(bench.people)
    result = answer(bench.people, row, bench.tested)
    proficiency.correct_result(bench.people.quality_manager, result, reported=Decimal("10.7"), u=None, k=Decimal(2), reason="nhầm dòng")
    assert result.reported == Decimal("10.7")
    with clock.at(row.closes_at):
        with pytest.raises(Refused):
            proficiency.correct_result(bench.people.quality_manager, result, reported=Decimal("10"), u=None, k=Decimal(2), reason="x")
        with pytest.raises(Refused):
            answer(bench.people, row, bench.tested, what="khác")


@pytest.mark.parametrize("hours,told", [(80, None), (72, 72), (30, 72), (24, 24), (5, 24), (4, 4), (1, 4), (0, None), (-1, None)])
def test_workflow_case_55_alerts(hours, told):
    assert rules.alert_due(clock.now() + timedelta(hours=hours), clock.now()) == told


def test_workflow_case_55_the_round_s_people_are_told_once_a_stage_until_a_result_is_sent(frozen_clock):
    bench = make_bench()
    row = make_round(bench.people, closes_at=clock.now() + timedelta(hours=73))
    asked = bench.people.quality_manager.id
    assert deadlines.remind_of_rounds() == 0
    for hours, given in ((2, 1), (1, 0), (46, 1), (21, 1)):
        frozen_clock.advance(minutes=60 * hours)
        assert deadlines.remind_of_rounds() == given, hours
    assert notices.unread(asked) == 3
    answer(bench.people, row, bench.tested)
    frozen_clock.advance(minutes=60)
    assert deadlines.remind_of_rounds() == 0


def test_every_score_that_the_report_allows():
    result = scored(make_bench(), reported="10.2")
    assert set(result.scores) == {"z", "zeta", "En"} and Decimal(result.scores["z"]["value"]) == Decimal("0.4")
    assert result.classified == "satisfactory" and result.stop_id is None and result.round.scored_at == result.scored_at


def test_z_prime_takes_the_place_of_z_where_the_assigned_value_is_unsure():
    result = scored(make_bench(), reported="10.2", u_assigned=Decimal("0.8"))
    assert "z_prime" in result.scores and "z" not in result.scores


def test_the_consensus_of_the_participants():
    values = [Decimal(v) for v in ("9.8", "10.0", "10.1", "10.2", "9.9", "10.0")]
    result = scored(make_bench(), assigned=None, u_assigned=None, sigma_pt=None, participants=values, reported="10.0", u=None)
    assert abs(result.assigned - 10) < Decimal("0.1") and result.sigma_pt is not None and len(result.participants) == 6


@pytest.mark.both_databases
def test_an_unsatisfactory_score_opens_nonconforming_work_and_stops_the_parameter():
    bench = make_bench()
    result = scored(bench, reported="12.0")
    stop = queries.open_stops()[0]
    work = db.session.scalar(select(Nonconformity))
    assert result.classified == "unsatisfactory" and result.stop_id == stop.id and stop.nonconformity_id == work.id
    assert (work.source, work.subject_kind, work.subject_code) == ("proficiency", "proficiency-round", result.round.code)
    with clock.at(clock.now() + timedelta(days=2, minutes=5)):
        air = environment(bench.people, at=clock.now())
        with pytest.raises(GateRefused) as refused:
            bench.record(measured_at=clock.now(), environment=air)
        assert refused.value.stop.gate == "control-not-rejected"
        parts = {name: "đã xử lý" for name in ("action", "significance", "acceptability", "customer_told", "resumption")}
        quality.answer_nonconformity(bench.people.quality_manager, work, responsible_id=bench.people.reviewer.id, **parts)
        with pytest.raises(GateRefused):
            quality.close_nonconformity(bench.people.quality_manager, work)
        with pytest.raises(GateRefused) as same:
            validity.release_stop(bench.people.quality_manager, stop, cause="hệ số cáp cũ", action="đổi hệ số")
        assert same.value.stop.gate == "stop-released-by-another"
        validity.release_stop(bench.people.reviewer, stop, cause="hệ số cáp cũ", action="đổi hệ số, đo lại mẫu của vòng")
        classed(bench.people.quality_manager, work)
        quality.close_nonconformity(bench.people.quality_manager, work)
    with clock.at(clock.now() + timedelta(days=2, minutes=10)):
        assert bench.record(measured_at=clock.now(), environment=environment(bench.people, at=clock.now())).verdict == "PASS"


@pytest.mark.parametrize("report,field", [
    ({"assigned": None}, "assigned"), ({"sigma_pt": Decimal(0)}, "sigma_pt"), ({"u_assigned": Decimal(-1)}, "u_assigned"),
    ({"k_assigned": Decimal(0)}, "k_assigned"), ({"assigned": None, "participants": [Decimal(1)] * 4}, "participants"),
    ({"assigned": None, "participants": [Decimal(1)] * 6}, "participants"), ({"participants": [Decimal(1)] * 6}, "participants"),
    ({"sigma_pt": None, "u_assigned": None}, "sigma_pt"),
])
def test_what_a_report_does_not_take(report, field):
    with pytest.raises(FieldRefused) as refused:
        scored(make_bench(), **report)
    assert refused.value.field == field


def test_a_round_is_scored_once_and_not_before_it_closed():
    bench = make_bench()
    row = make_round(bench.people)
    result = answer(bench.people, row, bench.tested)
    with pytest.raises(Refused):
        proficiency.score_result(bench.people.quality_manager, result, assigned=Decimal(10), sigma_pt=Decimal(1))
    with clock.at(row.closes_at):
        proficiency.score_result(bench.people.quality_manager, result, assigned=Decimal(10), sigma_pt=Decimal(1))
        with pytest.raises(Refused):
            proficiency.score_result(bench.people.quality_manager, result, assigned=Decimal(10), sigma_pt=Decimal(1))


def test_the_plan_of_a_year_against_its_rounds():
    people = make_people()
    method_facts.make_method(people)
    plan = {"year": 2026, "discipline": "công suất RF", "rounds": 1, "reason": "rủi ro cao"}
    proficiency.plan_proficiency(people.quality_manager, **plan)
    with pytest.raises(FieldRefused):
        proficiency.plan_proficiency(people.quality_manager, **plan)
    with pytest.raises(NotAllowed):
        proficiency.plan_proficiency(people.technician, **plan)
    seen = pictures.coverage(queries.plans(2026), queries.rounds_of_year(2026))
    assert [(c.planned, c.entered, c.state.code) for c in seen] == [(1, 0, "missing")]
    make_round(people)
    seen = pictures.coverage(queries.plans(2026), queries.rounds_of_year(2026))
    assert [(c.planned, c.entered, c.scored, c.state.code) for c in seen] == [(1, 1, 0, "entered")]


def test_another_laboratory_needs_the_basis_on_which_it_was_accepted():
    people = make_people()
    with pytest.raises(GateRefused):
        make_round(people, supplier=None, provider="Phòng bạn")
    assert make_round(people, supplier=None, provider="Phòng bạn", provider_basis="so sánh song phương, không có nhà cung cấp").code
