"""Keeping and disposal: nothing goes before its time, not by one person, not by a side door; what went leaves its trace (8.4.2)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError

from lab_app.core import audit, clock, files
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from lab_app.core.files import Attachment, StoredFile
from lab_app.quality import services as quality
from lab_app.quality.retention import calendar, guard, queries, rules, services
from lab_app.quality.retention.models import DisposalTrace
from tests.support.document_facts import old_photo, proposed
from tests.support.people_facts import make_people
from tests.support.signing import confirmed


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


def gate_of(act) -> str:
    with pytest.raises(GateRefused) as refused:
        act()
    assert refused.value.stop.clauses == ("8.4.2",) or refused.value.stop.gate == "signed-by-person"
    return refused.value.stop.gate


def rule(people, kind="sample", months=60):
    return services.set_rule(people.quality_manager, kind=kind, months=months, basis="quy định của phòng")


@pytest.mark.both_databases
def test_a_disposal_from_proposal_to_trace(people):
    row = proposed(people)
    photo = queries.attachments_by_id([row.items[0].attachment_id])[row.items[0].attachment_id]
    path = files.path_of(photo.sha256)
    assert path.exists() and row.count == 1 and row.items[0].kept_until == date(2025, 5, 4)
    services.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))
    (trace,) = services.execute_disposal(people.quality_manager, row)
    assert (trace.sha256, trace.subject_kind, trace.subject_id) == (photo.sha256, "sample", 77)
    assert trace.what["filename"] == "mau.png" and trace.bytes_gone and trace.rule_id
    assert db.session.get(Attachment, row.items[0].attachment_id) is None and db.session.get(StoredFile, photo.sha256) is None
    entry = audit.history("attachment", row.items[0].attachment_id)[0]
    assert entry.action == "delete" and row.code in entry.reason
    db.session.commit()
    database.end_writing()
    assert path in list(files.orphans(older_than=timedelta(days=-3650))), "the sweeper takes the bytes"


@pytest.mark.both_databases
def test_files_are_counted_as_they_come_and_go(people):
    row = proposed(people)
    for day in (date(2020, 1, 9), date(2021, 3, 1), date(2026, 11, 2)):
        old_photo(people, day, name=f"{day}.png")
    old_photo(people, date(2026, 11, 2), kind="calibration", name="khac.png")
    assert queries.files_by_year() == {"sample": {2020: 2, 2021: 1, 2026: 1}, "calibration": {2026: 1}}
    services.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))
    services.execute_disposal(people.quality_manager, row)
    db.session.expire_all()
    assert queries.files_by_year() == {"sample": {2020: 1, 2021: 1, 2026: 1}, "calibration": {2026: 1}}


def test_bytes_that_another_record_names_stay(people):
    row = proposed(people)
    shared = old_photo(people, date(2026, 11, 2), kind="calibration", name="mau.png")
    services.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))
    (trace,) = services.execute_disposal(people.quality_manager, row)
    assert not trace.bytes_gone and db.session.get(StoredFile, shared.sha256) is not None


def test_the_last_day_of_keeping(people, frozen_clock):
    old_photo(people, date(2021, 11, 17))
    rule(people)
    def propose():
        return services.propose_disposal(people.quality_manager, kind="sample", before=date(2021, 11, 18), reason="hết hạn")
    assert gate_of(propose) == "record-kept"
    frozen_clock.advance(days=1)  # 17 November 2026: five years later to the day
    assert propose().count == 1


def test_no_rule_for_ever_and_open_matters_keep_a_file(people):
    old_photo(people, date(2018, 1, 8))
    def propose(kind="sample"):
        return services.propose_disposal(people.quality_manager, kind=kind, before=date(2020, 1, 1), reason="hết hạn")
    assert gate_of(propose) == "record-kept"
    rule(people, months=0)
    assert gate_of(propose) == "record-kept"
    rule(people, months=12)
    matter = quality.open_nonconformity(
        people.quality_manager, source="other", subject_kind="sample", subject_id=77, subject_code="M-77", title="mất nhãn",
        description="", found_on=clock.today())
    with pytest.raises(GateRefused) as refused:
        propose()
    assert matter.code in str(refused.value.stop.says)
    old_photo(people, date(2018, 1, 8), kind="nonconformity", subject_id=matter.id, name="bien-ban.png")
    rule(people, "nonconformity", 12)
    with pytest.raises(GateRefused) as its_own:
        propose("nonconformity")
    assert matter.code in str(its_own.value.stop.says), "its own evidence, while it is open"
    old_photo(people, date(2018, 1, 8), kind="report", name="phieu.png")
    rule(people, "report", 0)
    assert gate_of(lambda: propose("report")) == "record-kept"


def test_the_gates_are_asked_again_when_it_is_done(people):
    row = proposed(people)
    services.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))
    rule(people, months=240)  # the laboratory meanwhile keeps longer
    assert gate_of(lambda: services.execute_disposal(people.quality_manager, row)) == "record-kept"
    assert db.session.scalar(select(DisposalTrace.id)) is None


def test_two_people_a_signature_and_the_very_list(people):
    row = proposed(people)
    db.session.commit()
    assert gate_of(lambda: services.execute_disposal(people.quality_manager, row)) == "disposal-approved"
    assert gate_of(lambda: services.approve_disposal(people.signatory, row, confirmed=None)) == "signed-by-person"
    db.session.rollback()
    for person in (people.quality_manager, people.technician, people.auditor):
        with pytest.raises(NotAllowed):
            services.approve_disposal(person, row, confirmed=confirmed(person))
    services.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))
    row.list_sha256 = "0" * 64
    assert gate_of(lambda: services.execute_disposal(people.quality_manager, row)) == "disposal-approved"


def test_a_refused_proposal_destroys_nothing(people):
    row = proposed(people)
    with pytest.raises(FieldRefused):
        services.refuse_disposal(people.signatory, row, note=" ")
    services.refuse_disposal(people.signatory, row, note="còn cần cho đánh giá")
    assert row.status == "refused" and queries.attachments_by_id([row.items[0].attachment_id])


def test_there_is_no_side_door(people):
    photo = old_photo(people, date(2015, 1, 1))
    db.session.commit()
    database.begin_writing()
    db.session.delete(db.session.get(Attachment, photo.id))
    with pytest.raises(guard.RecordKept):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(audit.Unaudited):
        db.session.execute(delete(Attachment))
    db.session.rollback()
    database.end_writing()


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["disposal_trace", "disposal_item", "retention_rule"])
def test_what_disposal_leaves_is_never_changed(people, table):
    row = proposed(people)
    services.approve_disposal(people.signatory, row, confirmed=confirmed(people.signatory))
    services.execute_disposal(people.quality_manager, row)
    db.session.commit()
    for act in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        database.begin_writing()
        with pytest.raises(DatabaseError):
            db.session.execute(text(act))
        db.session.rollback()
        database.end_writing()


@pytest.mark.parametrize("facts,field", [
    ({"kind": "nothing"}, "kind"), ({"months": -1}, "months"), ({"months": 1201}, "months"), ({"basis": " "}, "basis"),
    ({"kind": "report", "months": 12}, "months"),
])
def test_what_a_rule_does_not_take(people, facts, field):
    with pytest.raises(FieldRefused) as refused:
        services.set_rule(people.quality_manager, **{"kind": "sample", "months": 60, "basis": "luật"} | facts)
    assert refused.value.field == field


@pytest.mark.parametrize("facts,field", [
    ({"before": date(2026, 11, 17)}, "before"), ({"before": date(2019, 1, 1)}, "before"), ({"reason": ""}, "reason"),
])
def test_what_a_proposal_does_not_take(people, facts, field):
    old_photo(people, date(2020, 5, 4))
    rule(people)
    with pytest.raises(FieldRefused) as refused:
        services.propose_disposal(people.quality_manager, **{"kind": "sample", "before": date(2021, 1, 1), "reason": "x"} | facts)
    assert refused.value.field == field


def test_the_calendar_counts_a_year_as_over_only_when_it_has_passed(people):
    known = {"sample": rule(people, months=60), "calibration": rule(people, "calibration", 0)}
    made = calendar.retention_calendar(known, {
        "sample": {2019: 3, 2020: 2, 2021: 5, 2026: 7}, "calibration": {2015: 4}, "item": {2026: 1}},
        2026)
    line = {one.kind: one for one in made.lines}
    assert line["sample"].over == 5 and line["sample"].by_year[0] == 5 and line["sample"].by_year[5] == 7 and line["sample"].files == 17
    assert line["calibration"].over == 0 and line["calibration"].says == "vĩnh viễn"
    assert [one.kind for one in made.unruled] == ["item"] and line["sample"].says == "5 năm"
    assert line["report"].never and rules.kept_until(date(2024, 1, 31), 1) == date(2024, 2, 29)
