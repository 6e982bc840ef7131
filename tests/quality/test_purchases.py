"""Buying: criteria and marks, ties and own contacts, the four things told, incoming checks and what they keep from use (6.6)."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import select

from lab_app.core import clock, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from lab_app.quality import due_asks
from lab_app.quality import services as quality
from lab_app.quality.purchases import queries, rules, services
from lab_app.quality.purchases.models import IncomingCheck, PurchaseOrder
from tests.support.people_facts import make_people, make_person

TODAY = date(2026, 11, 16)
TERM = {"valid_from": TODAY, "until": date(2027, 11, 1)}
FOUR = {"product": "Cáp N 3 m", "acceptance": "VSWR ≤ 1,05", "competence": "ISO 9001", "premises": "không"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def supplier(people):
    return quality.register_supplier(people.quality_manager, name="Linh kiện Ví Dụ", contact="Bà Lâm, kd@ngonnen.example")


@pytest.fixture
def asked(people):
    return [services.set_criterion(people.quality_manager, service="material", name_vi=name, weight=weight, minimum=least)
            for name, weight, least in (("Chứng nhận từng lô", 3, 2), ("Đúng hẹn", 1, 0))]


def keep() -> None:
    db.session.commit()
    database.end_writing()


def judge(people, supplier, asked, *marks, **more):
    given = {c.id: (mark, "") for c, mark in zip(asked, marks, strict=False)}
    facts = {"service": "material", "kind": "first", "done_on": TODAY, "marks": given, "conclusion": "đã xem mẫu", **more}
    return services.evaluate_supplier(people.quality_manager, supplier, **facts)


def approve(actor, supplier, **more):
    return quality.approve_supplier(actor, supplier, service="material", scope="cáp", basis="mẫu thử đạt", **{**TERM, **more})


@pytest.mark.parametrize("marks,score,outcome", [
    ([(5, 3, 0), (5, 1, 0)], "100.0", "suitable"), ([(4, 3, 0), (2, 1, 0)], "70.0", "suitable"),
    ([(3, 3, 0), (4, 1, 0)], "65.0", "conditional"),
    ([(2, 1, 0), (2, 1, 0)], "40.0", "unsuitable"), ([(5, 5, 0), (1, 1, 2)], "86.7", "unsuitable"),
    ([(5, 1, 0), (0, 1, 0)], "50.0", "conditional"),
])
def test_what_marks_add_up_to(marks, score, outcome):
    found = rules.judged([{"mark": m, "weight": w, "minimum": least} for m, w, least in marks])
    assert (found.score, found.outcome) == (D(score), outcome)


def test_nothing_judged_is_no_judgement():
    with pytest.raises(ValueError):
        rules.judged([])


def test_nobody_strikes_their_own_name_from_the_contact_line_to_approve(people, supplier):
    def change(actor, contact):
        return quality.change_supplier(actor, supplier, contact=contact, reason="đầu mối mới")
    change(people.quality_manager, f"{people.quality_manager.full_name}, 090 000 0000")
    change(people.quality_manager, f"{people.quality_manager.full_name}, 091 111 1111")
    with pytest.raises(GateRefused) as own:
        change(people.quality_manager, "Bà Lâm")
    assert own.value.stop.gate == "not-own-supplier" and "091" in supplier.contact
    other = make_person("N18", "Lý Thứ Hai", "quality_manager")
    assert change(other, "Bà Lâm").contact == "Bà Lâm"


@pytest.mark.parametrize("contact,named", [
    ("Ông Vũ Ngọc Đánh, 0900 000 000", True), ("VU NGOC DANH", True), ("n08@lab.example", True), ("Vũ Ngọc Đánh Giá", True),
    ("Bà Vũ Ngọc", False), ("Trần Vũ; Ngọc Đánh", False), ("", False),
])
def test_whom_a_contact_line_names(contact, named):
    assert rules.named_in(contact, "Vũ Ngọc Đánh", "n08@lab.example") is named


@pytest.mark.both_databases
def test_a_supplier_is_judged_by_all_its_criteria_before_it_is_approved(people, supplier, asked):
    with pytest.raises(GateRefused) as refused:
        approve(people.quality_manager, supplier)
    assert refused.value.stop.gate == "supplier-evaluated" and not refused.value.stop.evaluated
    with pytest.raises(FieldRefused) as missing:
        judge(people, supplier, asked, 5)
    assert missing.value.field == f"mark_{asked[1].id}"
    with pytest.raises(FieldRefused) as unsaid:
        judge(people, supplier, asked, 1, 5)
    assert unsaid.value.field == "action", "what follows from a bad outcome is said"
    bad = judge(people, supplier, asked, 1, 5, action="Đề nghị nộp chứng nhận từng lô")
    assert bad.outcome == "unsuitable" and bad.score == D("40.0")
    with pytest.raises(GateRefused):
        approve(people.quality_manager, supplier)
    good = judge(people, supplier, asked, 5, 3, kind="again")
    assert [m["minimum"] for m in good.marks] == [2, 0] and good.next_on == TODAY + rules.AGAIN
    assert approve(people.quality_manager, supplier).person_id == people.quality_manager.id
    with clock.at(clock.at_local(date(2028, 1, 5), 9)), pytest.raises(GateRefused) as stale:
        approve(people.quality_manager, supplier, valid_from=date(2028, 1, 5), until=date(2028, 12, 1))
    assert "12 tháng" in str(stale.value.stop.says)


def test_bad_evaluations_are_refused_and_nothing_is_kept(people, supplier, asked):
    for change, field in (({"done_on": TODAY + timedelta(days=1)}, "done_on"), ({"next_on": TODAY}, "next_on"), ({"kind": "x"}, "kind"),
                          ({"next_on": TODAY + timedelta(days=400)}, "next_on"), ({"service": "calibration"}, "service"),
                          ({"conclusion": " "}, "conclusion")):
        with pytest.raises(FieldRefused) as refused:
            judge(people, supplier, asked, 5, 5, **change)
        assert refused.value.field == field
    assert queries.evaluations(supplier.id) == []


@pytest.mark.parametrize("act", ["approve", "evaluate", "accept"])
def test_whoever_is_close_to_a_supplier_does_nothing_for_it(people, supplier, asked, act):
    """4.1.4: declared by themselves; another ends it, and not they."""
    mine = services.declare_tie(people.quality_manager, supplier, people.quality_manager, relation="relative", since=date(2026, 1, 5))
    row = services.receive(people.technician, kind="goods", title="Cáp", received_on=TODAY, supplier=supplier)
    acts = {"approve": lambda: approve(people.quality_manager, supplier), "evaluate": lambda: judge(people, supplier, asked, 5, 5),
            "accept": lambda: services.decide(people.quality_manager, row, accept=True, words="đạt")}
    with pytest.raises(GateRefused) as refused:
        acts[act]()
    assert refused.value.stop.gate == "not-own-supplier" and "người thân" in str(refused.value.stop.says)
    with pytest.raises(Refused):
        services.end_tie(people.quality_manager, mine, ended_on=TODAY, reason="tôi nói vậy")
    with pytest.raises(NotAllowed):
        services.declare_tie(people.technician, supplier, people.reviewer, relation="owner", since=TODAY)
    with pytest.raises(FieldRefused):
        services.declare_tie(people.technician, supplier, people.technician, relation="owner", since=TODAY + timedelta(days=1))


@pytest.mark.both_databases
def test_an_order_from_draft_to_closed(people, supplier):
    order = services.write_order(people.quality_manager, supplier, service="material", title="Cáp", **{**FOUR, "premises": ""})
    with pytest.raises(GateRefused) as untold:
        services.send_order(people.quality_manager, order)
    assert untold.value.stop.gate == "order-complete" and "d)" in str(untold.value.stop.says)
    services.change_order(people.quality_manager, order, premises="không")
    with pytest.raises(GateRefused) as unapproved:
        services.send_order(people.quality_manager, order)
    assert unapproved.value.stop.gate == "order-to-approved"
    approve(people.quality_manager, supplier)
    with pytest.raises(FieldRefused):
        services.receive(people.technician, kind="goods", title="Cáp", received_on=TODAY, order=order)
    services.send_order(people.quality_manager, order)
    with pytest.raises(Refused):
        services.change_order(people.quality_manager, order, title="khác")
    row = services.receive(people.technician, kind="goods", title="Cáp", received_on=TODAY, order=order, mark="L1")
    assert order.status == "received" and row.supplier_id == supplier.id
    with pytest.raises(GateRefused) as waiting:
        services.close_order(people.quality_manager, order)
    assert waiting.value.stop.gate == "incoming-accepted" and row.code in str(waiting.value.stop.says)
    services.look_at(people.quality_manager, row, {key: (True, "") for key in rules.POINTS["goods"]})
    services.decide(people.quality_manager, row, accept=True, words="đạt")
    assert services.close_order(people.quality_manager, order).status == "closed"


def test_what_arrived_is_used_only_after_it_was_accepted_and_before_its_date(people, supplier, frozen_clock):
    row = services.receive(people.technician, kind="goods", title="Dung dịch chuẩn", received_on=TODAY, supplier=supplier,
                           expires_on=TODAY + timedelta(days=10))
    asked = db.session.scalars(select(Ask).where(Ask.key == f"incoming/{row.id}/check")).one()
    assert asked.permission == "quality:write" and asked.settled_at is None
    with pytest.raises(GateRefused) as half:
        services.look_at(people.quality_manager, row, {"ordered": (True, "")})
        services.decide(people.quality_manager, row, accept=True, words="đạt")
    assert half.value.stop.gate == "incoming-looked-at" and not half.value.stop.evaluated
    services.look_at(people.quality_manager, row, {key: (key != "intact", "nứt vỏ") for key in rules.POINTS["goods"]})
    services.decide(people.quality_manager, row, accept=False, words="nứt vỏ")
    assert asked.settled_at is not None
    with pytest.raises(GateRefused) as broken:
        services.take_into_use(people.quality_manager, row, used_from=TODAY, used_for="pha mẫu")
    assert "không được chấp nhận" in str(broken.value.stop.says)
    services.look_at(people.quality_manager, row, {key: (True, "") for key in rules.POINTS["goods"]})
    services.decide(people.quality_manager, row, accept=True, words="đã thay vỏ")
    frozen_clock.advance(days=11)
    with pytest.raises(GateRefused) as old:
        services.take_into_use(people.quality_manager, row, used_from=clock.today(), used_for="pha mẫu")
    assert "hết hạn" in str(old.value.stop.says)
    assert services.take_into_use(people.quality_manager, row, used_from=TODAY, used_for="pha mẫu").status == "in_use"


def test_points_answered_one_by_one_stay_and_an_answer_that_is_replaced_is_told(people, supplier, client_as, frozen_clock):
    row = services.receive(people.technician, kind="goods", title="Cáp", received_on=TODAY, supplier=supplier)
    manager, (first, second, *_rest) = people.quality_manager, list(rules.POINTS["goods"])
    services.look_at(manager, row, {first: (True, "đúng mã")})
    services.look_at(manager, row, {second: (False, "nứt vỏ")})
    assert [(p["key"], p["ok"], p["says"]) for p in row.points] == [(first, True, "đúng mã"), (second, False, "nứt vỏ")]
    services.look_at(manager, row, {first: (True, "đúng mã")})
    assert rules.replaced(row.points) == {}, "the same answer again replaces nothing"
    frozen_clock.advance(minutes=5)
    services.look_at(manager, row, {second: (True, "đã thay vỏ")})
    services.look_at(manager, row, {second: (None, "")})
    services.look_at(manager, row, {second: (True, "xem lại")})
    told = rules.replaced(row.points)[second]
    assert [(ok, says, by) for ok, says, by, _at in told] == [
        (False, "nứt vỏ", manager.full_name), (True, "đã thay vỏ", manager.full_name)]
    assert told[0][3] == clock.now()
    keep()
    shown = client_as(manager).get(f"/quality/incoming/{row.code}").text
    assert "nứt vỏ" in shown and f"thay bởi {manager.full_name} lúc 16/11/2026" in shown


def test_a_tie_to_another_supplier_is_not_ended_here(people, supplier, client_as):
    other = quality.register_supplier(people.quality_manager, name="Bên Khác")
    tie = services.declare_tie(people.technician, supplier, people.technician, relation="relative", since=date(2026, 1, 5))
    keep()
    client, said = client_as(people.quality_manager), {"ended_on": "16/11/2026", "reason": "đã nghỉ việc ở đó"}
    assert client.get(f"/quality/suppliers/{other.code}/ties/{tie.id}/end").status_code == 404
    assert client.post(f"/quality/suppliers/{other.code}/ties/{tie.id}/end", data=said).status_code == 404
    db.session.refresh(tie)
    assert tie.ended_on is None
    assert client.post(f"/quality/suppliers/{supplier.code}/ties/{tie.id}/end", data=said).status_code == 302


@pytest.mark.parametrize("change,field", [
    ({"kind": "gift"}, "kind"), ({"title": " "}, "title"), ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
    ({"expires_on": TODAY}, "expires_on"), ({"supplier": None}, "supplier"),
    ({"subject_kind": "instrument", "subject_code": "KHÔNG"}, "subject_code"),
])
def test_bad_arrivals(people, supplier, change, field):
    facts = {"kind": "goods", "title": "Cáp", "received_on": TODAY, "supplier": supplier, **change}
    with pytest.raises(FieldRefused) as refused:
        services.receive(people.technician, **facts)
    assert refused.value.field == field
    assert db.session.scalar(select(IncomingCheck.id)) is None


def test_what_falls_due_is_asked_once_and_settled_by_doing(people, supplier, asked, frozen_clock):
    judge(people, supplier, asked, 5, 5, next_on=TODAY + timedelta(days=30))
    approve(people.quality_manager, supplier, until=TODAY + timedelta(days=40))
    keep()
    assert due_asks.ask_all() >= 2 and due_asks.ask_all() >= 2
    keys = {a.key: a for a in db.session.scalars(select(Ask).where(Ask.kind == "supplier"))}
    assert len(keys) == 2 and all(a.settled_at is None for a in keys.values())
    assert keys[f"supplier/{supplier.id}/evaluate/material"].due_on == TODAY + timedelta(days=30)
    database.begin_writing()
    judge(people, supplier, asked, 5, 5, kind="again")
    approve(people.quality_manager, supplier, valid_from=TODAY + timedelta(days=40), until=TODAY + timedelta(days=400))
    keep()
    due_asks.ask_all()
    assert all(a.settled_at is not None for a in db.session.scalars(select(Ask).where(Ask.kind == "supplier")))
    assert inbox.settle("nothing") == 0


def test_an_instrument_waits_for_what_arrived_for_it(app, frozen_clock, writing):
    """6.6.2 c at the bench's door: neither the certificate counts nor the instrument goes back into service."""
    from instruments import services as instruments
    from instruments.services.states import set_state
    from tests.support.equipment_facts import fit_instrument
    from tests.support.people_facts import make_people

    everybody = make_people()
    vendor = quality.register_supplier(everybody.quality_manager, name="Bảo trì Ví Dụ")
    row = fit_instrument(everybody.quality_manager, everybody.site, "EQ-900")
    instruments.set_state(everybody.quality_manager, row, "out_of_service", clock.now(), reason="bảo trì bên ngoài")
    check = services.receive(everybody.technician, kind="service", title="Bảo trì bộ suy hao", received_on=clock.today(), supplier=vendor,
                             subject_kind="instrument", subject_code=row.code)
    frozen_clock.advance(hours=1)
    with pytest.raises(GateRefused) as refused:
        set_state(everybody.quality_manager, row, "in_service", clock.now(), verification="đã kiểm tra 100 MHz")
    assert refused.value.stop.gate == "incoming-accepted" and check.code in str(refused.value.stop.says)
    services.look_at(everybody.quality_manager, check, {key: (True, "") for key in rules.POINTS["service"]})
    services.decide(everybody.quality_manager, check, accept=True, words="đạt")
    set_state(everybody.quality_manager, row, "in_service", clock.now(), verification="đã kiểm tra 100 MHz")
    assert queries.subject_incoming("x", "instrument", row.id, clock.today()).waiting == ()


