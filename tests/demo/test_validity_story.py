"""The demonstration's story of 7.7 by services: the case's figures, a stop with its release, points that are not evaluated."""
from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.demo import methods, people, validity_story
from lab_app.results.validity import queries
from lab_app.results.validity.models import Comparison, ControlChart, ControlValue, ParameterStop


@pytest.fixture
def told(app, frozen_clock):
    people.load_people("x" * 12)
    methods.load_methods()
    validity_story.tell()
    yield
    db.session.rollback()
    database.end_writing()


def test_the_story(told):
    round_ = queries.round_by_code("TNTT-2026-01")
    result = round_.results[0]
    case = people.case()["proficiency"][0]
    assert (round_.name, round_.provider) == (case["round"], case["provider"]) and round_.supplier is not None
    assert (result.reported, result.assigned, result.u, result.u_assigned) == (
        Decimal(case["reported"]), Decimal(case["assigned"]), Decimal(case["U_lab"]), Decimal(case["U_ref"]))
    assert round(Decimal(result.scores["En"]["value"]), 2) == Decimal(case["En"]) and result.classified == "satisfactory"
    stops = db.session.scalars(select(ParameterStop)).all()
    assert [s.released_at is not None for s in stops] == [True] and stops[0].released_by_id != stops[0].person_id
    charts = {c.kind: c for c in db.session.scalars(select(ControlChart))}
    assert set(charts) == {"I-MR", "EWMA", "xbar-R"}
    assert charts["I-MR"].standing == charts["EWMA"].standing == "in_control" and charts["xbar-R"].standing == "not_evaluated"
    rejected = db.session.scalars(select(ControlValue).where(ControlValue.standing == "rejected")).all()
    assert [v.value for v in rejected] == [Decimal("10.61")]
    assert sorted(db.session.scalars(select(Comparison.verdict))) == ["outside", "within", "within"]
    assert queries.open_stops() == []
