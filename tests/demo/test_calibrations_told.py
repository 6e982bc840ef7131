"""The demonstration's calibrations in depth: history behind the plots, an order on its way, one waiting, a chart that saw October."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from instruments import calibration_pictures as pictures
from instruments import queries, services, workflow
from instruments.models import CalibrationOrder
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo import calibration_story, equipment, people
from lab_app.metrology.control_rules import Standing
from lab_app.quality.queries import all_suppliers, supplier_approved
from tests.support import demo_parts as parts


@pytest.fixture(scope="module")
def told(scratch):
    """People, equipment and the story, once."""
    yield from parts.told(scratch, "calibrations_told", lambda: people.load_people("test password"), equipment.load_equipment,
                          calibration_story.tell, equipment.receiver_found_wrong)


def instrument(code):
    return queries.by_code(code)


def test_every_calibration_comes_from_an_approved_provider(told):
    for supplier in all_suppliers():
        assert supplier_approved(supplier.id, "calibration", clock.today(), clock.now())
    for row in queries.in_register():
        for calibration in queries.calibrations(row.id):
            assert calibration.provider_id is not None, (row.code, calibration.certificate_no)
            assert calibration.released_at is None or calibration.points or calibration.rule["no_points"], row.code


@pytest.mark.parametrize("code,times", [("EQ-005", 5), ("EQ-002", 4)])
def test_years_of_points_stand_behind_the_plots(told, code, times):
    row = instrument(code)
    course, = pictures.courses(queries.points_of(row.id))
    assert len(course.days) == times and len(course.over_time.series[0].points) == times
    assert all(abs(p.error) <= p.tolerance for _name, found in course.rows for p in found.values())
    assert row.state == "in_service" and row.unusable_from > clock.today()


def test_the_receiver_was_fit_in_september_as_known_then_and_in_doubt_as_known_now(told):
    row, then = instrument("EQ-005"), clock.at_local(date(2026, 9, 16), 14)
    assert services.unfit_reasons(row, then, None, then) == []
    assert [r.code for r in services.unfit_reasons(row, then, None, clock.now())] == ["maintenance-unverified"]


def test_the_chart_saw_october(told):
    row = instrument("EQ-005")
    chart = queries.charts_of(row.id)[calibration_story.CHECK_POINT]
    series = pictures.series_of_checks(calibration_story.CHECK_POINT, queries.check_series(row.id, calibration_story.CHECK_POINT), chart)
    assert chart.n == 15 and chart.phase_to == date(2026, 8, 17) and chart.recorded_at.date() == date(2026, 8, 17)
    by_day = {r.check.done_on: r for r in series.rows}
    assert by_day[date(2026, 9, 2)].state.code == Standing.IN_CONTROL.value
    assert by_day[date(2026, 10, 2)].state.code == Standing.REJECTED.value and not by_day[date(2026, 10, 2)].check.passed
    days = sorted(d for d in by_day if d < date(2026, 10, 3))
    assert all(b - a <= timedelta(days=30) for a, b in zip(days, days[1:], strict=False)), "never overdue before October"


def test_one_order_is_on_its_way_and_one_waits(told):
    away, back = (db.session.query(CalibrationOrder).filter_by(instrument_id=instrument(code).id).one() for code in ("EQ-041", "EQ-042"))
    assert away.status == "at_laboratory" and instrument("EQ-041").state == "in_calibration" and away.expected_back_on > clock.today()
    assert back.status == "back" and instrument("EQ-042").state == workflow.AWAITING_RELEASE.code
    assert back.calibration.released_at is None and [p.verdict for p in back.calibration.points] == ["PASS"] * 4


def test_factors_came_with_their_certificate(told):
    found = queries.factor_at(instrument("EQ-006").id, "lisn", Decimal("0.5"), "MHz", date(2026, 3, 1), clock.now())
    assert found.value == Decimal("0.1")
    assert queries.factor_at(instrument("EQ-006").id, "lisn", Decimal("31"), "MHz", date(2026, 3, 1), clock.now()).code == "outside"
