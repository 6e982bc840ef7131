"""Instruments issued and taken back: where they are, what is refused, what comes back from outside waits for its verification."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from instruments import queries, services
from lab_app.core import clock
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

SAID = {"holder_kind": "bench", "holder": "Bàn đo RF-2", "due_back_on": date(2026, 11, 20), "condition_out": "đủ phụ kiện"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def row(people):
    return equipment.fit_instrument(people.quality_manager, people.site, "EQ-101", pool="Máy phân tích phổ 26 GHz")


@pytest.mark.both_databases
def test_out_and_back(people, row):
    loan = services.lend(people.quality_manager, row, **SAID)
    assert queries.loan_out(row.id).code == loan.code and loan.code.startswith("GT-2026-")
    with pytest.raises(GateRefused) as refused:
        services.lend(people.quality_manager, row, **SAID)
    assert refused.value.stop.gate == "loan-returned" and "Bàn đo RF-2" in str(refused.value.stop.says)
    assert queries.loan_counts(date(2026, 11, 21)) == {"out": 1, "late": 1}
    services.take_back(people.quality_manager, loan, condition_back="nguyên vẹn")
    assert queries.loan_out(row.id) is None and row.state == "in_service"
    with pytest.raises(FieldRefused):
        services.take_back(people.quality_manager, loan, condition_back="lần nữa")


def test_back_from_outside_it_waits_for_its_verification(people, row):
    loan = services.lend(people.quality_manager, row, **{**SAID, "holder_kind": "outside", "holder": "Trung tâm X"}, fee=Decimal(2_000_000))
    services.take_back(people.quality_manager, loan, condition_back="nguyên vẹn")
    assert row.state == "out_of_service"
    services.set_state(people.quality_manager, row, "in_service", clock.now(), verification="đo 3 điểm đạt")
    assert services.unfit_reasons(row, clock.now(), None, clock.now()) == []


@pytest.mark.parametrize(("field", "facts"), [
    ("due_back_on", {"due_back_on": date(2026, 11, 1)}), ("due_back_on", {"due_back_on": date(2036, 11, 1)}),
    ("condition_out", {"condition_out": "  "}), ("holder", {"holder": " "}), ("holder_kind", {"holder_kind": "moon"}),
    ("holder_id", {"holder_kind": "person"}), ("fee", {"fee": Decimal(1)}), ("fee", {"fee": Decimal(-1), "holder_kind": "outside"}),
])
def test_what_is_refused(people, row, field, facts):
    with pytest.raises(FieldRefused) as refused:
        services.lend(people.quality_manager, row, **{**SAID, **facts})
    assert refused.value.field == field


def test_times_run_forward(people, row):
    with pytest.raises(FieldRefused):
        services.lend(people.quality_manager, row, **SAID, out_at=clock.now() + timedelta(hours=1))
    loan = services.lend(people.quality_manager, row, **SAID)
    for at in (clock.now() + timedelta(hours=1), loan.out_at - timedelta(hours=1)):
        with pytest.raises(FieldRefused):
            services.take_back(people.quality_manager, loan, condition_back="x", back_at=at)
    with pytest.raises(NotAllowed):
        services.take_back(people.auditor, loan, condition_back="x")


def test_pages(people, row, client_as, statements):
    other = equipment.register(people.quality_manager, people.site, "EQ-102", pool="Máy phân tích phổ 26 GHz")
    db.session.commit()
    desk = client_as(people.quality_manager)
    typed = {"holder_kind": "person", "holder_id": str(people.technician.id), "due_back_on": "20/11/2026", "condition_out": "tốt"}
    assert desk.post("/instruments/EQ-101/loans/new", data={**typed, "due_back_on": "31/02/2026"}).status_code == 422
    assert desk.post(f"/instruments/{other.code}/loans/new", data=typed).status_code == 422  # unfit: 6.4.4
    assert desk.post("/instruments/EQ-101/loans/new", data=typed).status_code in (302, 303)
    begin_writing()
    loan = queries.loan_out(row.id)
    with statements() as seen:
        page = desk.get("/instruments/EQ-101/loans").text
    assert people.technician.name in page and "EQ-102" in page and len(seen) <= 15
    with statements() as seen:
        assert loan.code in desk.get("/instruments/loans?stage=out").text
    assert len(seen) <= 12
    back = f"/instruments/loans/{loan.code}/back"
    assert desk.post(back, data={"condition_back": "", "version": str(loan.version)}).status_code == 422
    assert desk.post(back, data={"condition_back": "tốt", "version": "99"}).status_code == 409
    assert desk.post(back, data={"condition_back": "tốt", "version": str(loan.version)}).status_code in (302, 303)
    assert client_as(people.auditor).post("/instruments/EQ-101/loans/new", data=typed).status_code == 403
    assert desk.get("/instruments/loans/GT-2026-9999/back").status_code == 404
