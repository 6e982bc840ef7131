"""Batches: one signature for many papers, each all or nothing; killed between steps, changed after the signature, given up, mailed."""
from __future__ import annotations

import json
import os
import signal
import threading
import time
from datetime import date

import pytest
from sqlalchemy import inspect, select

from certificates import signed, workflow
from certificates.models import BatchItem, Delivery, IssueBatch, Report
from certificates.services import batches, issuing, printing
from lab_app.accounts.models import Person, Signature
from lab_app.core import files, jobs
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.holds import services as holds
from lab_app.samples.models import TestRequest
from tests.support import certificates_facts as facts
from tests.support.people_facts import make_person
from tests.support.signing import confirmed, typed

NUMBERS = [f"YC-2026-{n:04d}" for n in range(401, 405)]


@pytest.fixture
def worlds(app, frozen_clock):
    first = facts.ready_request(NUMBERS[0])
    return [first, *(facts.ready_request(number, people=first.people) for number in NUMBERS[1:])]


def opened(worlds, **wanted) -> IssueBatch:
    made = batches.open_batch(
        worlds[0].people.signatory, [world.request for world in worlds], not_applicable=facts.NO_DEVIATION, **wanted)
    facts.commit()
    return made


def checked(worlds, **wanted) -> IssueBatch:
    made = opened(worlds, **wanted)
    jobs.run_due()
    return again(made)


def ident(batch: IssueBatch) -> int:
    """Its number, also when its session is gone."""
    return inspect(batch).identity[0]


def again(batch: IssueBatch) -> IssueBatch:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(IssueBatch, ident(batch))


def sign(batch: IssueBatch) -> None:
    batches.sign_batch(batch.person, batch, confirmed=confirmed(batch.person))
    facts.commit()


def signatory(worlds) -> Person:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Person, inspect(worlds[0].people.signatory).identity[0])


def states(batch: IssueBatch) -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(BatchItem.state).where(BatchItem.batch_id == ident(batch)).order_by(BatchItem.position)))


def reports() -> list[Report]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def asked() -> list[tuple[str, int | None, str]]:
    rows = db.session.scalars(select(Ask).where(Ask.settled_at.is_(None), Ask.kind == "sign").order_by(Ask.id))
    return [(row.code, row.person_id, row.link) for row in rows]


def test_one_signature_issues_every_paper(worlds):
    batch = checked(worlds)
    assert (batch.code, batch.status, states(batch)) == ("LP-2026-0001", "ready", ["ready"] * 4)
    assert reports() == [], "nothing is issued before the signature"
    assert asked() == [("LP-2026-0001", batch.person_id, f"/reports/batches/{batch.code}")], "it waits among what is asked of the signatory"
    sign(batch)
    assert asked() == []
    jobs.run_due()
    assert states(batch) == ["issued"] * 4 and again(batch).status == "done"
    made = reports()
    assert [row.number for row in made] == [f"PKQ-2026-{n:04d}-01" for n in range(401, 405)]
    assert {row.status for row in made} == {"valid"} and all(row.file_sha256 for row in made)
    whole, *each = db.session.scalars(
        select(Signature).where(Signature.meaning == "authorised").order_by(Signature.id)).all()
    assert (whole.subject_kind, whole.subject_id) == ("issue-batch", batch.id)
    assert {(one.subject_kind, one.given_with_id) for one in each} == {("report", whole.id)} and len(each) == 4
    for row, one in zip(made, each, strict=True):
        assert one.subject_id == row.id and signed.holds(json.loads(row.snapshot), json.loads(one.shown))
        assert one.shown_sha256 in whole.shown, "the list that was signed names the very draft"


