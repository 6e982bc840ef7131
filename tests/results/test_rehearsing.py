"""Earlier results replayed under each rule before one is agreed: counts, differences, risks, and what is kept of it."""
from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.metrology.decision import STANDARD_RULES, Verdict
from lab_app.results import rehearsing
from lab_app.results.queries import rehearsing as queries
from lab_app.results.services import rehearsing as services
from lab_app.samples import services as samples
from test_methods import queries as methods
from tests.support.results_facts import CHECKS, REQUESTED_ON, ask, make_bench

RULES = [STANDARD_RULES[code] for code in ("DR-SA", "DR-GB-U", "DR-GB-U2", "DR-ETSI")]


@dataclass
class Job:
    code: str = "T-1"


@dataclass
class Line:
    reading: Any
    conditions: str = ""
    job: Job = field(default_factory=Job)


@dataclass
class Result:
    """What the rehearsal reads of a reading."""

    id: int
    value: D | None
    u: D | None = D("3.0")
    k: D | None = D(2)
    unit: str = "dBµV"
    observation: str = ""
    operator: str = ""
    limit_value: Any = field(default_factory=lambda: {"type": "upper", "limit": "54", "unit": "dBµV"})
    computed: Any = field(default_factory=lambda: {"u_max": "6.3"})


def lines(*values, **facts):
    return [Line(Result(n, D(v), **facts)) for n, v in enumerate(values, 1)]


TWELVE = ("40", "41.5", "43", "44", "45", "46", "47.5", "49", "50", "51.5", "53", "55")


def test_each_rule_counts_its_verdicts_and_the_differing_results_are_named():
    """Q1 of the acceptance cases: 53.0 passes by simple acceptance alone; 50.9 passes and 57.1 fails under every rule."""
    played = rehearsing.play(rehearsing.past_of(lines("50.9", "53.0", "57.1")), RULES)
    by = {seen.rule.code: seen for seen in played.rules}
    assert by["DR-SA"].counts == {Verdict.PASS: 2, Verdict.FAIL: 1}
    assert by["DR-GB-U"].counts == {Verdict.PASS: 1, Verdict.CONDITIONAL_PASS: 1, Verdict.FAIL: 1}
    assert by["DR-GB-U2"].counts == {Verdict.PASS: 1, Verdict.FAIL: 2}
    assert played.differing == (1,)
    assert (by["DR-GB-U"].accepted, by["DR-GB-U"].rejected) == (2, 1)


def test_the_largest_specific_risk_taken_by_each_rule():
    played = rehearsing.play(rehearsing.past_of(lines("50.9", "53.0", "57.1")), RULES)
    simple, _four, binary, _etsi = played.rules
    assert float(simple.pfa) == pytest.approx(0.2525, abs=1e-4), "53.0 with u = 1.5: one and a third short of the limit"
    assert float(binary.pfr) == pytest.approx(0.7475, abs=1e-4), "and rejected by the binary rule though it likely conforms"
    assert float(binary.pfa) == pytest.approx(0.0193, abs=1e-4)


def test_the_population_is_estimated_with_the_measurements_own_spread_taken_out():
    population = rehearsing.population_of(rehearsing.past_of(lines(*TWELVE)))
    assert population.count == 12 and not population.of_margins
    assert float(population.mean) == pytest.approx(47.125)
    seen = statistics.stdev(float(v) for v in TWELVE)
    assert float(population.s_seen) == pytest.approx(seen, abs=1e-3)
    assert float(population.process.s) == pytest.approx((seen ** 2 - 1.5 ** 2) ** 0.5, rel=1e-4)


def test_global_risks_order_the_rules_as_they_should():
    played = rehearsing.play(rehearsing.past_of(lines(*TWELVE)), RULES)
    risks = {seen.rule.code: seen.risk for seen in played.rules}
    assert risks["DR-GB-U2"].consumer < risks["DR-SA"].consumer, "a guard band protects the consumer"
    assert risks["DR-GB-U2"].producer > risks["DR-SA"].producer, "and the producer pays"
    assert risks["DR-ETSI"].consumer == risks["DR-SA"].consumer
    assert risks["DR-SA"].conditional_consumer > risks["DR-SA"].consumer


def test_too_few_results_say_nothing_of_a_population():
    played = rehearsing.play(rehearsing.past_of(lines(*TWELVE[:9])), RULES)
    assert played.population.why == "too_few" and all(seen.risk is None for seen in played.rules)


def test_no_population_without_uncertainty_or_without_more_spread_than_the_measurement():
    assert rehearsing.population_of(rehearsing.past_of(lines(*TWELVE, u=None))).why == "no_uncertainty"
    assert rehearsing.population_of(rehearsing.past_of(lines(*["50"] * 12))).why == "no_spread"


def test_limits_that_differ_are_told_in_margins():
    made = [Line(Result(n, D(v), limit_value={"type": "upper", "limit": str(60 - n), "unit": "dBµV"})) for n, v in enumerate(TWELVE, 1)]
    population = rehearsing.population_of(rehearsing.past_of(made))
    assert population.of_margins and population.process is not None and population.limit.low == 0
    ranges = [Line(Result(n, D(v), limit_value={"type": "range", "low": "0", "high": str(60 + n), "unit": "dBµV"}))
              for n, v in enumerate(TWELVE, 1)]
    assert rehearsing.population_of(rehearsing.past_of(ranges)).why == "mixed"


