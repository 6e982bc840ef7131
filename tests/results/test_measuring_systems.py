"""A measuring system at the bench: one choice, every part recorded with the reading, so that a recall of a part finds it."""
from __future__ import annotations

from datetime import timedelta

import pytest

from instruments import services as instruments
from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import GateRefused
from lab_app.results import services as results
from tests.support import equipment_facts
from tests.support.results_facts import MEASURED, make_bench

START = MEASURED - timedelta(days=3)


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


@pytest.fixture
def bench():
    """A bench whose instrument and an antenna make a system in service."""
    made = make_bench()
    by, site = made.people.quality_manager, made.people.site
    made.antenna = equipment_facts.fit_instrument(by, site, "EQ-102", name_vi="Ăng ten")
    made.system = equipment_facts.register(
        by, site, "EQ-200", kind="system", name_vi="Hệ đo", maker="", type="", serial="", ranges=[], calibration_required=False,
        no_calibration_reason="các thành phần được hiệu chuẩn riêng")
    with clock.at(START):
        for part in (made.instrument, made.antenna):
            instruments.add_member(by, made.system, part, START)
        instruments.set_state(by, made.system, "in_service", START, verification="đo nguồn chuẩn")
    made.entries["instruments"] = [made.system]
    return made


def used(reading):
    return {(u.instrument.code, u.system.code if u.system else "", u.calibration is not None) for u in reading.instruments}


def test_a_reading_with_a_system_names_every_part(bench):
    reading = bench.record()
    assert used(reading) == {("EQ-200", "", False), ("EQ-101", "EQ-200", True), ("EQ-102", "EQ-200", True)}
    assert all(u.measured_at == reading.measured_at for u in reading.instruments)
    frozen = {i["code"]: i["system"] for i in reading.computed["instruments"]}
    assert frozen == {"EQ-200": None, "EQ-101": "EQ-200", "EQ-102": "EQ-200"}


def test_a_part_chosen_beside_its_system_is_recorded_once(bench):
    reading = bench.record(instruments=[bench.system, bench.instrument])
    assert len(reading.instruments) == 3


def test_a_reading_is_refused_when_a_part_is_unfit_and_names_it(bench):
    with clock.at(MEASURED - timedelta(hours=2)):
        instruments.set_state(bench.people.quality_manager, bench.antenna, "out_of_service", clock.now(), reason="rơi")
    with pytest.raises(GateRefused) as refused:
        bench.record()
    assert refused.value.stop.gate == "instrument-fit" and "EQ-102" in str(refused.value.stop.says)
    assert any(clause.startswith("6.4") for clause in refused.value.stop.clauses)


def test_a_reading_rests_on_the_parts_of_its_moment(bench):
    by = bench.people.quality_manager
    _receiver, antenna = instruments_of(bench.system)
    with clock.at(MEASURED - timedelta(hours=2)):
        instruments.end_membership(by, antenna, MEASURED - timedelta(hours=3), reason="đo không cần ăng ten")
    assert {code for code, *_rest in used(bench.record())} == {"EQ-200", "EQ-101"}


def test_an_item_is_no_part_of_the_system_that_measures_it(bench):
    bench.sample.instrument_id = bench.antenna.id
    db.session.flush()
    with pytest.raises(GateRefused) as refused:
        bench.record()
    assert refused.value.stop.gate == "not-its-own-standard" and "EQ-102" in str(refused.value.stop.says)


def instruments_of(system):
    from instruments.queries import membership_history

    return sorted(membership_history(system.id), key=lambda m: m.position)


def test_the_bench_offers_the_system_and_a_correction_keeps_the_choice(bench, client_as):
    reading = bench.record()
    line = bench.line()
    page = client_as(bench.people.technician).get(f"/jobs/{bench.job.code}?line={line.id}&do=correct")
    picks = {code: f'value="{row.id}" id="eq-{row.id}" checked' in page.text
             for code, row in (("EQ-200", bench.system), ("EQ-101", bench.instrument), ("EQ-102", bench.antenna))}
    # the system brings its parts: they are not ticked beside it
    assert picks == {"EQ-200": True, "EQ-101": False, "EQ-102": False}
    corrected = results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.9"), "đọc nhầm")
    assert used(corrected) == used(reading)
