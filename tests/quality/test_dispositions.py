"""Each report and result that nonconforming work touched is decided, and customers are told, before it closes (7.10.1 c, d, e)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.quality import services as quality
from lab_app.quality.dispositions import affected, queries, services
from lab_app.quality.dispositions.affected import Touched
from lab_app.quality.dispositions.models import CustomerNotice, Disposition
from tests.journeys.breaches.ncw import work
from tests.support.nonconforming import ANSWERS, answered, classed

PAPER = Touched("report", 7, "PKQ-2026-0007-01", "Còn hiệu lực", "Công ty Giả Định", proposed="amend")


def commit():
    db.session.commit()
    database.end_writing()


@pytest.fixture
def papers(monkeypatch):
    found = [PAPER, Touched("report", 8, "PKQ-2026-0008-01", customer="Công ty Khác")]
    monkeypatch.setitem(affected._providers, "test", lambda _row: list(found))
    return found


def gate_of(act):
    with pytest.raises(GateRefused) as caught:
        act()
    return caught.value.stop.gate


def test_what_rooms_find_and_what_people_name_is_decided_each(people, papers):
    manager = people.quality_manager
    row = answered_without_decisions(people)
    services.name_affected(manager, row, subject_kind="sample", subject_id=3, subject_code="M-3", why="cùng lô")
    assert [(d.touched.code, d.disposition, d.told) for d in queries.decided(row)] == [
        ("PKQ-2026-0007-01", None, False), ("PKQ-2026-0008-01", None, False), ("M-3", None, False)]
    assert gate_of(lambda: quality.close_nonconformity(manager, row)) == "affected-disposed"
    made = services.decide(manager, row, ["report-8", "sample-3", "report-8"], decision="stands", reason="biên đủ")
    assert len(made) == 2 and gate_of(lambda: quality.close_nonconformity(manager, row)) == "affected-disposed"
    services.decide(manager, row, ["report-7"], decision="withdraw", reason="sai cấp")
    assert gate_of(lambda: quality.close_nonconformity(manager, row)) == "customers-told"
    services.decide(manager, row, ["report-7"], decision="amend", reason="đo lại")
    assert queries.dispositions(row.id)["report", 7].decision == "amend" and len(db.session.scalars(select(Disposition)).all()) == 4
    notice = {"customer": "Công ty Giả Định", "told": "ông A", "how": "email", "told_on": clock.today()}
    services.note_notice(manager, row, **notice, papers="PKQ-2026-0009-01")
    assert gate_of(lambda: quality.close_nonconformity(manager, row)) == "customers-told"
    services.note_notice(manager, row, **notice)  # about all of theirs
    quality.close_nonconformity(manager, row)
    assert row.status == "closed"
    for act in (lambda: services.decide(manager, row, ["report-7"], decision="stands", reason="x"),
                lambda: services.note_notice(manager, row, **notice)):
        with pytest.raises(Refused):
            act()


@pytest.mark.both_databases
def test_a_word_before_the_decision_does_not_tell_of_it(people, papers, frozen_clock, client_as):
    """7.10.1 d, e: who heard "we are looking at it" was not told that the paper is withdrawn."""
    manager = people.quality_manager
    row = answered_without_decisions(people)
    notice = {"customer": "Công ty Giả Định", "told": "ông A", "how": "phone"}
    services.note_notice(manager, row, **notice, told_on=clock.today(), papers="PKQ-2026-0007-01")
    services.decide(manager, row, ["report-8"], decision="stands", reason="biên đủ")
    before = queries.decided(row)[0]
    assert (before.told, before.early) == (False, True)
    frozen_clock.advance(days=1)
    services.decide(manager, row, ["report-7"], decision="withdraw", reason="sai cấp")
    assert gate_of(lambda: quality.close_nonconformity(manager, row)) == "customers-told"
    services.note_notice(manager, row, **notice, told_on=clock.today() - timedelta(days=1))  # written down today, said yesterday
    assert gate_of(lambda: quality.close_nonconformity(manager, row)) == "customers-told"
    commit()
    shown = client_as(manager).get(f"/quality/nonconformities/{row.code}").text
    assert "chưa báo" in shown and "đã báo lần đầu, trước khi quyết định" in shown and "lần báo trước khi quyết định chưa tính" in shown
    services.note_notice(manager, row, **notice, told_on=clock.today())
    frozen_clock.advance(minutes=5)
    services.decide(manager, row, ["report-7"], decision="amend", reason="đo lại được")  # decided otherwise: told of the earlier alone
    assert gate_of(lambda: quality.close_nonconformity(manager, row)) == "customers-told"
    services.note_notice(manager, row, **notice, told_on=clock.today())
    assert [(one.told, one.early) for one in queries.decided(row)] == [(True, False), (False, False)]
    assert quality.close_nonconformity(manager, row).status == "closed"


def answered_without_decisions(people):
    """Ready but for what the fixture's papers ask."""
    row = work(people)
    quality.answer_nonconformity(people.quality_manager, row, responsible_id=people.quality_manager.id, **ANSWERS)
    return classed(people.quality_manager, row)


