"""Suppliers and their approvals: a period with two times, what is refused, the pages (6.6)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from lab_app.core import clock
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.quality import queries, services
from lab_app.quality.models import Supplier
from tests.support.people_facts import make_people

GIVEN = {"service": "calibration", "scope": "RF", "basis": "phạm vi công nhận", "valid_from": date(2026, 1, 1), "until": date(2027, 1, 1)}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def supplier(people) -> Supplier:
    return services.register_supplier(people.quality_manager, name="Viện Ví Dụ", accreditation="VILAS 0000")


def approved(row: Supplier, on: date, known_at=None, service: str = "calibration") -> bool:
    one = queries.supplier_approved(row.id, service, on, known_at or clock.now())
    assert (row in queries.approved_suppliers(service, on, known_at or clock.now())) is one
    return one


@pytest.mark.both_databases
def test_an_approval_is_a_period_with_two_times(people, supplier):
    before = clock.now() - timedelta(minutes=1)
    assert not approved(supplier, clock.today())
    row = services.approve_supplier(people.quality_manager, supplier, **GIVEN)
    assert approved(supplier, date(2026, 1, 1)) and approved(supplier, date(2026, 12, 31))
    assert not approved(supplier, date(2025, 12, 31)) and not approved(supplier, date(2027, 1, 1))
    assert not approved(supplier, clock.today(), before), "recorded later: nobody knew it then"
    assert not approved(supplier, clock.today(), service="proficiency")
    services.end_approval(people.quality_manager, row, ended_on=date(2026, 11, 1), reason="mất công nhận")
    assert not approved(supplier, date(2026, 11, 1)) and approved(supplier, date(2026, 10, 31))
    assert approved(supplier, date(2026, 11, 5), before) is False
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(Refused):
        services.end_approval(people.quality_manager, row, ended_on=date(2026, 11, 2), reason="lần nữa")


def test_an_end_counts_from_its_recording(people, supplier):
    with clock.at(clock.at_local(date(2026, 2, 1), 9)):
        row = services.approve_supplier(people.quality_manager, supplier, **GIVEN)
    services.end_approval(people.quality_manager, row, ended_on=date(2026, 10, 1), reason="mất công nhận")
    assert approved(supplier, date(2026, 10, 5), clock.at_local(date(2026, 10, 5), 9)), "nobody knew then that it had ended"
    assert not approved(supplier, date(2026, 10, 5))


@pytest.mark.parametrize("change,field", [
    ({"service": "catering"}, "service"), ({"scope": " "}, "scope"), ({"basis": ""}, "basis"),
    ({"until": date(2026, 1, 1)}, "until"), ({"until": date(2025, 1, 1)}, "until"), ({"until": date(2032, 1, 1)}, "until"),
])
def test_what_an_approval_does_not_take(people, supplier, change, field):
    with pytest.raises(FieldRefused) as refused:
        services.approve_supplier(people.quality_manager, supplier, **{**GIVEN, **change})
    assert refused.value.field == field and supplier.approvals == []


def test_two_approvals_of_one_service_do_not_overlap(people, supplier):
    first = services.approve_supplier(people.quality_manager, supplier, **GIVEN)
    with pytest.raises(FieldRefused):
        services.approve_supplier(
            people.quality_manager, supplier, **{**GIVEN, "valid_from": date(2026, 12, 31), "until": date(2028, 1, 1)})
    services.approve_supplier(people.quality_manager, supplier, **{**GIVEN, "service": "maintenance"})
    services.end_approval(people.quality_manager, first, ended_on=date(2026, 6, 1), reason="đánh giá lại")
    services.approve_supplier(people.quality_manager, supplier, **{**GIVEN, "valid_from": date(2026, 6, 1)})
    with pytest.raises(FieldRefused):
        services.end_approval(people.quality_manager, supplier.approvals[1], ended_on=date(2026, 12, 1), reason="tương lai")


def test_rights_and_names(people, supplier):
    for act in (lambda: services.register_supplier(people.technician, name="x"),
                lambda: services.approve_supplier(people.technician, supplier, **GIVEN),
                lambda: services.change_supplier(people.auditor, supplier, reason="x", note="y")):
        with pytest.raises(NotAllowed):
            act()
    for name, code in (("Viện Ví Dụ", None), ("", None), ("Khác", supplier.code)):
        with pytest.raises(FieldRefused):
            services.register_supplier(people.quality_manager, name=name, code=code)
    services.change_supplier(people.quality_manager, supplier, reason="đổi tên", name="Viện Mới")
    assert queries.supplier_by_code(supplier.code).name == "Viện Mới"
    with pytest.raises(FieldRefused):
        services.change_supplier(people.quality_manager, supplier, reason="x", code="Z")


def test_pages(people, client_as, statements):
    client = client_as(people.quality_manager)
    answer = client.post("/quality/suppliers/new", data={"name": "Viện A", "accreditation": "VILAS 1"})
    assert answer.status_code == 302 and answer.location.endswith("/quality/suppliers/NCC-001")
    assert client.post("/quality/suppliers/new", data={"name": "Viện A"}).status_code == 422
    typed = {"service": "calibration", "scope": "RF", "basis": "công nhận", "valid_from": "01/01/2026", "until": "01/01/2027"}
    refused = client.post("/quality/suppliers/NCC-001/approve", data={**typed, "until": "01/01/2025"})
    assert refused.status_code == 422 and "01/01/2025" in refused.text
    assert client.post("/quality/suppliers/NCC-001/approve", data=typed).status_code == 302
    shown = client.get("/quality/suppliers/NCC-001").text
    assert "Đang phê duyệt" in shown and "01/01/2027" in shown
    assert "VILAS 1" in client.get("/quality/suppliers?service=calibration&q=vien a").text
    assert "NCC-001" not in client.get("/quality/suppliers?service=material").text
    assert "Hiệu chuẩn" in client.get("/quality/suppliers?export=csv").text
    assert client.get("/quality/suppliers/NCC-001/edit").status_code == 200
    ident = queries.supplier_by_code("NCC-001").approvals[0].id
    end = f"/quality/suppliers/NCC-001/approvals/{ident}/end"
    assert client.get(end).status_code == 200
    assert client.post(end, data={"ended_on": "01/06/2026", "reason": ""}).status_code == 422
    assert client.post(end, data={"ended_on": "01/06/2026", "reason": "mất công nhận"}).status_code == 302
    assert "mất công nhận" in client.get("/quality/suppliers/NCC-001").text
    assert client.get("/quality/suppliers/NCC-001/approvals/999/end").status_code == 404
    for n in range(20):
        client.post("/quality/suppliers/new", data={"name": f"Viện số {n}"})
    with statements() as seen:
        assert client.get("/quality/suppliers").status_code == 200
    assert len(seen) <= 15 and not seen.repeated(), seen
    auditor = client_as(people.auditor)
    assert auditor.get("/quality/suppliers").status_code == 200
    assert auditor.get("/quality/suppliers/new").status_code == 403
