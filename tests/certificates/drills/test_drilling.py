"""A recall drill by services and by pages: on a copy, against the clock, to filed evidence; the live records are never touched."""
from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from certificates.drills import copying, queries, services
from certificates.models import Recall, RecallDecision, RecallDrill, RecallLetter
from lab_app.accounts.models import Signature
from lab_app.core import audit, clock, inbox, jobs
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality.models import Nonconformity
from tests.support import certificates_facts as facts
from tests.support import signing
from tests.support.certificates_facts import MEASURED, commit
from tests.support.signing import confirmed

SINCE = MEASURED - timedelta(days=7)


@pytest.fixture
def world(app, frozen_clock):
    """A request whose report is issued, all of it measured with one instrument."""
    made = facts.ready_request()
    made.report = facts.issued(made)
    yield made
    for row in db.session.scalars(select(RecallDrill)).all():
        copying.remove(row.code)


def planned(w: Any, **changes: Any) -> RecallDrill:
    row = services.plan(w.people.quality_manager, w.instrument, **{
        "since": SINCE, "error": Decimal("1.5"), "error_unit": "dB", "scenario": "Hiệu chuẩn ngoài báo lệch 1,5 dB", "target_minutes": 60,
        **changes})
    commit()
    return row


def running(w: Any, **changes: Any) -> RecallDrill:
    row = planned(w, **changes)
    services.start(w.people.quality_manager, row)
    commit()
    jobs.run_key(services.job_key(row))
    db.session.expire_all()
    found = queries.drill(row.code)
    assert found is not None
    return found