def test_what_is_no_comparable_result_falls_out():
    odd = [Line(None), Line(Result(1, D(1), observation="NT")), Line(Result(2, None)), Line(Result(3, D(1), limit_value=None)),
           Line(Result(4, D(1), operator="<"))]
    assert rehearsing.past_of(odd) == []


def test_nothing_to_replay_still_answers_what_if():
    from lab_app.metrology.limits import upper

    played = rehearsing.play([], RULES, limit=upper(D(54)), u=D(3), u_max=D(6), at=D("53.0"))
    assert [seen.at.verdict for seen in played.rules] == [Verdict.PASS, Verdict.CONDITIONAL_PASS, Verdict.FAIL, Verdict.PASS]
    assert float(played.rules[0].at_pfa) == pytest.approx(0.2525, abs=1e-4)


def test_a_u_above_the_maximum_states_nothing_and_has_no_risk():
    played = rehearsing.play(rehearsing.past_of(lines(*TWELVE, u=D("7"))), RULES)
    etsi = played.rules[-1]
    assert etsi.counts == {Verdict.NO_STATEMENT: 12} and etsi.risk is None and etsi.pfa is None


# ---- with the laboratory's own records ------------------------------------------------------------------


@pytest.fixture
def bench(app, writing, frozen_clock):
    made = make_bench()
    made.record_all()
    made.submit()
    return made


@pytest.fixture
def next_request(bench):
    request = ask(bench.people, bench.tested)
    samples.open_review(bench.people.reviewer, request)
    return request


def show(bench, request, **facts):
    described = {"shown_to": "Bà Ngô Doanh Nghiệp", "shown_on": date(2026, 11, 16), **facts}
    return services.record_rehearsal(
        described.pop("by", bench.people.reviewer), request, bench.tested.power, methods.rules_offered(), **described)


def test_the_latest_results_of_the_parameter_come_in_two_statements(bench, statements):
    with statements() as seen:
        found = queries.earlier_lines(bench.tested.method.id, "P-01")
        assert all(line.reading is not None and line.job.sample.item for line in found)
    assert [line.parameter.code for line in found] == ["P-01", "P-01"] and len(seen) <= 3
    assert len(queries.earlier_lines(bench.tested.method.id, "P-01", limit=1)) == 1
    assert queries.earlier_lines(bench.tested.method.id, "P-02") == [], "an observation needs no rule"


def test_what_was_shown_is_kept_as_it_was(bench, next_request):
    row = show(bench, next_request, at=D("19.8"))
    before = dict(row.shown)
    bench.review()
    db.session.expire_all()
    assert row.shown == before and services.counts_of(row.shown)["DR-SA"] == {"PASS": 2}
    assert row.code.startswith("XQT-") and [r["value"] for r in row.shown["results"]] == ["15.9", "15.9"]
    simple = next(r for r in row.shown["rules"] if r["rule"]["code"] == "DR-SA")
    assert simple["at"] == "PASS"


def agreed(bench, request, codes=()):
    review = request.reviews[-1]
    samples.save_review(bench.people.reviewer, review, checks=dict(CHECKS), rules=[{
        "method": bench.tested.method, "parameter_codes": list(codes), "rule": methods.rule_by_code("DR-GB-U"),
        "agreed_by": "Bà Ngô Doanh Nghiệp", "agreed_on": date(2026, 11, 16), "evidence": "phiếu yêu cầu"}])
    return review


def test_the_rule_agreed_after_it_names_the_rehearsal(bench, next_request):
    row = show(bench, next_request)
    db.session.expire(next_request, ["reviews"])
    review = agreed(bench, next_request)
    assert row.code in review.rules[0].rehearsed and "P-01" in review.rules[0].rehearsed
    agreed(bench, next_request)  # saved again: nothing is said twice, nothing is lost
    assert review.rules[0].rehearsed.count(row.code) == 1
    agreed(bench, next_request, codes=["P-02"])
    assert review.rules[0].rehearsed == "", "the rehearsal was of another parameter"


def test_without_a_rehearsal_nothing_is_claimed(bench, next_request):
    db.session.expire(next_request, ["reviews"])
    assert agreed(bench, next_request).rules[0].rehearsed == ""


def test_a_changed_request_keeps_what_was_seen(bench, next_request):
    from lab_app.samples.services.review import begin_review

    row = show(bench, next_request)
    db.session.expire(next_request, ["reviews"])
    review = agreed(bench, next_request)
    review.outcome = "declined"
    again = begin_review(bench.people.reviewer, next_request)
    assert row.code in again.rules[0].rehearsed


@pytest.mark.parametrize(("facts", "field_"), [
    ({"shown_to": " "}, "shown_to"), ({"shown_on": date(2026, 11, 17)}, "shown_on"), ({"shown_on": date(2026, 1, 1)}, "shown_on"),
])
def test_who_saw_it_and_when(bench, next_request, facts, field_):
    with pytest.raises(FieldRefused) as refused:
        show(bench, next_request, **facts)
    assert refused.value.field == field_ and date(2026, 1, 1) < REQUESTED_ON


def test_an_empty_rehearsal_is_not_kept(app, writing, frozen_clock):
    bench = make_bench()
    request = ask(bench.people, bench.tested)
    with pytest.raises(Refused):
        show(bench, request)
    assert show(bench, request, at=D("19")).shown["results"] == []


def test_only_who_reviews_requests_records_it(bench, next_request):
    with pytest.raises(NotAllowed):
        show(bench, next_request, by=bench.people.technician)
