"""Break-glass by requests: what a refused page offers, and that nothing crafted, old, borrowed or repeated opens a closed gate."""
from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.gates import GateHit
from lab_app.core.permissions import P
from lab_app.quality.glass.models import BrokenGate
from lab_app.quality.models import Nonconformity
from lab_app.results.models import Reading
from tests.support import signing
from tests.support.people_facts import SETTER

WHY = "Khách hàng chờ kết quả để dừng phát sóng gây nhiễu hàng không"


def text(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def count(model: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def typed(e: Any, line: Any = None, **changes: Any) -> dict[str, Any]:
    line = line or e.b.line()
    return {"version": str(line.version), "seen_revision": "0", "raw-reading": "15,4", "raw-loss": "0,5",
            "instruments": [str(e.b.instrument.id)], "environment": str(e.hot.id), "measured_at": "16/11/2026 08:50", "do": "record",
            "note": "hai dòng\r\nghi chú <b>"} | changes


def box_of(response: Any) -> tuple[str, dict[str, Any]]:
    """The address and the fields of the offered form."""
    form = re.search(r'<form class="[^"]*glass__box"[^>]*action="([^"]+)".*?</form>', response.get_data(as_text=True), re.S)
    assert form, "the page offers nothing"
    fields: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]):
        if name != "csrf_token":
            fields.setdefault(name, []).append(html.unescape(value))
    return html.unescape(form[1]), fields


@pytest.fixture
def refused(emergency, client_as):
    """The technician's page after the refusal: client, address and fields of the offered form."""
    e = emergency
    signing.with_password(e.head)
    db.session.commit()
    client = client_as(e.technician)
    answer = client.post(f"/lines/{e.b.line().id}/record", data=typed(e))
    assert answer.status_code == 422 and "6.3.3" in text(answer)
    return e, client, *box_of(answer)


def signed(e: Any, **changes: Any) -> dict[str, str]:
    return {"glass_by": str(e.head.id), "glass_reason": WHY, "glass_password": signing.PASSWORD} | changes


def nothing_passed() -> bool:
    return count(Reading) == 0 and count(BrokenGate) == 0 and count(Nonconformity) == 0


def test_the_same_form_signed_by_the_head_records_and_leaves_everything_behind(refused, client_as):
    e, client, address, fields = refused
    assert address == f"/lines/{e.b.line().id}/record?glass=1"
    assert fields["instruments"] == [str(e.b.instrument.id)] and not {"password", "csrf_token"} & fields.keys()
    answer = client.post(address, data=fields | signed(e))
    assert answer.status_code == 302, text(answer)
    assert count(Reading) == 1
    row = db.session.scalars(select(BrokenGate)).one()
    assert (row.person_id, row.allowed_by_id, row.door) == (e.technician.id, e.head.id, "POST results.record_line")
    manager = client_as(e.b.people.quality_manager)
    listed = text(manager.get("/quality/broken-gates"))
    assert row.code in listed and row.nonconformity.code in listed and WHY in listed
    shown = text(manager.get(f"/quality/broken-gates/{row.code}"))
    assert row.says in shown and e.head.full_name in shown and "Chưa phiếu nào in kết quả này" in shown
    assert WHY in text(manager.get("/exceptions?kind=broken"))
    assert WHY in manager.get("/quality/broken-gates?export=csv").get_data(as_text=True)


@pytest.mark.parametrize("change, says", [
    ({"glass_password": "không đúng"}, "Mật khẩu không đúng"), ({"glass_password": ""}, "Gõ lại mật khẩu"),
    ({"glass_reason": "gấp"}, "lý do ít nhất 6 từ"), ({"glass_by": ""}, "không có quyền cho vượt chốt"),
    ({"glass_by": "99999"}, "không có quyền cho vượt chốt"), ({"glass_by": "9" * 30}, "không có quyền cho vượt chốt"),
    ({"glass_token": "bịa"}, "đọc lại lời từ chối"),
    ({"raw-reading": "19,4"}, "đọc lại lời từ chối"), ({"environment": "1"}, "đọc lại lời từ chối"),
])
def test_whatever_is_wrong_with_the_declaration_the_gate_refuses_again_and_says_it(refused, change, says):
    e, client, address, fields = refused
    answer = client.post(address, data=fields | signed(e) | change)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:  # the changed field made the act another one, which no gate refuses
        assert change == {"environment": "1"} and count(BrokenGate) == 0
        return
    assert nothing_passed()
    assert says in text(answer)
    if "glass_token" not in change and change.get("glass_reason") != "gấp":
        assert WHY in text(answer), "what was typed is kept"


def test_a_person_without_the_right_lets_nothing_happen(refused):
    e, client, address, fields = refused
    signing.with_password(e.b.people.reviewer)
    db.session.commit()
    assert client.post(address, data=fields | signed(e, glass_by=str(e.b.people.reviewer.id))).status_code == 422
    assert nothing_passed()


def test_who_gave_no_undertaking_lets_nothing_happen(refused):
    e, client, address, fields = refused
    said = signed(e)
    database.begin_writing()
    e.head.undertaking_on = None
    db.session.commit()
    database.end_writing()
    answer = client.post(address, data=fields | said)
    assert answer.status_code == 422 and nothing_passed()


def test_a_crafted_request_without_the_page_passes_nothing(emergency, client_as):
    e = emergency
    signing.with_password(e.head)
    db.session.commit()
    client = client_as(e.technician)
    line = e.b.line().id
    for extra in ({}, {"glass_gate": "environment-within-limits"}, {"glass_token": "x.y.z"}, {"break_glass": "1"}):
        answer = client.post(f"/lines/{line}/record?glass=1", data=typed(e) | signed(e) | extra)
        assert answer.status_code == 422
    assert nothing_passed()


