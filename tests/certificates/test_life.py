"""The life of a paper: four dates, its end, where it stood on a day, what the public page says of it."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from certificates import life, services, workflow
from certificates.models import LogLeaf, Report
from certificates.services import expiry
from certificates.services import logging as log
from lab_app.core import db as database
from lab_app.core import gates
from lab_app.core.db import db
from lab_app.core.errors import GateRefused, Refused
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

TODAY = date(2026, 11, 16)


def decide(world, report, to, why="đang kiểm tra"):
    by = world.people.quality_manager
    services.change_status(by, report, to=to, reason="r", public_reason=why, confirmed=confirmed(by))
    facts.commit()


# ---- pure rules ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "decided", "issued", "begin", "end", "refused"), [
    ("test", 0, 0, 0, None, False), ("test", 0, 0, 0, 365, False), ("test", 0, 0, 5, 5, False), ("test", -3, 0, 0, None, False),
    ("test", 1, 0, 0, None, True), ("test", 0, 0, -1, None, True), ("test", 0, 0, 0, -1, True), ("test", 0, 0, 0, 1900, True),
    ("calibration", 0, 0, 0, None, False), ("calibration", 0, 0, 0, 365, True)])
def test_the_dates_follow_each_other_within_what_the_kind_allows(kind, decided, issued, begin, end, refused):
    def day(n):
        return None if n is None else TODAY + timedelta(days=n)

    facts_ = life.ValidityFacts(kind, life.Dates(day(decided), day(issued), day(begin), day(end)))
    assert (gates.ask("validity-within-kind", facts_) is not None) is refused


def at(day, hour=3):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(("day", "expected"), [
    (1, life.ABSENT), (2, life.COMING), (3, "valid"), (5, "suspended"), (6, "valid"), (9, "valid"), (10, "valid"), (11, "expired"),
    (20, "withdrawn")])
def test_where_a_paper_stood_at_the_end_of_a_day(day, expected):
    moves = [(at(2), "valid"), (at(5), "suspended"), (at(6), "valid"), (at(12), "expired"), (at(15), "withdrawn")]
    assert life.standing_on(moves, date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, day)) == expected


def test_a_day_ends_at_the_laboratorys_midnight():
    moves = [(datetime(2026, 11, 5, 16, 59, tzinfo=UTC), "valid"), (datetime(2026, 11, 5, 17, 1, tzinfo=UTC), "withdrawn")]
    assert life.standing_on(moves, date(2026, 11, 1), None, date(2026, 11, 5)) == "valid"
    assert life.standing_on(moves, date(2026, 11, 1), None, date(2026, 11, 6)) == "withdrawn"


# ---- the register ----------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_paper_ends_by_a_decision_in_the_log_on_the_night_after_its_last_day(world, frozen_clock, client):
    report = facts.issued(world, expires_on=date(2026, 11, 20))
    assert (report.decided_on, report.valid_from, report.expires_on) == (TODAY, TODAY, date(2026, 11, 20))
    assert "đến hết ngày 20/11/2026" in report.snapshot
    assert "valid from 16\u00a0Nov\u00a02026 through 20\u00a0Nov\u00a02026" in report.snapshot
    frozen_clock.advance(days=4)
    assert expiry.expire_due() == 0, "its last day is not over"
    frozen_clock.advance(days=1)
    said = client.get(f"/verify/{report.code}.json").get_json()
    assert said["status"] == "expired", "the page knows before the night's work is done"
    assert expiry.expire_due() == 1 and expiry.expire_due() == 0
    db.session.expire_all()
    report = db.session.get_one(Report, report.id)
    leaf = db.session.scalars(select(LogLeaf).order_by(LogLeaf.position.desc()).limit(1)).one()
    assert report.status == "expired" and '"status":"expired"' in leaf.body and log.verify().difference == ""
    assert "20/11/2026" in report.changes[-1].public_reason and report.changes[-1].person_id is None
    page = client.get(f"/verify/{report.code}").get_data(as_text=True)
    assert "Hết hiệu lực" in page and "đến hết ngày 20/11/2026" in page
    with pytest.raises(Refused):
        decide(world, report, "valid")


def test_a_calibration_certificate_takes_no_end_and_a_paper_no_end_before_its_begin(world):
    with pytest.raises(GateRefused, match="thứ tự"):
        facts.issued(world, expires_on=TODAY - timedelta(days=1))
    db.session.rollback()


def test_the_four_dates_never_change(world):
    report = facts.issued(world)
    for name in ("decided_on", "valid_from", "expires_on"):
        facts.authorize(facts.SETTER, facts.P.REPORT_ISSUE)
        setattr(report, name, date(2030, 1, 1))
        with pytest.raises(GateRefused):
            db.session.flush()
        db.session.rollback()
        database.end_writing()


def test_the_history_and_a_past_day_are_told_on_the_page_and_in_json(world, frozen_clock, client, statements):
    report = facts.issued(world)
    frozen_clock.advance(days=2)
    decide(world, report, "suspended", "đang kiểm tra máy thu")
    frozen_clock.advance(days=2)
    decide(world, report, "valid", "máy thu đạt")
    frozen_clock.advance(days=2)
    data = client.get(f"/verify/{report.code}.json").get_json()
    assert [(one["status"], one["reason"]) for one in data["history"]] == [
        ("valid", "máy thu đạt"), ("suspended", "đang kiểm tra máy thu"), ("valid", "")]
    assert (data["decided_on"], data["valid_from"], data["expires_on"]) == ("2026-11-16", "2026-11-16", None)
    told = {day: client.get(f"/verify/{report.code}.json?on=2026-11-{day}").get_json()["at"] for day in (15, 17, 18, 19, 20, 22)}
    assert {day: one["status"] for day, one in told.items()} == {
        15: "absent", 17: "valid", 18: "suspended", 19: "suspended", 20: "valid", 22: "valid"}
    assert all(one["known_then"] == one["status"] for one in told.values())
    page = client.get(f"/verify/{report.code}?on=2026-11-19").get_data(as_text=True)
    assert "Ngày 19/11/2026" in page and "đang kiểm tra máy thu" in page and "Sổ chỉ ghi thêm" in page
    with statements() as seen:
        client.get(f"/verify/{report.code}?on=2026-11-19")
    assert len(seen) <= 6


def test_a_day_that_is_none_is_refused_and_says_so(world, client):
    report = facts.issued(world)
    for typed in ("2026-13-01", "hôm qua", "2026-11-16T00:00", "2030-01-01", "'; drop table report", "", "9" * 500):
        answer = client.get(f"/verify/{report.code}", query_string={"on": typed})
        assert answer.status_code == 422 and "Còn hiệu lực" in answer.get_data(as_text=True), typed
        assert client.get(f"/verify/{report.code}.json", query_string={"on": typed}).status_code == 422


def test_a_day_before_the_amendment_leads_to_the_version_then_in_force(world, frozen_clock, client):
    report = facts.issued(world)
    frozen_clock.advance(days=3)
    facts.measured_again(world, world.lines[0], "18.95")
    by = world.people.signatory
    new = services.amend(by, report, reason="đo lại", confirmed=confirmed(by))
    facts.commit()
    services.finish_issue(new.id)
    told = client.get(f"/verify/{new.code}.json?on=2026-11-17").get_json()["at"]
    assert told["status"] == "absent" and told["in_force"]["code"] == report.code
    assert client.get(f"/verify/{report.code}.json?on=2026-11-19").get_json()["at"]["status"] == "replaced"


def test_a_paper_from_before_the_four_dates_counts_from_its_issue(world, client, monkeypatch):
    report = facts.issued(world)
    monkeypatch.setattr("certificates.models.report.FROZEN", ())
    facts.authorize(facts.SETTER, facts.P.REPORT_ISSUE)
    report.decided_on = report.valid_from = None
    facts.commit()
    data = client.get(f"/verify/{report.code}.json").get_json()
    assert data["valid_from"] == data["decided_on"] == "2026-11-16" and data["status"] == workflow.VALID
