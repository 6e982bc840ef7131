"""The demonstration's base data: every line of the case comes out of the loaded methods as the case prints it."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from instruments import queries as instruments
from instruments.models import Instrument
from instruments.rules import MeasurementNeed
from lab_app.accounts import queries as accounts
from lab_app.accounts.models import Role
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo import equipment, methods, people
from lab_app.metrology.decision import Verdict, decide, parse_rule
from lab_app.metrology.limits import LimitLine, parse_limit, printed_margin
from lab_app.metrology.rounding import places_of, round_half
from test_methods import queries
from test_methods.formula import parse_formulas
from test_methods.models import MethodParameter, Regulation, Requirement
from tests.support.demo_parts import told

CASE = people.case()
LINES: list[dict[str, Any]] = CASE["flow"]["test_lines"]
LETTERS = {"P": Verdict.PASS, "F": Verdict.FAIL}


@pytest.fixture(scope="module")
def base(scratch):
    """The base data loaded once, inside an application context that may write nothing more."""
    yield from told(scratch, "base_data", lambda: people.load_people("mayxanh-2026"), equipment.load_equipment,
                    equipment.receiver_found_wrong, methods.load_methods)


def values(parameter: MethodParameter, line: dict[str, Any]) -> dict[str, Any]:
    many = {f["key"] for f in parameter.fields if f["many"]}
    texts = methods.line_texts(line)
    assert set(texts) == {f["key"] for f in parameter.fields}
    return {key: [Decimal(t) for t in text.split(";")] if key in many else Decimal(text) for key, text in texts.items()}


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line["id"]))
def test_a_line_of_the_case_comes_out_of_its_method_parameter(base, line):
    parameter = methods.parameter_for(line["id"])
    version = parameter.method_version
    assert queries.is_in_force(version, date.fromisoformat(line["date"]), clock.now())
    read = values(parameter, line)
    lists = [key for key, value in read.items() if isinstance(value, list)]
    results = [f.evaluate(read) for f in parse_formulas(parameter.formula, read, lists)]
    printed = [Decimal(t) for t in (line["result"] if isinstance(line["result"], list) else [line["result"]])]
    assert [round_half(r, parameter.places) for r in results] == [round_half(p, parameter.places) for p in printed]
    assert parameter.places == max(places_of(p) for p in printed)

    limit = parse_limit(parameter.requirement.limit)
    if isinstance(limit, LimitLine):
        limit = limit.limit_at(read["frequency_mhz"])
    assert parameter.unit == line["unit"] and parameter.requirement.confirmed_on == date(2026, 9, 1)
    u = parameter.budget.u_expanded if parameter.budget else None
    assert (None if u is None else round_half(u, 2)) == (None if line["U"] is None else Decimal(line["U"]))
    assert bool(parameter.u_exempt_reason) == (u is None) and (u is not None or parameter.u_exempt_reason == line["U_exempt"])
    rule = parse_rule(queries.rule_by_code(parameter.default_rule).definition)
    assert rule.code == line["decision_rule"]
    decision = decide(rule, limit, results, u, parameter.u_max)
    assert decision.verdict is LETTERS[line["verdict"]]
    assert printed_margin(limit, results, parameter.places).margin == Decimal(line["margin"])


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line["id"]))
def test_its_instruments_were_fit_then_and_complete_as_known_then(base, line):
    parameter = methods.parameter_for(line["id"])
    need = MeasurementNeed.from_dict(parameter.need)
    rows = list(db.session.query(Instrument).filter(Instrument.code.in_(line["equipment"])))
    at = clock.at_local(date.fromisoformat(line["date"]), 14)
    assert len(rows) == len(line["equipment"])
    assert {code: [r.code for r in why] for code, why in instruments.fitness(rows, at, need, at).items() if why} == {}
    assert instruments.missing_from_set(rows, need) == []
    tester = accounts.person_by_code(line["tester"])
    assert accounts.authorisation(tester.id, "test", parameter.method_version.method.code, at.date(), at)


def test_september_in_doubt_as_known_now_and_the_receiver_good_again(base):
    receiver = instruments.by_code("EQ-005")
    september = clock.at_local(date(2026, 9, 16), 14)
    now = [r.code for r in instruments.fitness([receiver], september, None, clock.now())[receiver.id]]
    assert now == ["maintenance-unverified"]
    third = clock.at_local(date(2026, 10, 3), 9)
    assert [r.code for r in instruments.fitness([receiver], third, None, third)[receiver.id]] == [
        "out-of-service", "check-failed", "maintenance-unverified"]


def test_everything_of_the_case_may_be_used_on_the_day_of_loading(base):
    rows = instruments.in_register()
    assert len(rows) == len(CASE["equipment"]) + 1
    unfit = {r.code: why for r in rows if (why := instruments.fitness([r], clock.now(), None, clock.now())[r.id])}
    assert set(unfit) == {"EQ-018"}
    assert {r.code for r in unfit["EQ-018"]} == {"out-of-service", "calibration-expired"}


def test_a_role_each_and_authorisations_for_a_year_from_loading(base):
    for role in db.session.query(Role):
        assert accounts.active_people(role.name), role.name
    last = clock.today() + timedelta(days=364)
    for code, tasks, codes in people.CURRENT:
        for task in tasks:
            for method in codes:
                assert accounts.authorisation(people.person(code).id, task, method, last, clock.now()), (code, task, method)


def test_versions_scope_and_what_is_confirmed(base):
    known = clock.now()
    offered = queries.methods_offered(clock.today())
    assert [m.code for m in offered] == ["QCVN 101", "QCVN 118", "QCVN 54", "QCVN 65"]
    before, after = (queries.versions_in_force(day, known) for day in (date(2026, 8, 31), date(2026, 9, 1)))
    for method in offered:
        expected = (1, 1) if method.code == "QCVN 101" else (1, 2)
        assert (before[method.id].number, after[method.id].number) == expected
    for line in LINES:
        parameter = methods.parameter_for(line["id"])
        assert queries.scope_statuses(parameter.method_version.method.code, parameter.code, date.fromisoformat(line["date"])) == {
            "accredited", "designated"}
    assert queries.scope_statuses("QCVN 101", "101-05", clock.today()) == {"registered"}
    assert db.session.query(Regulation).count() == 48
    assert db.session.query(Regulation).filter(Regulation.confirmed == "").count() > 5
    confirmed = db.session.query(Requirement).filter(Requirement.confirmed_on.is_not(None)).count()
    assert confirmed == 21 and db.session.query(Requirement).count() > 80
    assert db.session.query(MethodParameter).filter(MethodParameter.kind == "observation").count() == 2


def test_a_later_loading_keeps_the_laboratory_alive(app, frozen_clock):
    from lab_app.core import db as database

    frozen_clock.set(clock.at_local(date(2028, 2, 1), 9))
    people.load_people("mayxanh-2026")
    equipment.load_equipment()
    equipment.receiver_found_wrong()
    rows = instruments.in_register()
    found = instruments.fitness(rows, clock.now(), None, clock.now())
    assert [r.code for r in rows if found[r.id]] == ["EQ-018"]
    db.session.rollback()
    database.end_writing()
