"""Old results against another edition's limit or another rule: new records beside the old verdict, which never changes."""
from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from lab_app.core import audit
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.results import services
from lab_app.results.queries import rejudgements as queries
from test_methods import services as methods
from test_methods.queries import rule_by_code
from tests.support.method_facts import ENTERED_ON
from tests.support.results_facts import make_bench

pytestmark = pytest.mark.usefixtures("app", "writing", "frozen_clock")
WHY = "bản 2026 hạ giới hạn; doanh nghiệp hỏi sản phẩm cũ còn đạt không"


@pytest.fixture
def bench():
    made = make_bench()
    made.record_all()  # 15.4 + 0.5 = 15.9 dBm against 20 dBm, U 0.71
    made.submit()
    return made


def edition(bench, limit, *, confirmed=True, code="P-01", unit="dBm", name="QC PT 1:2026"):
    author = bench.people.reviewer
    regulation = methods.add_regulation(author, code=name, title_vi="Quy chuẩn thử, bản mới", in_force_from=date(2026, 11, 1))
    row = methods.add_requirement(author, regulation, code=code, name_vi="Công suất", unit=unit, limit=limit)
    if confirmed:
        methods.confirm_limit(author, row, "đối chiếu bản chính thức", ENTERED_ON)
    return row


def again(bench, requirement, rule=None, why=WHY, line=None, by=None):
    line = line or bench.line()
    return services.rejudge_reading(by or bench.people.reviewer, line, line.reading, requirement, rule, why)


def test_a_lower_limit_makes_a_new_record_and_leaves_the_old_verdict(bench):
    row = again(bench, edition(bench, {"type": "upper", "limit": "15"}))
    reading = bench.line().reading
    assert (row.before, row.verdict, row.margin, row.unit) == ("PASS", "FAIL", D("-0.9"), "dBm")
    assert reading.verdict == "PASS" and reading.margin == D("4.1") and bench.line().limit["limit"] == "20"
    assert row.limit["limit"] == "15" and row.rule_code == "DR-SA" and row.limit_confirmed
    assert audit.history("rejudgement", row.id, 3)[0].reason == WHY


def test_another_rule_on_the_same_limit(bench):
    reading = bench.line().reading
    same = bench.line().parameter.requirement
    row = services.rejudge_reading(bench.people.reviewer, bench.line(), reading, same, rule_by_code("DR-GB-U"), WHY)
    assert row.verdict == "PASS" and row.rule["kind"] == "guarded_nonbinary" and D(row.decision["guard_band"]) == reading.u
    near = edition(bench, {"type": "upper", "limit": "16"})
    assert again(bench, near).verdict == "PASS"
    assert again(bench, near, rule_by_code("DR-GB-U")).verdict == "CONDITIONAL_PASS"


def test_a_limit_in_another_unit_of_the_quantity_is_converted(bench):
    row = again(bench, edition(bench, {"type": "upper", "limit": "-14", "unit": "dBW"}, unit="dBW"))
    assert row.verdict == "PASS" and row.limit_value["unit"] == "dBm"


def test_another_quantity_is_refused_and_no_unit_guessed(bench):
    for n, unit in enumerate(("MHz", "dBµV/m", "")):
        with pytest.raises(GateRefused) as refused:
            again(bench, edition(bench, {"type": "upper", "limit": "15", "unit": unit}, unit=unit, name=f"QC lạ {n}"))
        assert refused.value.stop.gate == "rejudgement-of-standing-result"


def test_an_unconfirmed_limit_gives_no_statement(bench):
    row = again(bench, edition(bench, {"type": "upper", "limit": "15"}, confirmed=False))
    assert (row.verdict, row.why, row.limit_confirmed) == ("NO_STATEMENT", "limit_unconfirmed", False)


def test_a_limit_that_nobody_wrote_down_judges_nothing(bench):
    row = again(bench, edition(bench, {}, confirmed=False))
    assert (row.verdict, row.why) == ("NOT_EVALUATED", "no_limit")


def test_a_line_over_frequency_is_asked_at_the_readings_frequency(bench):
    limit = {"type": "line", "side": "upper", "scale": "lin", "f_unit": "MHz", "segments": [["2400", "2500", "10", "20"]]}
    row = again(bench, edition(bench, limit))
    assert row.verdict in ("FAIL", "NOT_EVALUATED"), "the method has no field of frequency"
    assert row.why in ("frequency_needed", "")


def test_an_observation_by_another_list_of_answers(bench):
    requirement = edition(bench, {"type": "observation", "answers": ["PASS", "FAIL"]}, code="P-02", unit="")
    assert again(bench, requirement, line=bench.line("P-02")).verdict == "PASS"
    with pytest.raises(GateRefused):
        again(bench, requirement)


def test_the_superseded_reading_is_not_judged_again(bench):
    old = bench.line().reading
    services.correct_reading(bench.people.technician, bench.line(), bench.entry("15.0"), "gõ nhầm số")
    requirement = edition(bench, {"type": "upper", "limit": "15"})
    with pytest.raises(GateRefused) as refused:
        services.rejudge_reading(bench.people.reviewer, bench.line(), old, requirement, None, WHY)
    assert "bản mới" in str(refused.value.stop.says)


def test_nothing_new_is_refused(bench):
    with pytest.raises(GateRefused):
        again(bench, bench.line().parameter.requirement)


def test_with_a_reason_and_by_a_reviewer(bench):
    requirement = edition(bench, {"type": "upper", "limit": "15"})
    with pytest.raises(FieldRefused):
        again(bench, requirement, why=" ")
    with pytest.raises(NotAllowed):
        again(bench, requirement, by=bench.people.technician)


def test_it_starts_from_the_verdict_that_stands(bench):
    from tests.support.results_facts import both_roles

    second = both_roles(bench.people, bench.tested.method.code)
    override = services.propose_override(bench.people.reviewer, bench.line(), "FAIL", "phổ méo")
    services.confirm_override(second, override)
    assert again(bench, edition(bench, {"type": "upper", "limit": "16"})).before == "FAIL"


def test_a_page_of_lines_is_filed_once(bench, statements):
    requirement = edition(bench, {"type": "upper", "limit": "15"})
    source = bench.line().parameter.requirement_id
    lines = queries.lines_by_id(source, [line.id for line in bench.job.lines])
    assert {line.parameter.code for line in lines} == {"P-01"} and len(lines) == 2
    made = services.rejudge_lines(bench.people.reviewer, lines, requirement, None, WHY)
    assert [row.verdict for row in made] == ["FAIL", "FAIL"]
    with pytest.raises(Refused):
        services.rejudge_lines(bench.people.reviewer, lines, requirement, None, WHY)
    assert len(services.rejudge_lines(bench.people.reviewer, lines, requirement, rule_by_code("DR-GB-U"), WHY)) == 2
    with statements() as seen:
        found = queries.rejudgements_of([line.id for line in lines])
    assert len(seen) == 1 and len(found) == 4


def test_where_a_new_edition_finds_old_results(bench):
    requirement = edition(bench, {"type": "upper", "limit": "15"})
    assert [r.id for r in queries.sources([requirement])[requirement.id]] == [bench.line().parameter.requirement_id]
    assert bench.line().parameter.requirement in queries.measured_requirements()
    db.session.flush()