def test_pages(people, client_as, statements):
    keep()
    client = client_as(people.quality_manager)
    assert client.post("/quality/suppliers/new", data={"name": "Viện A", "contact": "Vũ Ngọc Đánh"}).status_code == 302
    typed = {"service": "material", "scope": "cáp", "basis": "mẫu", "valid_from": "16/11/2026", "until": "01/11/2027"}
    own = client.post("/quality/suppliers/NCC-001/approve", data=typed)
    assert own.status_code == 422 and "6.6.2" in own.text and "mẫu" in own.text, "refused through the form, nothing typed is lost"
    assert client.post("/quality/suppliers/new", data={"name": "Viện B"}).status_code == 302
    assert client.post("/quality/suppliers/criteria/new", data={
        "service": "material", "name_vi": "Đúng hẹn", "weight": "9", "minimum": "0"}).status_code == 422
    assert client.post("/quality/suppliers/criteria/new", data={
        "service": "material", "name_vi": "Đúng hẹn", "weight": "2", "minimum": "1"}).status_code == 302
    assert "Đúng hẹn" in client.get("/quality/suppliers/criteria").text
    assert client.get("/quality/suppliers/NCC-002/evaluate").status_code == 200
    ident = queries.criteria()[0].id
    form = {"kind": "first", "done_on": "16/11/2026", f"mark_{ident}": "5", "conclusion": "tốt", "action": "", "next_on": ""}
    assert client.post("/quality/suppliers/NCC-002/evaluate?service=material", data={**form, f"mark_{ident}": ""}).status_code == 422
    assert client.post("/quality/suppliers/NCC-002/evaluate?service=material", data=form).status_code == 302
    assert client.post("/quality/suppliers/NCC-002/approve", data=typed).status_code == 302
    assert "100,0 %" in client.get("/quality/suppliers/NCC-002").text
    order = {"supplier": "NCC-002", "service": "material", "title": "Cáp", **FOUR, "premises": "", "needed_on": "", "subject_kind": ""}
    assert client.post("/quality/orders/new", data=order).location.endswith("/quality/orders/MH-2026-001")
    assert "6.6.3" in client.get("/quality/orders/MH-2026-001").text
    crafted = client.post("/quality/orders/MH-2026-001/moves/send", follow_redirects=True)
    assert "chưa nêu" in crafted.text and db.session.scalars(select(PurchaseOrder)).one().status == "draft"
    assert client.post("/quality/orders/MH-2026-001/edit", data={**order, "premises": "không"}).status_code == 302
    assert client.post("/quality/orders/MH-2026-001/moves/send").status_code == 302
    assert client.post("/quality/orders/MH-2026-001/moves/fly").status_code == 404
    assert "VSWR" in client.get("/quality/orders/MH-2026-001/print").text
    technician = client_as(people.technician)
    arrived = {"kind": "goods", "title": "Cáp", "mark": "L1", "received_on": "16/11/2026", "expires_on": ""}
    assert technician.post("/quality/incoming/new?order=MH-2026-001", data={**arrived, "received_on": "17/11/2026"}).status_code == 422
    assert technician.post("/quality/incoming/new?order=MH-2026-001", data=arrived).status_code == 302
    client = client_as(people.quality_manager)
    page = client.get("/quality/incoming/NK-2026-001").text
    assert "chưa qua kiểm tra đầu vào" in page
    used = client.post("/quality/incoming/NK-2026-001/moves/use", data={"used_from": "16/11/2026", "used_for": "đo"}, follow_redirects=True)
    assert "6.6.2" in used.text and db.session.scalars(select(IncomingCheck)).one().status == "waiting"
    points = {f"ok_{key}": "yes" for key in rules.POINTS["goods"]} | {"ok_valid": ""}
    assert client.post("/quality/incoming/NK-2026-001", data=points).status_code == 302
    assert "chưa kiểm tra" in client.post("/quality/incoming/NK-2026-001/moves/accept", data={"reason": "đạt"}, follow_redirects=True).text
    assert client.post("/quality/incoming/NK-2026-001", data={**points, "ok_valid": "yes"}).status_code == 302
    assert client.post("/quality/incoming/NK-2026-001/moves/accept", data={"reason": "đạt"}).status_code == 302
    assert client.post("/quality/incoming/NK-2026-001/moves/use", data={"used_from": "", "used_for": "đo"}).status_code == 422
    assert client.post("/quality/incoming/NK-2026-001/moves/use", data={"used_from": "16/11/2026", "used_for": "đo"}).status_code == 302
    assert "Đang dùng" in client.get("/quality/incoming").text
    for path in ("/quality/incoming?export=csv", "/quality/orders?export=csv"):
        assert "Cáp" in client.get(path).text
    database.begin_writing()
    for n in range(30):
        services.receive(people.technician, kind="goods", title=f"Lô {n}", received_on=TODAY,
                         supplier=db.session.scalars(select(PurchaseOrder)).one().supplier)
    keep()
    for path in ("/quality/incoming", "/quality/orders", "/quality/incoming/NK-2026-001", "/quality/orders/MH-2026-001",
                 "/quality/suppliers/NCC-002"):
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 15 and not seen.repeated(), (path, seen)
    auditor = client_as(people.auditor)
    assert auditor.get("/quality/incoming").status_code == 200
    assert auditor.post("/quality/incoming/NK-2026-001/moves/accept", data={"reason": "x"}).status_code == 403
    assert auditor.get("/quality/suppliers/criteria/new").status_code == 403
    assert technician.get("/quality/orders").status_code in (200, 403)