def test_a_decision_once_made_stays_although_the_paper_is_found_no_more(people, papers):
    row = answered(people.quality_manager, work(people))
    papers.clear()
    assert [(d.touched.code, d.disposition.decision) for d in queries.decided(row)] == [
        ("PKQ-2026-0007-01", "stands"), ("PKQ-2026-0008-01", "stands")]


@pytest.mark.parametrize(("keys", "more", "kind"), [
    (["report-7"], {"decision": "burn"}, FieldRefused), (["report-7"], {"reason": " "}, FieldRefused), ([], {}, FieldRefused),
    (["report-99"], {}, Refused), ([f"report-{n}" for n in range(services.AT_ONCE + 1)], {}, FieldRefused)])
def test_what_cannot_be_decided_is_refused(people, papers, keys, more, kind):
    row = work(people)
    with pytest.raises(kind):
        services.decide(people.quality_manager, row, keys, **{"decision": "stands", "reason": "x", **more})
    with pytest.raises(NotAllowed):
        services.decide(people.technician, row, ["report-7"], decision="stands", reason="x")
    assert db.session.scalar(select(Disposition)) is None


@pytest.mark.parametrize(("change", "field"), [
    ({"customer": " "}, "customer"), ({"told": ""}, "told"), ({"how": "smoke"}, "how"),
    ({"told_on": date(2026, 11, 17)}, "told_on"), ({"told_on": date(2026, 11, 11)}, "told_on")])
def test_a_notice_says_who_how_and_a_day_that_can_be(people, change, field):
    wanted = {"customer": "Công ty", "told": "ông A", "how": "phone", "told_on": clock.today() - timedelta(days=1), **change}
    with pytest.raises(FieldRefused) as caught:
        services.note_notice(people.quality_manager, work(people), **wanted)
    assert caught.value.field == field and db.session.scalar(select(CustomerNotice)) is None


def test_pages_of_touched_work(people, papers, client_as):
    row = answered_without_decisions(people)
    commit()
    manager = client_as(people.quality_manager)
    at = f"/quality/nonconformities/{row.code}"
    page = manager.get(at).text
    assert "PKQ-2026-0007-01" in page and "chưa quyết định" in page and "Sửa đổi phiếu" in page
    assert manager.post(f"{at}/affected", data={"thing": "report-7", "decision": "amend", "reason": ""}).status_code == 422
    assert manager.post(f"{at}/affected", data={"thing": "report-55", "decision": "amend", "reason": "x"}).status_code == 422
    assert client_as(people.auditor).post(f"{at}/affected", data={}).status_code == 403
    both = {"thing": ["report-7", "report-8"], "decision": "amend", "reason": "đo lại"}
    assert manager.post(f"{at}/affected", data=both).status_code == 302
    crafted = manager.post(f"{at}/close", data={}, follow_redirects=True)
    assert "chưa ghi việc báo khách hàng" in crafted.text and "7.10.1" in crafted.text
    form = manager.get(f"{at}/notices/new").text
    assert "PKQ-2026-0007-01, PKQ-2026-0008-01" in form
    notice = {"customer": "Công ty Giả Định", "told": "ông A", "how": "email", "told_on": "16/11/2026",
              "papers": "PKQ-2026-0007-01, PKQ-2026-0008-01"}
    assert manager.post(f"{at}/notices/new", data={**notice, "told_on": "17/11/2026"}).status_code == 422
    assert manager.post(f"{at}/notices/new", data=notice).status_code == 302
    assert manager.post(f"{at}/affected/new", data={"subject_kind": "sample", "subject_code": "M-404"}).status_code == 422
    assert manager.post(f"{at}/close", data={}).status_code == 302 and "Đã đóng" in manager.get(at).text
    paper = manager.get(f"{at}/print").text
    assert "đo lại" in paper and "Sáu phần của 7.10.1" in paper
