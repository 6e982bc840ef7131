"""Complaints by clicks of people with rights, and of people without: every step by its form, by a crafted request, with a secret source."""
from __future__ import annotations

import re
from typing import Any

import pytest

from lab_app.core import clock, search
from lab_app.core.access import authorize
from lab_app.core.permissions import P
from lab_app.quality.complaints import queries, services
from lab_app.quality.complaints.models import Complaint
from tests.support.certificates_facts import World, commit, ready_request
from tests.support.signing import typed

WORDS = "Kết quả phát xạ tại 1 GHz khác hẳn lần đo trước."
PLACE = "/quality/complaints/KN-2026-001"
SECRETS = ("Bà Kín", "Công ty Kín", "kin@vi-du.vn", "0912345678")


@pytest.fixture
def world(app: Any, frozen_clock: Any) -> World:
    """A reviewed request findable by its number, and one complaint about it, whose source is confidential; committed."""
    made = ready_request()
    authorize(made.people.quality_manager, P.QUALITY_WRITE)
    search.put("request", made.request.id, made.request.number, "")
    services.register_complaint(
        made.people.reception, channel="email", title="Kết quả sai", words=WORDS, about=made.request.number, name=SECRETS[0],
        organisation=SECRETS[1], email=SECRETS[2], phone=SECRETS[3])
    commit()
    return made


def row() -> Complaint:
    found = queries.complaint_by_code("KN-2026-001")
    assert found is not None
    return found


def version(client: Any, page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(page).get_data(as_text=True))
    return found[1] if found else ""


def post(client: Any, step: str, **said: str) -> Any:
    page = f"{PLACE}/{step}"
    return client.post(page, data={"version": version(client, page), **said})


def to_the_decision(client: Any, manager: Any) -> None:
    assert post(client, "acknowledge", words="Đã nhận", way="phone", said_on="16/11/2026").status_code == 302
    assert post(client, "take", relevance="Phép thử của phòng", owner=str(manager.id)).status_code == 302
    assert post(client, "investigate", investigation="Xem số đọc", cause="Hệ số cáp", action="Đo lại",
                action_done_on="16/11/2026").status_code == 302


def test_from_receipt_to_the_end_by_forms(world: World, client_as: Any) -> None:
    manager, signatory = world.people.quality_manager, world.people.signatory
    desk = client_as(manager)
    to_the_decision(desk, manager)
    assert "Đúng" not in desk.get(PLACE).get_data(as_text=True)
    chair = client_as(signatory)
    signed = typed(chair, signatory, f"{PLACE}/decide")
    assert post(chair, "decide", outcome="upheld", decision="Kết quả sai, đã đo lại.", **signed).status_code == 302
    desk = client_as(manager)
    assert post(desk, "tell/notice", words="Khiếu nại đúng, đã đo lại.", way="email", said_on="16/11/2026").status_code == 302
    assert desk.post(f"{PLACE}/close", data={"version": str(row().version)}).status_code == 302
    assert row().status == "closed" and row().decided_by_id == signatory.id
    shown = desk.get(PLACE).get_data(as_text=True)
    assert "Khiếu nại đúng" in shown and "Đã kết thúc" in shown and signatory.full_name in shown
    letter = desk.get(f"{PLACE}/letter/{row().messages[-1].id}").get_data(as_text=True)
    assert "Kết thúc khiếu nại KN-2026-001" in letter and "Khiếu nại đúng, đã đo lại." in letter


def test_whoever_worked_on_it_reads_why_not_and_a_crafted_request_meets_the_same_gate(world: World, client_as: Any) -> None:
    manager, reviewer = world.people.quality_manager, world.people.reviewer
    to_the_decision(client_as(manager), manager)
    chair = client_as(reviewer)
    body = chair.get(PLACE).get_data(as_text=True)
    assert 'aria-disabled="true"' in body and "7.9.6" in body and "soát xét kết quả" in body
    assert 'name="password"' not in chair.get(f"{PLACE}/decide").get_data(as_text=True)
    signed = typed(chair, reviewer, f"{PLACE}/decide")
    crafted = chair.post(f"{PLACE}/decide", data={
        "version": str(row().version), "outcome": "rejected", "decision": "Không có căn cứ.", **signed, "shown": "0" * 64})
    assert crafted.status_code == 422 and "7.9.6" in crafted.get_data(as_text=True)
    assert row().status == "investigating"


def test_a_decision_without_password_or_with_a_wrong_one_is_refused(world: World, client_as: Any) -> None:
    manager, signatory = world.people.quality_manager, world.people.signatory
    to_the_decision(client_as(manager), manager)
    chair = client_as(signatory)
    signed = typed(chair, signatory, f"{PLACE}/decide")
    for wrong in ({"password": "", "shown": signed["shown"]}, {"password": "sai", "shown": signed["shown"]},
                  {"password": signed["password"], "shown": "0" * 64}):
        answer = post(chair, "decide", outcome="upheld", decision="Kết quả sai.", **wrong)
        assert answer.status_code == 422 and "Kết quả sai." in answer.get_data(as_text=True)
    assert row().status == "investigating"