def count(model: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def settled(w: Any, row: RecallDrill, **said: Any) -> None:
    manager = w.people.quality_manager
    for one in row.customers:
        services.take(manager, one)
        services.settle(manager, one, **{
            "decision": "retest", "reason": "lệch lớn hơn biên", "reached": "gọi số trong hồ sơ, đúng", **said})


@pytest.mark.both_databases
def test_the_copy_holds_the_fault_the_live_records_do_not(world):
    w = world
    entries = count(audit.AuditEntry)
    row = running(w)
    assert row.status == "running" and row.started_at == clock.now()
    assert row.counts["readings"] == len({line.reading.id for line in w.lines}) and row.counts["reports"] == 1
    assert [(one.customer_code, one.reports) for one in row.customers] == [(w.request.customer.code, [w.report.number])]
    assert row.machine["size"] > 100_000 and re.fullmatch("[0-9a-f]{64}", row.listed_sha256)
    assert count(Recall) == 0 and count(Nonconformity) == 0, "nothing was opened in the live records"
    kinds = set(db.session.scalars(select(audit.AuditEntry.subject_kind).where(audit.AuditEntry.id > entries)))
    assert kinds <= {"recall-drill", "drill-customer"}
    with copying.inside(row.code):
        assert count(Recall) == 1 and count(Nonconformity) == 1
    settled(w, row)
    commit()
    assert count(RecallDecision) == 0
    with copying.inside(row.code):
        assert count(RecallDecision) == row.counts["readings"]
    copying.remove(row.code)
    assert not copying.exists(row.code)


def test_from_the_list_to_the_filed_evidence(world, frozen_clock):
    w, manager = world, world.people.quality_manager
    row = running(w)
    with pytest.raises(Refused, match="chưa xong"):
        services.finish(manager, row)
    one = row.customers[0]
    services.take(manager, one)
    with pytest.raises(Refused, match="người khác"):
        services.take(make_writer(), one)
    frozen_clock.advance(minutes=12)
    services.settle(manager, one, decision="retest", reason="lệch lớn hơn biên", reached="gọi 0900 000 000, đúng người")
    frozen_clock.advance(minutes=3)
    services.finish(manager, row)
    assert services.seconds(row) == 15 * 60 and services.on_time(row) and row.letters == 1
    assert count(RecallLetter) == 0, "letters stand on the copy alone"
    assert row.code in [a.code for a in db.session.scalars(inbox.of(manager.id, [P.QUALITY_WRITE]))]
    services.file(manager, row, gaps="", conclusion="Danh sách đủ, liên hệ đúng", confirmed=confirmed(manager))
    commit()
    assert row.status == "filed" and row.evidence["steps"][0]["person"] == manager.full_name
    assert row.evidence["seconds"] == 900 and row.evidence["list_sha256"] == row.listed_sha256
    assert db.session.scalars(select(Signature).where(Signature.subject_kind == "recall-drill")).one().subject_id == row.id
    assert row.code not in [a.code for a in db.session.scalars(inbox.of(manager.id, [P.QUALITY_WRITE]))]
    assert services.due_on() == clock.today() + timedelta(days=365)


def make_writer() -> Any:
    from tests.support.people_facts import make_person
    return make_person("N31", "Lý Cũng Chất Lượng", "quality_manager")


def test_nobody_decides_on_own_readings_in_a_drill_either(world):
    from lab_app.core.access import authorize
    from lab_app.results.models import Reading
    from tests.support.people_facts import SETTER
    w, manager = world, world.people.quality_manager
    authorize(SETTER, P.RESULT_WRITE)
    db.session.get_one(Reading, w.lines[0].reading.id).person_id = manager.id
    commit()
    row = running(w)
    services.take(manager, row.customers[0])
    with pytest.raises(GateRefused) as caught:
        services.settle(manager, row.customers[0], decision="stands", reason="biên lớn", reached="gọi điện")
    assert caught.value.stop.gate == "recall-decided-by-another" and not caught.value.stop.link_endpoint


@pytest.mark.parametrize("change, field", [
    ({"since": MEASURED + timedelta(days=900)}, "since"), ({"scenario": " "}, "scenario"), ({"error_unit": "táo"}, "error_unit"),
    ({"target_minutes": 0}, "target_minutes")])
def test_a_plan_that_cannot_be_is_refused_at_its_field(world, change, field):
    with pytest.raises(FieldRefused) as caught:
        planned(world, **change)
    assert caught.value.field == field


def test_what_is_missing_is_said_and_not_filed_away(world, frozen_clock):
    w, manager = world, world.people.quality_manager
    row = running(w, target_minutes=10)
    one = row.customers[0]
    services.take(manager, one)
    for bad, field in (({"decision": "x"}, "decision"), ({"reason": " "}, "reason"), ({"reached": "", "gap": ""}, "reached")):
        with pytest.raises(FieldRefused) as caught:
            services.settle(manager, one, **{"decision": "retest", "reason": "lệch", "reached": "gọi", **bad})
        assert caught.value.field == field
    services.settle(manager, one, decision="retest", reason="lệch", gap="số điện thoại đã đổi chủ")
    frozen_clock.advance(minutes=11)
    services.finish(manager, row)
    assert not services.on_time(row)
    with pytest.raises(FieldRefused) as caught:
        services.file(manager, row, gaps="", conclusion="xong", confirmed=confirmed(manager))
    assert caught.value.field == "gaps"
    with pytest.raises(GateRefused):
        services.file(manager, row, gaps="cập nhật liên hệ", conclusion="xong", confirmed=None)


def test_one_drill_at_a_time_and_a_dropped_one_says_why(world):
    w, manager = world, world.people.quality_manager
    row, other = running(w), planned(w)
    with pytest.raises(Refused, match="mỗi lúc một lần"):
        services.start(manager, other)
    db.session.rollback()
    with pytest.raises(FieldRefused):
        services.drop(manager, row, " ")
    services.drop(manager, row, "mất điện")
    services.start(manager, other)
    assert row.status == "dropped" and other.status == "copying"


def test_a_drill_given_up_while_its_copy_was_made_leaves_no_copy(world, monkeypatch):
    w, manager = world, world.people.quality_manager
    row = planned(w)
    services.start(manager, row)
    commit()
    inject = services.inject

    def given_up_meanwhile(*given: Any) -> Any:
        found = inject(*given)
        services.drop(manager, queries.drill(row.code), "mất điện")
        commit()
        return found

    monkeypatch.setattr(services, "inject", given_up_meanwhile)
    jobs.run_key(services.job_key(row))
    db.session.expire_all()
    assert row.status == "dropped" and not copying.exists(row.code)


def test_a_drill_given_up_before_its_copy_was_made_makes_none(world):
    w, manager = world, world.people.quality_manager
    row = planned(w)
    services.start(manager, row)
    services.drop(manager, row, "mất điện")
    commit()
    copying.make(row.code)  # a worker that died in the middle left it
    jobs.run_key(services.job_key(row))
    assert not copying.exists(row.code)


def test_who_only_reads_drills_nothing(world):
    with pytest.raises(NotAllowed):
        services.plan(world.people.auditor, world.instrument, since=SINCE, scenario="x", target_minutes=5)


def test_the_yearly_drill_is_asked_for(world, frozen_clock):
    manager = world.people.quality_manager
    services.ask_yearly({})
    assert not db.session.scalars(inbox.of(manager.id, [P.QUALITY_WRITE])).all()
    frozen_clock.advance(days=340)
    services.ask_yearly({})
    asked = db.session.scalars(inbox.of(manager.id, [P.QUALITY_WRITE]).where(inbox.Ask.kind == "recall-drill")).all()
    assert [one.due_on for one in asked] == [world.report.issued_on + timedelta(days=365)]


def test_the_program_says_by_the_command_line_what_it_takes(world):
    from flask import current_app
    answer = current_app.test_cli_runner().invoke(args=[
        "recall-drill", "rehearse", world.instrument.code, "--since", "2026-11-01", "--error", "1.5"])
    assert answer.exit_code == 0, answer.output
    assert world.request.customer.code in answer.output and world.report.number in answer.output
    assert not copying.exists("rehearsal") and count(RecallDrill) == 0 and count(Recall) == 0


# ---- pages -----------------------------------------------------------------------------------------------


def text(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def test_the_story_by_pages(world, client_as, frozen_clock, statements):
    w, manager = world, world.people.quality_manager
    client = client_as(manager)
    answer = client.post("/recall-drills/new", data={
        "instrument": w.instrument.code, "since": "01/11/2026 08:00", "error": "1,5", "error_unit": "dB",
        "scenario": "Hiệu chuẩn ngoài báo lệch", "target_minutes": "60"})
    assert answer.status_code == 302, text(answer)
    page = "/recall-drills/DT-2026-01"
    assert client.post(page + "/start", data={}).status_code == 302
    shown = text(client.get(page))
    assert w.request.customer.name in shown and w.report.number in shown and "Đang diễn tập" in shown
    row = db.session.scalars(select(RecallDrill)).one()
    ident = queries.drill(row.code).customers[0].id
    assert client.post(f"{page}/customers/{ident}/take").status_code == 302
    assert 'name="decision"' in text(client.get(f"{page}/customers/{ident}")), "who took it has the form"
    refused = client.post(f"{page}/customers/{ident}", data={"decision": "retest", "reason": "lệch", "reached": "", "gap": ""})
    assert refused.status_code == 422 and "lệch" in text(refused)
    frozen_clock.advance(minutes=7)
    assert client.post(f"{page}/customers/{ident}", data={
        "decision": "retest", "reason": "lệch", "reached": "gọi điện, đúng người <script>alert(1)</script>"}).status_code == 302
    assert client.post(page + "/finish", data={}).status_code == 302
    assert "<script>alert" not in client.get(page).get_data(as_text=True)
    typed = signing.typed(client, manager, page, page + "/file")
    commit()
    bad = client.post(page + "/file", data={"conclusion": "", "gaps": "", **typed})
    assert bad.status_code == 422
    filed = client.post(page + "/file", data={"conclusion": "Danh sách đủ", "gaps": "", **typed})
    assert filed.status_code == 302, text(filed)
    assert not copying.exists("DT-2026-01"), "the copy is taken away"
    paper = client.get(page + "/paper.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    for address in ("/recall-drills", page):
        client.get(address)
        with statements() as seen:
            assert "7 phút 0 giây" in text(client.get(address))
        assert len(seen) <= 15, f"{address}: {seen}"
    assert "DT-2026-01" in client.get("/recall-drills?export=csv").get_data(as_text=True)
    auditor = client_as(w.people.auditor)
    assert auditor.get(page).status_code == 200
    assert auditor.post(page + "/start").status_code == 403 and auditor.get("/recall-drills/new").status_code == 403
    assert client.get("/recall-drills/DT-2026-99").status_code == 404


@pytest.mark.parametrize("since", ["0001-01-01T00:00", "01/01/0001 00:00", "9999-12-31T23:59", "2026-02-30T10:00"])
def test_a_moment_that_no_instrument_has_seen_is_refused_on_the_form(world, client_as, since):
    sent = {"instrument": world.instrument.code, "since": since, "scenario": "x", "target_minutes": "60"}
    assert client_as(world.people.quality_manager).post("/recall-drills/new", data=sent).status_code == 422


def test_an_unknown_instrument_and_a_future_day_are_refused_on_the_form(world, client_as):
    client = client_as(world.people.quality_manager)
    body = {"instrument": "KHONG-CO", "since": "01/11/2026 08:00", "scenario": "x", "target_minutes": "60"}
    assert "Không có thiết bị nào" in text(client.post("/recall-drills/new", data=body))
    future = client.post("/recall-drills/new", data=body | {"instrument": world.instrument.code, "since": "01/11/2031 08:00"})
    assert future.status_code == 422 and "tương lai" in text(future)