def test_a_declaration_is_of_one_person_one_page_and_some_minutes(refused, client_as, frozen_clock):
    e, client, address, fields = refused
    other = e.b.line(conditions="2472 MHz").id
    assert client.post(f"/lines/{other}/record?glass=1", data=fields | signed(e)).status_code in (409, 422)
    assert nothing_passed()
    frozen_clock.advance(minutes=11)
    answer = client.post(address, data=fields | signed(e))
    assert answer.status_code == 422 and "đọc lại lời từ chối" in text(answer) and nothing_passed()
    again, fresh = box_of(answer)
    assert client.post(again, data=fresh | signed(e)).status_code == 302 and count(Reading) == 1


def test_another_person_cannot_use_it(refused, client_as):
    from tests.support.results_facts import both_roles
    e, _client, address, fields = refused
    other = both_roles(e.b.people, e.b.tested.method.code)
    db.session.commit()
    answer = client_as(other).post(address, data=fields | signed(e))
    assert answer.status_code == 422 and nothing_passed()


def test_it_serves_once(refused):
    e, client, address, fields = refused
    assert client.post(address, data=fields | signed(e)).status_code == 302
    assert client.post(address, data=fields | signed(e)).status_code in (409, 422)
    assert count(Reading) == 1 and count(BrokenGate) == 1


def test_a_gate_without_break_glass_offers_nothing(app, frozen_clock, client_as):
    from tests.support import results_facts
    b = results_facts.make_bench(tester=False)
    db.session.commit()
    body = {"version": str(b.line().version), "seen_revision": "0", "raw-reading": "15,4", "raw-loss": "0,5", "do": "record",
            "instruments": [str(b.instrument.id)], "environment": str(b.environment.id), "measured_at": "16/11/2026 08:50"}
    answer = client_as(b.people.technician).post(f"/lines/{b.line().id}/record", data=body)
    assert answer.status_code == 422 and "6.2.6" in text(answer) and "glass__box" not in text(answer)


def test_where_nobody_may_let_it_happen_nothing_is_offered(emergency, client_as):
    from lab_app.accounts import services as accounts
    e = emergency
    role = next(r for r in e.head.roles if P.BREAK_GLASS in r.granted)
    accounts.set_role_permissions(SETTER, role, {P(g) for g in role.granted} - {P.BREAK_GLASS})
    db.session.commit()
    answer = client_as(e.technician).post(f"/lines/{e.b.line().id}/record", data=typed(e))
    assert answer.status_code == 422 and "glass__box" not in text(answer)


def test_the_live_bench_is_told_that_there_is_a_way(emergency, client_as):
    e = emergency
    answer = client_as(e.technician).post(f"/lines/{e.b.line().id}/record", data=typed(e), headers={"Accept": "application/json"})
    assert answer.status_code == 422 and answer.get_json()["refusal"]["break_glass"] is True
    assert 'data-glass="' in text(client_as(e.technician).get(f"/jobs/{e.b.job.code}"))


def test_refusals_of_a_declared_act_are_hits_too(refused):
    e, client, address, fields = refused
    before = count(GateHit)
    client.post(address, data=fields | signed(e, glass_password="không đúng"))
    assert count(GateHit) == before + 1


def test_the_pages_cost_few_statements_and_ask_the_right_to_read(emergency, client_as, statements):
    from lab_app.quality.glass import services
    e = emergency
    for conditions in ("2412 MHz", "2472 MHz"):
        with services.breaking_glass(e.technician, "environment-within-limits", reason=WHY, confirmed=signing.confirmed(e.head),
                                     allowed_by=e.head):
            e.b.record(e.b.line(conditions=conditions), environment=e.hot)
    db.session.commit()
    client = client_as(e.b.people.quality_manager)
    for address in ("/quality/broken-gates", "/quality/broken-gates/VC-2026-001", "/exceptions"):
        client.get(address)
        with statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= 15, f"{address}: {seen}"
    assert client.get("/quality/broken-gates/VC-2026-999").status_code == 404
    sales = client_as(e.technician)
    assert sales.get("/quality/broken-gates").status_code == 403 or e.technician.can(P.QUALITY_READ)


def test_in_an_emergency_an_unfit_instrument_can_be_picked_and_the_gate_still_asks(emergency, client_as):
    from datetime import date

    from lab_app.core import clock
    from tests.support import equipment_facts
    e, keeper = emergency, emergency.b.people.quality_manager
    expired = equipment_facts.register(keeper, e.b.people.site, "EQ-900")
    equipment_facts.calibrate(keeper, expired, months=6)
    equipment_facts.put_into_service(keeper, expired, clock.at_local(date(2026, 1, 9), 9))
    signing.with_password(e.head)
    db.session.commit()
    client, line = client_as(e.technician), e.b.line()
    usual = text(client.get(f"/jobs/{e.b.job.code}"))
    assert f'id="eq-{expired.id}" disabled' in usual and f"/jobs/{e.b.job.code}?line={line.id}&emergency=1" in usual
    assert f'id="eq-{expired.id}" aria' in text(client.get(f"/jobs/{e.b.job.code}?line={line.id}&emergency=1"))
    answer = client.post(f"/lines/{line.id}/record", data=typed(
        e, instruments=[str(expired.id)], environment=str(e.b.environment.id)))
    assert answer.status_code == 422 and "6.4.13" in text(answer)
    address, fields = box_of(answer)
    assert client.post(address, data=fields | signed(e)).status_code == 302
    row = db.session.scalars(select(BrokenGate)).one()
    assert row.gate == "instrument-fit" and "EQ-900" in row.says and row.clauses == "6.4.4,6.4.6,6.4.13"