def test_a_batch_is_signed_by_the_one_who_made_it_over_what_the_page_showed(worlds, client_as):
    batch, people = checked(worlds), worlds[0].people
    with pytest.raises(GateRefused, match="Chưa có chữ ký"):
        batches.sign_batch(people.signatory, batch)
    db.session.rollback()
    client, address = client_as(people.signatory), f"/reports/batches/{batch.code}"
    typing = typed(client, people.signatory, address, f"{address}/sign")
    assert len(typing["shown"]) == 64
    wrong = client.post(f"{address}/sign", data={**typing, "password": "sai"})
    assert wrong.status_code == 422 and "Mật khẩu không đúng" in wrong.text
    other = client.post(f"{address}/sign", data={**typing, "shown": "0" * 64})
    assert other.status_code == 422 and "đã khác với những gì trang cho xem" in other.text
    item = db.session.scalars(select(BatchItem).order_by(BatchItem.position)).first()
    assert client.post(f"{address}/leave", data={"items": str(item.id)}).status_code == 302
    stale = client.post(f"{address}/sign", data=typing)
    assert stale.status_code == 422, "the list is another one by now"
    assert client.post(f"{address}/sign", data=typed(client, people.signatory, address, f"{address}/sign")).status_code == 302
    jobs.run_due()
    assert states(batch) == ["left_out", "issued", "issued", "issued"]
    assert client.post(f"{address}/sign", data=typing).status_code == 422, "and it is not signed twice"
    assert client_as(people.technician).post(f"{address}/sign", data=typing).status_code == 403
    assert client_as(people.technician).get("/reports/batches/new").status_code == 403


@pytest.mark.parametrize("wanted, field", [
    ({"kind": "other"}, "kind"), ({"issued_on": date(2027, 1, 1)}, "issued_on"),
])
def test_a_batch_that_makes_no_sense_is_refused(worlds, wanted, field):
    with pytest.raises(FieldRefused) as refused:
        opened(worlds, **wanted)
    assert refused.value.field == field


def test_nothing_chosen_the_same_twice_and_too_many_are_refused(worlds, monkeypatch):
    signatory, request = worlds[0].people.signatory, worlds[0].request
    for chosen in ([], [request, request]):
        with pytest.raises(FieldRefused):
            batches.open_batch(signatory, chosen)
        db.session.rollback()
    monkeypatch.setattr(batches, "MOST", 3)
    with pytest.raises(FieldRefused, match="nhiều nhất 3"):
        opened(worlds)
    db.session.rollback()
    with pytest.raises(NotAllowed):
        batches.open_batch(worlds[0].people.technician, [request])


def test_a_request_that_is_not_ready_is_named_and_left_aside(worlds):
    authorize(facts.SETTER, P.REQUEST_REGISTER)
    db.session.get_one(TestRequest, worlds[1].request.id).status = "in_review"
    facts.commit()
    batch = checked(worlds)
    assert states(batch) == ["ready", "blocked", "ready", "ready"]
    item = db.session.scalars(select(BatchItem).where(BatchItem.state == "blocked")).one()
    assert "chưa được xem xét lại" in item.says
    sign(batch)
    jobs.run_due()
    assert states(batch) == ["issued", "blocked", "issued", "issued"], "the others are issued all the same"


def test_what_changed_after_the_signature_takes_no_number(worlds):
    batch = checked(worlds)
    sign(batch)
    facts.measured_again(worlds[2], worlds[2].lines[0], "18.95")
    jobs.run_due()
    assert states(batch) == ["issued", "issued", "refused", "issued"] and again(batch).status == "done"
    item = db.session.scalars(select(BatchItem).where(BatchItem.state == "refused")).one()
    assert item.report_id is None and "khác với những gì" in item.says
    assert [row.request.number for row in reports()] == [NUMBERS[0], NUMBERS[1], NUMBERS[3]]


def test_a_paper_issued_meanwhile_is_not_issued_twice(worlds):
    batch = checked(worlds)
    sign(batch)
    facts.issued(worlds[1])
    jobs.run_due()
    assert states(batch) == ["issued", "refused", "issued", "issued"]
    assert len(reports()) == 4


class Killed(BaseException):
    """What `kill -9` is to the code: nothing after it runs."""


