"""Papers and nonconforming work: what is frozen is not issued, delivered or put in force; what it touched is found (7.10.1)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from certificates import holding, services
from certificates.models import Delivery
from certificates.services import delivery
from lab_app.core import clock, jobs
from lab_app.core.db import db
from lab_app.core.errors import GateRefused, Refused
from lab_app.core.inbox import Ask
from lab_app.quality import services as quality
from lab_app.quality import subjects
from lab_app.quality.dispositions import queries as dispositions
from lab_app.quality.holds import services as holds
from tests.support import certificates_facts as facts
from tests.support.letters import open_office
from tests.support.nonconforming import answered
from tests.support.signing import confirmed


@pytest.fixture
def world(app, frozen_clock):
    return facts.ready_request()


def work(world, **more):
    wanted = {"source": "other", "subject_kind": "", "subject_id": 0, "subject_code": "", "title": "nghi lệch", "description": "",
              "found_on": date(2026, 11, 12), **more}
    return quality.open_nonconformity(world.people.quality_manager, **wanted)


def hold(world, kind, ident, row=None, **more):
    return holds.place_hold(world.people.quality_manager, row or work(world), subject_kind=kind, subject_id=ident,
                            subject_code=f"{kind}-{ident}", reason="nghi lệch", **more)


def release(world, held):
    holds.release_hold(world.people.reviewer, held, basis="đạt", confirmed=confirmed(world.people.reviewer))


def refused(act):
    with pytest.raises(GateRefused) as caught:
        act()
    assert caught.value.stop.gate == "not-held" and caught.value.stop.clauses == ("7.10.1",)


def open_asks():
    return sorted(a.key for a in db.session.scalars(select(Ask).where(Ask.settled_at.is_(None), Ask.kind == "report")))


@pytest.mark.parametrize("kind", ["request", "test-job", "sample", "instrument", "method"])
def test_nothing_is_issued_over_what_stands_frozen(world, kind):
    line = world.lines[0]
    used = line.reading.instruments[0].instrument_id if line.reading.instruments else None
    ident = {"request": world.request.id, "test-job": line.job_id, "sample": line.job.sample_id, "instrument": used,
             "method": line.job.method_version.method_id}[kind]
    assert ident is not None
    held = hold(world, kind, ident, since=line.reading.measured_at - timedelta(hours=1))
    refused(lambda: facts.issued(world))
    assert "not-held" in {stop.gate for stop in services.readiness(world.request, actor=world.people.signatory).stops}
    release(world, held)
    assert facts.issued(world).number


def test_an_instrument_doubted_only_after_the_readings_stops_no_paper(world):
    line = world.lines[0]
    hold(world, "instrument", line.reading.instruments[0].instrument_id)
    assert facts.issued(world).number


def test_what_waits_to_be_handed_over_is_no_door_around_a_hold_or_a_paper_out_of_force(world):
    """Without a mail server every issued paper waits as a delivery: handing that over asks what handing the paper over asks."""
    report, manager = facts.issued(world), world.people.quality_manager
    waiting = delivery.deliver(manager, report)
    held = hold(world, "report", report.id)
    refused(lambda: delivery.hand_over(manager, report, way="print", to_name="Ông A", delivery=waiting))
    release(world, held)
    services.change_status(manager, report, to="withdrawn", reason="sai", public_reason="thu hồi", confirmed=confirmed(manager))
    with pytest.raises(Refused):
        delivery.hand_over(manager, report, way="print", to_name="Ông A", delivery=waiting)
    word = db.session.scalars(select(Delivery).where(Delivery.report_id == report.id, Delivery.purpose == "change")).first()
    assert word is None or delivery.hand_over(manager, report, way="phone", to_name="Ông A", delivery=word).status == "done"


def test_a_held_paper_is_not_delivered_its_suspension_is_asked_for_and_its_return_to_force_waits(world):
    report = facts.issued(world)
    held = hold(world, "report", report.id)
    assert open_asks() == [f"held-report/{report.id}/suspend"]
    refused(lambda: delivery.hand_over(world.people.quality_manager, report, way="print", to_name="Ông A"))
    refused(lambda: delivery.deliver(world.people.quality_manager, report, to="a@b.example"))
    manager = world.people.quality_manager
    services.change_status(manager, report, to="suspended", reason="nghi lệch", public_reason="đang xem xét lại",
                           confirmed=confirmed(manager))
    assert open_asks() == []
    refused(lambda: services.change_status(manager, report, to="valid", reason="xong", confirmed=confirmed(manager)))
    release(world, held)
    assert open_asks() == [f"held-report/{report.id}/restore"]
    services.change_status(manager, report, to="valid", reason="xong", confirmed=confirmed(manager))
    assert open_asks() == [] and report.status == "valid"


def test_papers_that_rest_on_what_is_frozen_are_found_and_keep_the_work_open(world):
    report = facts.issued(world)
    line = world.lines[0]
    other = work(world)
    assert holding.papers_touched(other) == []
    assert [t.code for t in holding.papers_touched(work(world, subject_kind="report", subject_id=report.id))] == [report.number]
    used = line.reading.instruments[0].instrument_id
    for kind, ident in (("test-job", line.job_id), ("sample", line.job.sample_id), ("request", world.request.id), ("report", report.id),
                        ("instrument", used), ("method", line.job.method_version.method_id), ("parameter", line.parameter_id),
                        ("method-version", line.job.method_version_id)):
        row = work(world)
        held = hold(world, kind, ident, row, since=line.reading.measured_at)
        found = holding.papers_touched(row)
        assert [(t.kind, t.id, t.customer) for t in found] == [("report", report.id, world.request.customer.name)], kind
        release(world, held)
        later = work(world)
        hold(world, kind, ident, later, since=line.reading.measured_at + timedelta(seconds=1))
        from_doubt = kind in ("instrument", "method", "parameter", "method-version")
        newest = max(x.reading.measured_at for x in world.lines) <= line.reading.measured_at
        if from_doubt and newest:
            assert holding.papers_touched(later) == [], kind
    row = work(world, subject_kind="report", subject_id=report.id, subject_code=report.number)
    manager = world.people.quality_manager
    assert [d.touched.code for d in dispositions.decided(row)] == [report.number]
    quality.close_nonconformity(manager, answered(manager, row))


@pytest.mark.parametrize("kind", ["request", "test-job", "sample"])
def test_a_paper_that_was_issued_is_not_delivered_while_what_it_came_from_is_frozen(world, kind):
    report, line, manager = facts.issued(world), world.lines[0], world.people.quality_manager
    ident = {"request": world.request.id, "test-job": line.job_id, "sample": line.job.sample_id}[kind]
    held = hold(world, kind, ident)
    refused(lambda: delivery.deliver(manager, report))
    refused(lambda: delivery.make_link(manager, report, to_name="Ông A"))
    release(world, held)
    assert delivery.hand_over(manager, report, way="print", to_name="Ông A").status == "done"


def rested_on(world, kind):
    line = world.lines[0]
    return {"instrument": line.reading.instruments[0].instrument_id, "method": line.job.method_version.method_id,
            "method-version": line.job.method_version_id, "parameter": line.parameter_id}[kind]


DOUBTED = ("instrument", "method", "method-version", "parameter")


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", DOUBTED)
def test_a_paper_is_not_handed_on_while_its_readings_are_in_doubt_and_is_after_the_release(world, kind):
    """7.10.1 b: the same doubt that stops an issue stops every way of handing on what was issued before it was noticed."""
    report, line, manager = facts.issued(world), world.lines[0], world.people.quality_manager
    waiting = delivery.deliver(manager, report)
    held = hold(world, kind, rested_on(world, kind), since=line.reading.measured_at)
    refused(lambda: delivery.deliver(manager, report, to="a@b.example"))
    refused(lambda: delivery.make_link(manager, report, to_name="Ông A"))
    refused(lambda: delivery.hand_over(manager, report, way="print", to_name="Ông A"))
    refused(lambda: delivery.hand_over(manager, report, way="print", to_name="Ông A", delivery=waiting))
    release(world, held)
    assert delivery.hand_over(manager, report, way="print", to_name="Ông A", delivery=waiting).status == "done"


@pytest.mark.parametrize("kind", DOUBTED)
def test_a_doubt_from_after_the_readings_keeps_no_paper_back(world, kind):
    report, manager = facts.issued(world), world.people.quality_manager
    newest = max(line.reading.measured_at for line in world.lines if line.reading is not None)
    hold(world, kind, rested_on(world, kind), since=newest + timedelta(seconds=1))
    hold(world, "parameter", 10**6, since=newest - timedelta(days=9))
    assert delivery.hand_over(manager, report, way="print", to_name="Ông A").status == "done"


def test_what_a_paper_rests_on_is_asked_in_two_statements(world, statements):
    report = facts.issued(world)
    hold(world, "method", rested_on(world, "method"), since=world.lines[0].reading.measured_at)
    hold(world, "request", world.request.id)
    hold(world, "report", report.id)
    with statements() as seen:
        found = holding.withheld(report).holds
    assert [one.subject_kind for one in found] == ["method", "request", "report"] and len(seen) == 2, seen


def test_a_letter_that_waits_to_leave_waits_for_the_release_and_leaves_then(world, app, monkeypatch, frozen_clock):
    office = open_office(app, monkeypatch)
    report, manager = facts.issued(world), world.people.quality_manager
    made = delivery.deliver(manager, report, to="khach@saohom.example")
    held = hold(world, "instrument", rested_on(world, "instrument"), since=world.lines[0].reading.measured_at)
    facts.commit()
    for _ in range(jobs.MAX_ATTEMPTS + 2):  # however long it waits, it is not given up
        assert office.deliver() == []
        frozen_clock.advance(minutes=6)
    assert db.session.get_one(Delivery, made.id).status == "queued"
    release(world, held)
    facts.commit()
    frozen_clock.advance(minutes=6)
    assert [letter["To"] for letter in office.deliver()] == ["khach@saohom.example"]
    assert db.session.get_one(Delivery, made.id).status == "sent" and jobs.failed() == []
    again = hold(world, "method", rested_on(world, "method"), since=world.lines[0].reading.measured_at)
    refused(lambda: delivery.send_again(manager, made))
    release(world, again)
    assert delivery.send_again(manager, made).status == "queued"


def test_the_page_of_delivery_says_why_it_waits_instead_of_its_forms(world, client_as, statements):
    report = facts.issued(world)
    waiting = delivery.deliver(world.people.quality_manager, report)
    held = hold(world, "instrument", rested_on(world, "instrument"), since=world.lines[0].reading.measured_at)
    facts.commit()
    client, path = client_as(world.people.quality_manager), f"/reports/{report.code}/deliver"
    client.get(path)
    with statements() as seen:
        shown = client.get(path).text
    assert held.code in shown and "đang bị giữ lại" in shown and 'value="hand"' not in shown and len(seen) <= 15
    assert client.post(path, data={"do": "hand", "way": "print", "to_name": "Ông A"}).status_code == 422
    taken = {"way": "print", "to_name": "Ông A"}
    assert held.code in client.get(f"/deliveries/{waiting.id}/done").text
    assert client.post(f"/deliveries/{waiting.id}/done", data=taken).status_code == 422
    assert db.session.scalars(select(Delivery.status).where(Delivery.report_id == report.id)).all() == ["waiting"]
    release(world, held)
    facts.commit()
    assert 'value="hand"' in client.get(path).text
    assert client.post(f"/deliveries/{waiting.id}/done", data=taken).status_code == 302


def test_the_page_of_nonconforming_work_costs_the_same_however_much_it_holds(world, client_as, statements):
    report = facts.issued(world)
    line = world.lines[0]
    row = work(world, subject_kind="report", subject_id=report.id, subject_code=report.number)
    answered(world.people.quality_manager, row)  # with a cause, so that recurrence is asked about too
    reader, path = client_as(world.people.quality_manager), f"/quality/nonconformities/{row.code}"
    asked = []
    for subjects_held in ([("method-version", line.job.method_version_id)], [("report", report.id), ("request", world.request.id),
                                                                              *(("test-job", 1000 + n) for n in range(10))]):
        for kind, ident in subjects_held:
            hold(world, kind, ident, row, since=line.reading.measured_at)
        db.session.commit()
        reader.get(path)
        with statements() as seen:
            shown = reader.get(path)
        assert shown.status_code == 200 and report.number in shown.text and not seen.repeated(), seen
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 15, seen


def test_a_report_page_is_known_as_its_report(world, app):
    report = facts.issued(world)
    with app.test_request_context("/"):
        assert subjects.of_page(f"/reports/{report.code}") == ("report", report.id, report.number)
        assert subjects.url("report", report.id, report.number).endswith(report.code)
        assert subjects.of_page("/reports/KKKK-KKKK-KKKK-KKKK") is None and subjects.url("report", 10**6, "x") == ""



def test_a_held_instrument_is_neither_put_into_service_nor_lent(world):
    from instruments import services as instruments
    from instruments.models import Instrument

    used = db.session.get_one(Instrument, world.lines[0].reading.instruments[0].instrument_id)
    instruments.set_state(world.people.quality_manager, used, "out_of_service", clock.now(), reason="nghi lệch")
    held = hold(world, "instrument", used.id)

    def back():
        return instruments.set_state(world.people.quality_manager, used, "in_service", clock.now(), verification="kiểm tra đạt")

    refused(back)
    release(world, held)
    assert back().state == "in_service"
