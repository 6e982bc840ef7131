"""Nonconforming work by services and by pages: opened, answered in six parts, closed (7.10)."""
from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.quality import hanging, services
from lab_app.quality.models import Nonconformity
from tests.support.nonconforming import classed

ANSWERS = {"action": "dừng phòng RF", "significance": "không ảnh hưởng", "acceptability": "chấp nhận", "customer_told": "không cần",
           "resumption": "trưởng phòng, 16/11"}


def opened(people, **more):
    wanted = {"source": "other", "subject_kind": "room", "subject_id": 1, "subject_code": "P-RF", "title": "Nhiệt độ vượt giới hạn",
              "description": "31 °C", "found_on": date(2026, 11, 12), **more}
    return services.open_nonconformity(people.quality_manager, **wanted)


def commit():
    db.session.commit()
    database.end_writing()


def test_numbers_run_within_their_year(people):
    codes = [opened(people).code, opened(people).code, opened(people, found_on=date(2025, 12, 30)).code]
    assert codes == ["NCW-2026-001", "NCW-2026-002", "NCW-2025-001"]


@pytest.mark.parametrize(("change", "field"), [
    ({"source": "ghosts"}, "source"), ({"title": " "}, "title"), ({"found_on": date(2026, 11, 17)}, "found_on")])
def test_what_cannot_be_is_refused(people, change, field):
    with pytest.raises(FieldRefused) as caught:
        opened(people, **change)
    assert caught.value.field == field and db.session.scalars(select(Nonconformity)).all() == []


def test_its_state_follows_its_answers_and_old_words_stay_in_the_trail(people):
    row, manager = opened(people), people.quality_manager
    services.answer_nonconformity(manager, row, **ANSWERS)
    assert row.status == "open" and [m[:2] for m in services.missing_parts(row)] == ["a)"]
    services.answer_nonconformity(manager, row, responsible_id=people.reviewer.id)
    assert row.status == "evaluated"
    services.answer_nonconformity(manager, row, action="")
    assert row.status == "open"
    services.answer_nonconformity(manager, row, action="dừng cả hai phòng")
    assert any("dừng phòng RF" in e.canonical for e in audit.history("nonconformity", row.id, 20))
    with pytest.raises(Refused):
        services.answer_nonconformity(manager, row, colour="xanh")


def test_it_closes_when_answered_and_nothing_hangs_on_it(people, monkeypatch):
    row, manager = opened(people), people.quality_manager
    services.answer_nonconformity(manager, row, responsible_id=manager.id, **ANSWERS)
    classed(manager, row)
    waiting = ["một việc khác"]
    monkeypatch.setitem(hanging._questions, "test", lambda _row: list(waiting))
    with pytest.raises(GateRefused) as caught:
        services.close_nonconformity(manager, row)
    assert "một việc khác" in str(caught.value.stop.says) and caught.value.stop.clauses == ("7.10.1",)
    waiting.clear()
    services.close_nonconformity(manager, row)
    assert row.status == "closed" and row.closed_by_id == manager.id
    for act in (lambda: services.answer_nonconformity(manager, row, action="thêm"), lambda: services.close_nonconformity(manager, row)):
        with pytest.raises(Refused):
            act()


def test_only_the_quality_manager_writes(people):
    row = opened(people)
    for person in (people.technician, people.reviewer, people.auditor):
        with pytest.raises(NotAllowed):
            services.answer_nonconformity(person, row, action="x")
        with pytest.raises(NotAllowed):
            services.close_nonconformity(person, row)


def test_pages_from_opening_to_closing(people, client_as):
    manager = client_as(people.quality_manager)
    bad = manager.post("/quality/nonconformities/new", data={"title": "", "description": "x", "found_on": "40/11/2026"})
    assert bad.status_code == 422 and "dd/mm/yyyy" in bad.text
    form = {"title": "Nhiệt độ vượt", "description": "31 °C", "found_on": "12/11/2026", "subject_kind": "room", "subject_code": "P-XX"}
    refused = manager.post("/quality/nonconformities/new", data=form)
    assert refused.status_code == 422 and "Không có hồ sơ nào mang mã này." in refused.text
    assert manager.post("/quality/nonconformities/new", data={**form, "subject_code": "P-RF"}).status_code == 302
    row = db.session.scalars(select(Nonconformity)).one()
    address = f"/quality/nonconformities/{row.code}"
    page = manager.get(address)
    assert "/rooms/P-RF" in page.text and "chưa trả lời" in page.text and "7.10.1" in page.text
    manager.post(f"{address}/close", data={"version": row.version})
    db.session.expire_all()
    assert db.session.scalars(select(Nonconformity)).one().status == "open"
    seen = db.session.scalars(select(Nonconformity)).one().version
    done = manager.post(f"{address}/answers", data={**ANSWERS, "responsible_id": str(people.reviewer.id), "version": seen})
    assert done.status_code == 302
    stale = manager.post(f"{address}/answers", data={**ANSWERS, "action": "khác", "responsible_id": "", "version": seen})
    assert stale.status_code == 409
    classes = {"risk_class": "low", "cause_class": "environment", "area": "environment", "no_corrective_reason": "sự cố lẻ"}
    assert manager.post(f"{address}/classes", data=classes).status_code == 302
    db.session.expire_all()
    version = db.session.scalars(select(Nonconformity)).one().version
    assert manager.post(f"{address}/close", data={"version": version}).status_code == 302
    assert "Đã đóng" in manager.get(address).text


def test_list_filters_export_and_statements(people, client_as, statements):
    for n in range(30):
        opened(people, title=f"Việc {n}", responsible=people.reviewer)
    commit()
    reader = client_as(people.auditor)
    reader.get("/quality/nonconformities")
    with statements() as seen:
        page = reader.get("/quality/nonconformities")
    assert page.status_code == 200 and len(seen) <= 15 and not {s for s, n in seen.repeated().items() if n > 2}, str(seen)
    assert "Việc 29" in page.text and "Việc 2<" not in page.text
    assert "Việc" not in reader.get("/quality/nonconformities?status=closed").text.split("<tbody>")[-1][:50]
    assert reader.get("/quality/nonconformities?export=xlsx").mimetype.endswith("sheet")
    assert reader.get("/quality/nonconformities/new").status_code == 403
    assert reader.get("/quality/nonconformities/NCW-1999-001").status_code == 404