@pytest.mark.parametrize("where", ["after the number", "while drawing", "between file and row", "before the batch knows"])
def test_killed_between_two_steps_it_goes_on_with_the_same_numbers(worlds, frozen_clock, monkeypatch, where):
    batch = checked(worlds)
    sign(batch)
    calls = {"n": 0}
    module, name = {
        "after the number": (batches, "_finish"), "while drawing": (printing, "make"), "between file and row": (issuing, "_complete"),
        "before the batch knows": (batches, "_settle"),
    }[where]
    real = getattr(module, name)

    def killed_at_the_second(*args, **kw):
        calls["n"] += 1
        if calls["n"] == 2:
            raise Killed
        return real(*args, **kw)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(module, name, killed_at_the_second)
        jobs.run_due()
    _after_a_kill()
    assert states(batch)[:2] == ["issued", "issuing"] and states(batch)[2:] == ["ready", "ready"]
    taken = [row.number for row in reports()]
    assert len(taken) == 2
    jobs.run_due()
    frozen_clock.advance(minutes=6)  # the lease of what was killed runs out
    jobs.run_due()
    frozen_clock.advance(minutes=6)
    jobs.run_due()
    assert states(batch) == ["issued"] * 4 and again(batch).status == "done"
    numbers = [row.number for row in reports()]
    assert numbers[:2] == taken and numbers == [f"PKQ-2026-{n:04d}-01" for n in range(401, 405)]
    assert all(len([c for c in row.changes if c.to_status == "valid"]) == 1 for row in reports())


def _after_a_kill() -> None:
    from lab_app.core import db as database

    db.session.rollback()
    db.session.remove()
    database.end_writing()


@pytest.mark.both_databases
def test_a_worker_that_is_really_killed_loses_and_doubles_nothing(app, frozen_clock):
    first = facts.ready_request("YC-2026-0501")
    made = [first, *(facts.ready_request(f"YC-2026-{n:04d}", people=first.people) for n in range(502, 513))]
    batch = checked(made)
    sign(batch)
    db.session.remove()
    for _ in range(2):
        before = _issued()
        child = os.fork()
        if child == 0:
            db.engine.dispose(close=False)
            try:
                jobs.run_due()
            finally:
                os._exit(0)
        until = time.monotonic() + 60
        while _issued() < before + 2 and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert before + 2 <= _issued() < 12, "killed in the middle of its work"
        frozen_clock.advance(minutes=6)
    for _ in range(3):
        jobs.run_due()
        frozen_clock.advance(minutes=6)
    assert states(batch) == ["issued"] * 12 and again(batch).status == "done"
    assert sorted(row.number for row in reports()) == [f"PKQ-2026-{n:04d}-01" for n in range(501, 513)]
    assert {row.status for row in reports()} == {"valid"}
    assert all(row.file_sha256 for row in reports())


def _issued() -> int:
    db.session.rollback()
    found = len(db.session.scalars(select(Report.id).where(Report.status == "valid")).all())
    db.session.rollback()
    return found


def test_a_machine_that_fails_every_time_begins_no_more_numbers(worlds, frozen_clock, monkeypatch):
    batch = checked(worlds)
    sign(batch)

    def full(*_args):
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "put_bytes", full)
        patch.setattr(batches, "FAULTS", 2)
        jobs.run_due()
    assert states(batch) == ["issuing", "issuing", "ready", "ready"]
    assert {row.status for row in reports()} == {"issuing"}
    for _ in range(4):
        frozen_clock.advance(minutes=10)
        jobs.run_due()
    assert states(batch) == ["issued"] * 4 and again(batch).status == "done"
    assert len(reports()) == 4


def test_a_fault_before_a_number_is_taken_loses_no_paper(worlds, frozen_clock, monkeypatch):
    """A signed paper is issued or refused with words; it is not forgotten because a database was busy for a moment."""
    batch = checked(worlds)
    sign(batch)
    real, calls = issuing.issue, {"n": 0}

    def busy_once(*args, **kw):
        calls["n"] += 1
        if calls["n"] == 2:
            raise OSError("deadlock detected")
        return real(*args, **kw)

    monkeypatch.setattr(issuing, "issue", busy_once)
    jobs.run_due()
    assert states(batch) == ["issued", "ready", "issued", "issued"] and again(batch).status == "issuing"
    frozen_clock.advance(minutes=2)
    jobs.run_due()
    assert states(batch) == ["issued"] * 4 and again(batch).status == "done"


def held(app, item_id: int, state: str) -> threading.Thread:
    """Another process that has put a paper into this state and commits half a second from now."""
    begun = threading.Event()

    def other():
        with app.app_context(), jobs.transaction():
            batches._item(item_id).state = state
            db.session.flush()
            begun.set()
            time.sleep(0.5)

    thread = threading.Thread(target=other)
    thread.start()
    assert begun.wait(10)
    return thread


