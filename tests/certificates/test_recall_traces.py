"""Traces: back to the laboratories a result stands on, forward to the enterprises; the chain as picture and paper."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from certificates.recall import pictures, touched, tracing
from certificates.recall.chain import BOX_HEIGHT, BOX_WIDTH, Chain, Edge, Node, picture
from instruments.models import Calibration, CalibrationStandard, Instrument, SystemMember
from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from tests.support import certificates_facts as facts
from tests.support.people_facts import SETTER

TODAY = date(2026, 11, 16)


@pytest.fixture
def world(app, frozen_clock):
    made = facts.ready_request()
    authorize(SETTER, P.INSTRUMENT_WRITE)
    return made


def instrument(world, code, **more):
    row = Instrument(code=code, name_vi=f"Chuẩn {code}", maker="Sóng Giả", type="CH", serial=code, site_id=world.people.site.id, **more)
    db.session.add(row)
    db.session.flush()
    return row


def calibrated(row, done, no, *standards, laboratory="Phòng hiệu chuẩn", released=True):
    made = Calibration(
        instrument_id=row.id, done_on=done, due_on=done + timedelta(days=365), certificate_no=no, laboratory=laboratory,
        laboratory_accreditation="" if standards else "VILAS 0001 (giả định)", traceability="6.5.2 a)",
        kind="in_house" if standards else "external", released_at=clock.at_local(done, 12) if released else None)
    db.session.add(made)
    db.session.flush()
    for standard in standards:
        db.session.add(CalibrationStandard(calibration_id=made.id, instrument_id=standard.id))
    db.session.flush()
    return made


def steps(links):
    return [(link.level, link.kind, link.code) for link in links]


def test_back_through_a_standard_of_ours_to_the_laboratory_outside_and_what_lies_above(world):
    standard = instrument(world, "ST-01")
    calibrated(standard, date(2026, 3, 1), "CV-1", laboratory="Viện Hiệu chuẩn (giả định)")
    calibrated(world.instrument, date(2026, 10, 1), "NB-1", standard)
    links = tracing.backward(world.instrument, TODAY, 3)
    assert steps(links) == [
        (0, "instrument", "EQ-002"), (1, "calibration", "NB-1"), (2, "instrument", "ST-01"), (3, "calibration", "CV-1"),
        (4, "provider", ""), (5, "beyond", "")]
    assert links[4].laboratory == "Viện Hiệu chuẩn (giả định)" and links[4].accreditation.startswith("VILAS")
    assert pictures.beyond(links[5].route) == "Viện đo lường quốc gia (SI)"


def test_the_calibration_of_that_day_counts_and_an_unreleased_one_never(world):
    calibrated(world.instrument, date(2026, 10, 1), "NEW")
    calibrated(world.instrument, date(2026, 11, 1), "WAITING", released=False)
    assert steps(tracing.backward(world.instrument, TODAY, 1))[1][2] == "NEW"
    assert steps(tracing.backward(world.instrument, date(2026, 9, 30), 1))[1][2] == "CV-26-00198"
    assert tracing.backward(world.instrument, date(2025, 1, 1), 1)[1].kind == "missing"


def test_steps_are_counted_and_a_circle_ends(world):
    standard = instrument(world, "ST-01")
    calibrated(standard, date(2026, 3, 1), "R-1", world.instrument)
    calibrated(world.instrument, date(2026, 10, 1), "R-2", standard)
    assert [code for _l, kind, code in steps(tracing.backward(world.instrument, TODAY, 1)) if kind == "calibration"] == ["R-2"]
    links = tracing.backward(world.instrument, TODAY, 5)
    assert [code for _l, kind, code in steps(links) if kind == "calibration"] == ["R-2", "R-1"]


def test_a_system_stands_on_its_parts_of_that_day(world):
    system, cable = instrument(world, "SYS-1", kind="system", calibration_required=False), instrument(world, "CB-1")
    for n, (part, until) in enumerate(((world.instrument, None), (cable, datetime(2026, 10, 1, tzinfo=clock.zone())))):
        db.session.add(SystemMember(system_id=system.id, member_id=part.id, position=n, from_at=datetime(2026, 5, 1, tzinfo=clock.zone()),
                                    until_at=until, person_id=world.people.quality_manager.id))
    db.session.flush()
    now = [code for _l, kind, code in steps(tracing.backward(system, TODAY, 2)) if kind == "part"]
    then = [code for _l, kind, code in steps(tracing.backward(system, date(2026, 9, 1), 2)) if kind == "part"]
    assert now == ["EQ-002"] and then == ["EQ-002", "CB-1"]


def test_statements_do_not_grow_with_the_number_of_standards(world, statements):
    def traced():
        with statements() as seen:
            tracing.backward(world.instrument, TODAY, 4)
        return len(seen)

    first = calibrated(world.instrument, date(2026, 10, 1), "NB-1", instrument(world, "ST-00"))
    calibrated(db.session.scalars(select(Instrument).where(Instrument.code == "ST-00")).one(), date(2026, 3, 1), "CV-00")
    one = traced()
    for n in range(1, 13):
        row = instrument(world, f"ST-{n:02d}")
        calibrated(row, date(2026, 3, 1), f"CV-{n:02d}")
        db.session.add(CalibrationStandard(calibration_id=first.id, instrument_id=row.id))
    db.session.flush()
    assert traced() == one


def test_forward_counts_papers_and_enterprises(world):
    report = facts.issued(world)
    s = touched.scope(world.instrument.id, facts.MEASURED - timedelta(days=1), clock.now(), 3)
    counts, reports = touched.counts(s), touched.affected_reports(s)
    assert (counts.readings, counts.reports, counts.enterprises) == (4, 1, 1)
    with db.session.no_autoflush:
        from flask import current_app

        with current_app.test_request_context():
            chain = pictures.forward_chain(world.instrument, s, counts, reports, "x")
    titles = [n.title for n in chain.nodes]
    assert titles[0] == "EQ-002" and report.number in titles and world.request.customer.name in titles


def test_a_picture_keeps_every_box_apart_and_joins_their_sides():
    nodes = [Node("a", 0, "EQ-1"), *(Node(f"b{n}", 1, "x" * 60, ("y" * 60, "z", "nobody sees this")) for n in range(3)), Node("c", 2, "SI")]
    made = picture(Chain("t", nodes, [Edge("a", f"b{n}") for n in range(3)] + [Edge("b0", "c", True), Edge("b0", "nowhere")]))
    assert len(made.joins) == 4 and made.joins[-1][4]
    boxes = [(b.x, b.y) for b in made.boxes]
    assert all(x >= 0 and x + BOX_WIDTH <= made.width and y >= 0 and y + BOX_HEIGHT <= made.height for x, y in boxes)
    ys = sorted(y for x, y in boxes if x == boxes[1][0])
    assert all(b - a >= BOX_HEIGHT for a, b in zip(ys, ys[1:], strict=False))
    assert made.boxes[1].title.endswith("…") and made.boxes[1].whole.startswith("x" * 60)
    assert all(x1 < x2 for x1, _y1, x2, _y2, _d in made.joins)


def test_an_overdue_calibration_and_a_provider_without_number_are_coloured(world):
    links = tracing.backward(world.instrument, date(2027, 3, 1), 1, known_at=clock.now())
    words = {link.kind: pictures.words_of(link, date(2027, 3, 1)) for link in links}
    assert words["calibration"][2] == "warn" and words["provider"][2] == "ok"
    assert Decimal(links[0].level) == 0