def test_who_complained_is_kept_from_whoever_does_not_handle_it(world: World, client_as: Any, client: Any) -> None:
    manager = client_as(world.people.quality_manager)
    for page in (PLACE, "/quality/complaints"):
        assert SECRETS[0] in manager.get(page).get_data(as_text=True)
    entries = f"/history/complaint/{row().id}"
    for person in (world.people.technician, world.people.reviewer, world.people.auditor, world.people.signatory):
        reader = client_as(person)
        for page in (PLACE, "/quality/complaints", "/quality/complaints?export=csv", "/search?q=Kín", "/my-work", entries):
            body = reader.get(page).get_data(as_text=True)
            assert not [s for s in SECRETS if s in body.replace("?q=K", "")], f"{person.code} reads {page}"
        assert reader.get(f"{PLACE}/letter/1").status_code == 403
    assert "giữ kín (4.2.3)" in client_as(world.people.technician).get(PLACE).get_data(as_text=True)


def test_what_is_not_confidential_is_read_inside(world: World, client_as: Any) -> None:
    services.register_complaint(world.people.reception, channel="phone", title="Trễ hẹn", words=WORDS, name="Ông Mở", confidential=False)
    services.register_complaint(world.people.reception, channel="phone", title="Bên khác", words=WORDS, name="Cơ quan Khác",
                                confidential=False, role="other")
    commit()
    body = client_as(world.people.technician).get("/quality/complaints").get_data(as_text=True)
    assert "Ông Mở" in body and "Cơ quan Khác" not in body


@pytest.mark.parametrize("step", ["acknowledge", "take", "subjects", "concerned", "decide", "tell/notice", "files", "investigate"])
def test_who_may_not_is_turned_away(world: World, client_as: Any, client: Any, step: str) -> None:
    for person in (world.people.technician, world.people.auditor):
        assert client_as(person).get(f"{PLACE}/{step}").status_code in (403, 404)
        assert client_as(person).post(f"{PLACE}/{step}", data={"words": "x"}).status_code in (403, 404)


@pytest.mark.parametrize("step", ["close", "reopen", "cannot-tell", "nonconformity", "corrective", "read"])
def test_one_button_acts_need_their_right_and_never_answer_to_a_look(world: World, client_as: Any, step: str) -> None:
    assert client_as(world.people.technician).post(f"{PLACE}/{step}").status_code == 403
    assert client_as(world.people.quality_manager).get(f"{PLACE}/{step}").status_code == 405


def test_what_is_written_after_the_end_can_be_read_away(world: World, client_as: Any) -> None:
    manager, one = world.people.quality_manager, row()
    services.reply(one, "Tôi không đồng ý.")
    one.status = "closed"
    commit()
    page = client_as(manager).get(PLACE).get_data(as_text=True)
    assert f"{PLACE}/read" in page and f"{PLACE}/tell/note" not in page


def test_a_page_grown_old_is_told_so(world: World, client_as: Any) -> None:
    desk = client_as(world.people.quality_manager)
    seen = version(desk, f"{PLACE}/acknowledge")
    authorize(world.people.quality_manager, P.QUALITY_WRITE)
    row().about = "khác"
    commit()
    answer = desk.post(f"{PLACE}/acknowledge", data={"version": seen, "words": "Đã nhận", "way": "phone", "said_on": "16/11/2026"})
    assert answer.status_code == 409 and row().status == "received"


def test_a_record_that_is_not_there_is_refused_at_its_field(world: World, client_as: Any) -> None:
    desk = client_as(world.people.quality_manager)
    answer = desk.post(f"{PLACE}/subjects", data={"kind": "report", "subject_code": "PKQ-KHONG-CO"})
    assert answer.status_code == 422 and "PKQ-KHONG-CO" in answer.get_data(as_text=True)
    twice = desk.post(f"{PLACE}/subjects", data={"kind": "request", "subject_code": world.request.number})
    assert twice.status_code == 422


def test_anyone_inside_takes_one_down(world: World, client_as: Any) -> None:
    answer = client_as(world.people.sales).post("/quality/complaints/new", data={
        "channel": "phone", "title": "Giá khác báo giá", "words": WORDS, "role": "customer", "language": "vi"})
    assert answer.status_code == 302
    found = queries.complaint_by_code("KN-2026-002")
    assert found is not None and found.received_by_id == world.people.sales.id and found.confidential is False


def test_lists_and_pages_ask_few_questions(world: World, client_as: Any, statements: Any) -> None:
    for n in range(30):
        services.register_complaint(world.people.reception, channel="phone", title=f"Việc {n}", words=WORDS, about=world.request.number)
    commit()
    desk = client_as(world.people.quality_manager)
    for page in ("/quality/complaints", PLACE, f"/requests/{world.request.number}"):
        desk.get(page)
        with statements() as seen:
            answer = desk.get(page)
        assert answer.status_code == 200 and not seen.repeated(), page
        assert len(seen) <= (25 if "requests" in page else 15), f"{page}: {len(seen)}"


def test_late_ones_are_found(world: World, client_as: Any, frozen_clock: Any) -> None:
    desk = client_as(world.people.quality_manager)
    assert "KN-2026-001" not in desk.get("/quality/complaints?status=late").get_data(as_text=True)
    frozen_clock.advance(days=7)
    assert clock.today() > row().acknowledge_by  # type: ignore[operator]
    body = desk.get("/quality/complaints?status=late").get_data(as_text=True)
    assert "KN-2026-001" in body and "Quá hạn" in body
    assert "Khiếu nại quá hạn" in desk.get("/quality").get_data(as_text=True)


def test_the_records_page_shows_what_customers_said_of_it(world: World, client_as: Any) -> None:
    page = f"/requests/{world.request.number}"
    assert "KN-2026-001" in client_as(world.people.technician).get(page).get_data(as_text=True)
    services.strike_off(world.people.quality_manager, row(), row().subjects[0], "gắn nhầm")
    commit()
    assert "KN-2026-001" not in client_as(world.people.technician).get(page).get_data(as_text=True)