def item_at(position: int) -> int:
    found = db.session.scalars(select(BatchItem).where(BatchItem.position == position)).one().id
    db.session.rollback()
    return found


@pytest.mark.both_databases
def test_what_is_taken_out_while_it_is_checked_stays_out(worlds, app, monkeypatch):
    batch, real, others = opened(worlds), batches.readiness, []
    first = item_at(1)

    def meanwhile(*args, **kw):
        found = real(*args, **kw)
        others.append(held(app, first, "left_out"))
        return found

    monkeypatch.setattr(batches, "readiness", meanwhile)
    batches._check_one(first)
    others[0].join()
    assert states(batch)[0] == "left_out"


@pytest.mark.both_databases
def test_a_paper_begun_while_its_batch_is_stopped_keeps_its_place(worlds, app):
    batch = checked(worlds)
    sign(batch)
    first, who = item_at(1), signatory(worlds)
    thread = held(app, first, "issuing")
    with jobs.transaction():
        batches.stop_batch(who, db.session.get_one(IssueBatch, ident(batch)), "dừng")
    thread.join()
    assert states(batch) == ["issuing", "skipped", "skipped", "skipped"]


def test_a_number_given_up_is_listed_with_its_reason(worlds, client_as, monkeypatch):
    from certificates.paper import archive

    real = archive.to_pdfa3
    calls = {"n": 0}

    def disapproves_once(*args, **kw):
        calls["n"] += 1
        if calls["n"] == 2:
            raise archive.NotArchivable(["6.2.11.4.1-1 font is not embedded"])
        return real(*args, **kw)

    batch = checked(worlds)
    sign(batch)
    with monkeypatch.context() as patch:
        patch.setattr(archive, "to_pdfa3", disapproves_once)
        jobs.run_due()
    assert states(batch) == ["issued", "void", "issued", "issued"]
    client = client_as(worlds[0].people.auditor)
    listed = client.get("/reports/void?year=2026")
    assert listed.status_code == 200 and "PKQ-2026-0402-01" in listed.text and "6.2.11.4.1-1" in listed.text
    assert "PKQ-2026-0401-01" not in listed.text
    assert "PKQ-2026-0402-01" in client.get("/reports/void?export=csv").text
    assert "6.2.11.4.1-1" in client.get(f"/reports/batches/{batch.code}").text
    facts.issued(worlds[1])
    assert reports()[-1].number == "PKQ-2026-0402-02", "the void number is not used again"


def test_a_stopped_batch_begins_nothing_more(worlds):
    batch = checked(worlds)
    sign(batch)
    batch = again(batch)
    with pytest.raises(FieldRefused):
        batches.stop_batch(batch.person, batch, " ")
    db.session.rollback()
    authorize(facts.SETTER, P.PERSON_WRITE)
    other = make_person("N17", "Bùi Phó Ký", "signatory")
    with pytest.raises(Refused, match="chỉ người lập lô"):
        batches.stop_batch(other, batch, "x")
    db.session.rollback()
    batches.stop_batch(batch.person, again(batch), "khách hàng yêu cầu dừng")
    facts.commit()
    jobs.run_due()
    assert states(batch) == ["skipped"] * 4 and reports() == []
    assert again(batch).status == "stopped"


def test_papers_are_mailed_when_all_are_issued(worlds, monkeypatch):
    from certificates.services import delivery

    handed = []

    def deliver(actor, report, **_more):
        if report.request.number == NUMBERS[1]:
            raise Refused("khách hàng chưa có địa chỉ thư")
        handed.append((actor.full_name, report.number))

    monkeypatch.setattr(delivery, "deliver", deliver)
    batch = checked(worlds, deliver=True)
    sign(batch)
    jobs.run_due()
    assert [number for _who, number in handed] == [f"PKQ-2026-{n:04d}-01" for n in (401, 403, 404)]
    item = db.session.scalars(select(BatchItem).where(BatchItem.delivery == "refused")).one()
    assert item.delivery_says == "khách hàng chưa có địa chỉ thư"
    batches.go_on(batch.person, again(batch))
    facts.commit()
    jobs.run_due()
    assert len(handed) == 3, "nobody gets a second letter"


def test_a_paper_of_a_batch_that_stands_frozen_waits_and_is_handed_on_after_the_release(worlds, frozen_clock):
    manager, reviewer = worlds[0].people.quality_manager, worlds[0].people.reviewer
    batch = checked(worlds, deliver=True)
    sign(batch)
    for _ in range(4):  # each paper is issued, none is handed on yet
        if "issued" in states(batch):
            break
        assert jobs.run_one()
    row = quality.open_nonconformity(
        manager, source="other", subject_kind="", subject_id=0, subject_code="", title="nghi lệch", description="",
        found_on=date(2026, 11, 12))
    request = db.session.scalars(select(TestRequest).where(TestRequest.number == NUMBERS[1])).one()
    held = holds.place_hold(manager, row, subject_kind="request", subject_id=request.id, subject_code=request.number, reason="nghi lệch")
    facts.commit()
    jobs.run_due()

    def item():
        return db.session.scalars(select(BatchItem).join(Report).where(Report.request_id == request.id)).one()

    assert (item().state, item().delivery) == ("issued", "") and held.code in item().delivery_says
    assert db.session.scalars(select(Delivery.status)).all() == ["waiting"] * 3
    holds.release_hold(reviewer, held, basis="đạt", confirmed=confirmed(reviewer))
    facts.commit()
    frozen_clock.advance(minutes=6)
    jobs.run_due()
    assert (item().delivery, item().delivery_says) == ("handed", "")
    assert db.session.scalars(select(Delivery.status)).all() == ["waiting"] * 4 and jobs.failed() == []


def test_the_list_offers_what_waits_for_its_paper_and_takes_all_of_the_filter(worlds, client_as, statements):
    people = worlds[0].people
    client = client_as(people.signatory)
    facts.issued(worlds[0])
    page = client.get("/reports/batches/new")
    assert page.status_code == 200 and NUMBERS[0] not in page.text and all(number in page.text for number in NUMBERS[1:])
    with statements() as seen:
        client.get("/reports/batches/new")
    assert len(seen) <= 15, str(seen)
    none = client.post("/reports/batches/new", data={"which": "chosen", "reason_n": "x"})
    assert none.status_code == 422 and "Chọn ít nhất một yêu cầu" in none.text
    gone = client.post("/reports/batches/new", data={"which": "chosen", "requests": [str(worlds[0].request.id)]})
    assert gone.status_code == 422, "one that was issued meanwhile"
    made = client.post("/reports/batches/new", data={"which": "all", "reason_n": facts.NO_DEVIATION["n"]})
    assert made.status_code == 302
    jobs.run_due()
    batch = db.session.scalars(select(IssueBatch)).one()
    assert states(batch) == ["ready"] * 3
    address = f"/reports/batches/{batch.code}"
    client.get(address)
    with statements() as seen:
        assert client.get(address).status_code == 200
    assert len(seen) <= 15, str(seen)
    assert client.get(f"{address}/progress.json").get_json() == {"all": 3, "done": 3, "percent": 100, "status": "ready"}
    with statements() as seen:
        assert batch.code in client.get("/reports/batches").text
    assert len(seen) <= 15, str(seen)
    assert client.get("/reports/batches/LP-2026-9999").status_code == 404


def test_two_signatories_with_a_batch_each_issue_every_paper_once(worlds):
    people = worlds[0].people
    authorize(facts.SETTER, P.PERSON_WRITE)
    second = make_person("N17", "Bùi Phó Ký", "signatory")
    facts.authorise(people.signatory, second, worlds[0].method.code, "authorise")
    facts.commit()
    one = opened(worlds)
    other = batches.open_batch(second, [db.session.get_one(TestRequest, w.request.id) for w in worlds], not_applicable=facts.NO_DEVIATION)
    facts.commit()
    jobs.run_due()
    sign(again(one))
    sign(again(other))
    jobs.run_due()
    assert len(reports()) == 4 and len({row.number for row in reports()}) == 4
    assert sorted(states(one) + states(other)) == ["issued"] * 4 + ["refused"] * 4
    assert all(row.status == workflow.VALID for row in reports())
