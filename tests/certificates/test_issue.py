"""The journey from reviewed results to a paper in force, by services: three steps, kills between them, two signatories."""
from __future__ import annotations

import importlib
import json
import threading
from contextvars import copy_context
from datetime import date

import pytest
from flask.globals import _cv_app
from sqlalchemy import func, select

from certificates import paper, queries, services
from certificates.models import Report, ReportLine, StatusChange
from certificates.paper import archive
from certificates.queries.files import files_of
from certificates.services import printing
from certificates.snapshot import faults, missing_items, section_lines, snapshot_hash
from lab_app.core import audit, events, files, jobs
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.samples.models import TestRequest
from tests.support import certificates_facts as facts
from tests.support.people_facts import make_person
from tests.support.signing import confirmed


def snapshot_of(report: Report) -> dict:
    return json.loads(report.snapshot)


def issue_only(world, **wanted) -> Report:
    """Step (a) alone, committed, as if the program were killed right after."""
    report = services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION, **wanted,
        confirmed=confirmed(world.people.signatory))
    facts.commit()
    return report


def give_up(error: GateRefused) -> str:
    db.session.rollback()
    database.end_writing()
    return error.stop.gate


# ---- what a paper holds --------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_report_is_issued(world):
    report = facts.issued(world)
    assert (report.number, report.status, report.kind) == ("PKQ-2026-0117-01", "valid", "final")
    snapshot = snapshot_of(report)
    assert faults(snapshot) == [] and missing_items(snapshot) == []
    assert snapshot_hash(snapshot) == report.snapshot_hash
    made = files.read(report.file_sha256)
    assert made.startswith(b"%PDF-")
    assert archive.attached_snapshot(made).decode() == report.snapshot, "a machine reads what a person reads"
    assert report.libraries["reportlab"] and any(name.startswith("font:") for name in report.libraries)
    assert snapshot["verify_url"] == f"https://lab.example/verify/{report.code}"
    moves = db.session.scalars(select(StatusChange).where(StatusChange.report_id == report.id)).all()
    assert [(move.from_status, move.to_status, move.person_id) for move in moves] == [
        ("issuing", "valid", world.people.signatory.id)
    ]
    lines = db.session.scalars(select(ReportLine).where(ReportLine.report_id == report.id).order_by(ReportLine.position)).all()
    assert [line.job_line_id for line in lines] == [line.id for line in world.lines]
    assert audit.verify(db.engine).holds


def test_the_failed_line_keeps_its_place_and_its_retest_stands_beneath(world):
    snapshot = snapshot_of(facts.issued(world))
    lines = section_lines(snapshot["sections"][0])
    assert [line["verdict"] for line in lines] == ["pass", "fail", "pass", "pass"]
    assert lines[2]["retest_of"] == lines[1]["ref"]
    assert [line["result"].get("value") for line in lines] == ["18.42", "-28.3", "-34.1", None]
    assert [line["limit"].get("value") for line in lines] == ["20", "-30", "-30", None]
    assert [line["margin"] for line in lines] == ["1.58", "-1.7", "4.1", None]
    assert lines[0]["uncertainty"] == {"value": "0.69", "k": "2"}
    assert snapshot["uncertainty"]["exemptions"][0]["key"] == lines[1]["uncertainty"]["exempt"]
    statement = snapshot["conclusion"]
    assert statement["verdict"] == "pass" and statement["holds_for"] == "firmware 1.0.4"
    assert "Dòng 2 với firmware 1.0.3 không đạt" in statement["statement"]["vi"]
    assert "dòng 1 đo với firmware 1.0.3" in statement["statement"]["vi"]
    assert snapshot["summary"][0]["failed_then_passed"] == "1"


def test_scope_marks_come_from_the_register_on_the_test_date(world):
    snapshot = snapshot_of(facts.issued(world))
    lines = section_lines(snapshot["sections"][0])
    assert [line["scope"] for line in lines] == ["VS", "VS", "VS", "*"]
    assert snapshot["accreditation"]["number"] == "VILAS 0000"
    assert snapshot["methods"][0]["designation"] == "00/QĐ-BKHCN"


def test_without_a_line_in_scope_the_paper_carries_no_accreditation(world):
    authorize(facts.SETTER, P.METHOD_WRITE)
    from test_methods.models import ScopeEntry

    for entry in db.session.scalars(select(ScopeEntry).where(ScopeEntry.status == "accredited")):
        entry.valid_to = date(2026, 11, 10)  # ended the day before the test
    facts.commit()
    snapshot = snapshot_of(facts.issued(world))
    assert snapshot["accreditation"] is None
    assert {line["scope"] for line in section_lines(snapshot["sections"][0])} == {"*"}


def test_what_is_printed_is_frozen(world):
    report = facts.issued(world)
    before = report.snapshot
    authorize(facts.SETTER, P.CUSTOMER_WRITE)
    db.session.get_one(TestRequest, world.request.id).customer.name = "Tên Khác"
    facts.commit()
    again = queries.report_by_code(report.code, whole=True)
    assert again.snapshot == before and "Tên Khác" not in again.snapshot


def test_only_what_the_customer_agreed_to_is_kept_for_the_public(world):
    report = facts.issued(world)
    assert set(report.published) == {"product", "items", "regulations", "signatory"}
    assert report.published["regulations"] == ["QCVN 54:2020/BTTTT"]


def test_no_statement_is_printed_when_none_was_asked_for(app, frozen_clock):
    world = facts.ready_request(wants_statement=False)
    snapshot = snapshot_of(facts.issued(world))
    assert snapshot["conclusion"] is None
    assert all(line["verdict"] is None and line["margin"] is None for line in section_lines(snapshot["sections"][0]))


def test_a_verdict_without_a_rule_is_not_printed(world):
    authorize(facts.SETTER, P.RESULT_WRITE)
    line = db.session.get_one(type(world.lines[0]), world.lines[0].id)
    line.rule, line.rule_code = None, ""
    facts.commit()
    printed = section_lines(snapshot_of(facts.issued(world))["sections"][0])[0]
    assert printed["verdict"] == "no_statement" and "quy tắc" in printed["reason"]["vi"]
    assert printed["margin"] is None


def test_vietnamese_only_when_asked(app, frozen_clock):
    world = facts.ready_request(language="vi")
    snapshot = snapshot_of(facts.issued(world))
    assert snapshot["title"]["en"] == "" and snapshot["conclusion"]["statement"]["en"] == ""


@pytest.mark.parametrize(("kind", "count"), [("preliminary", 3), ("partial", 0)])
def test_preliminary_carries_what_is_approved_partial_only_finished_jobs(world, kind, count):
    authorize(facts.SETTER, P.RESULT_WRITE)
    last = db.session.get_one(type(world.lines[3]), world.lines[3].id)
    last.status = "submitted"
    facts.commit()
    if not count:
        with pytest.raises(GateRefused) as refused:
            issue_only(world, kind=kind)
        assert give_up(refused.value) == "lines-reviewed"
        return
    report = facts.issued(world, kind=kind)
    snapshot = snapshot_of(report)
    assert snapshot["marks"] == [kind]
    assert sum(len(section_lines(section)) for section in snapshot["sections"]) == count


# ---- who may, and when ----------------------------------------------------------------------------------------


def test_only_a_signatory_issues(world):
    with pytest.raises(NotAllowed):
        services.issue(world.people.reviewer, world.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(world.people.reviewer))
    db.session.rollback()
    database.end_writing()


def test_a_day_to_come_and_a_number_in_use_are_refused(world):
    with pytest.raises(FieldRefused) as refused:
        issue_only(world, issued_on=date(2026, 11, 17))
    assert refused.value.field == "issued_on"
    db.session.rollback()
    database.end_writing()
    facts.issued(world, number="PKQ-2026-0117-03")
    other = facts.ready_request("YC-2026-0118", people=world.people)
    with pytest.raises(FieldRefused) as refused:
        issue_only(other, number="PKQ-2026-0117-03")
    assert refused.value.field == "number"
    db.session.rollback()
    database.end_writing()


def test_a_number_carried_in_is_never_given_again(world):
    report = issue_only(world, number="PKQ-2026-0117-03")
    services.give_up(world.people.signatory, report, "thử")
    facts.commit()
    assert issue_only(world).number == "PKQ-2026-0117-04"


def test_a_character_no_face_can_print_refuses_before_a_number_is_taken(world):
    authorize(facts.SETTER, P.CUSTOMER_WRITE)
    db.session.get_one(TestRequest, world.request.id).customer.contact = "Ông \u4e2d"
    facts.commit()
    ready = services.readiness(world.request, actor=world.people.signatory, not_applicable=facts.NO_DEVIATION)
    assert not ready.ready and "\u4e2d" in ready.unprintable[0]
    with pytest.raises(Refused, match="\u4e2d"):
        issue_only(world)
    db.session.rollback()
    database.end_writing()
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


# ---- three steps ------------------------------------------------------------------------------------------------


def test_a_kill_after_the_number_was_taken_resumes_with_the_same_number(world):
    report = issue_only(world)
    assert report.status == "issuing"
    assert queries.public_versions(report.code) == [], "what is being issued is not public"
    assert jobs.run_due() == 1
    db.session.rollback()
    again = db.session.get_one(Report, report.id)
    assert (again.number, again.status) == (report.number, "valid")
    assert jobs.run_due() == 0


def test_a_kill_after_the_file_was_stored_resumes_with_the_same_number_and_signs_again(world, monkeypatch):
    report = issue_only(world)
    steps = importlib.import_module("certificates.services.issuing")

    def killed(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "_complete", killed)
    with pytest.raises(KeyboardInterrupt):
        services.finish_issue(report.id)
    monkeypatch.undo()
    stored = [path.name for path in files.folder().rglob("*") if path.is_file()]
    assert len(stored) == 1, "the bytes were durable before the row"
    assert db.session.get_one(Report, report.id).status == "issuing"
    db.session.rollback()
    assert not database.writing.get()
    assert jobs.run_due() == 1
    db.session.rollback()
    again = db.session.get_one(Report, report.id)
    assert (again.number, again.status) == (report.number, "valid")
    assert again.file_sha256 != stored[0], "a signature is never the same twice"
    assert len(files_of([again.id])[again.id]) == 1, "the bytes that no row names are nobody's paper; the sweeper takes them"


def test_finishing_twice_changes_nothing(world):
    report = facts.issued(world)
    entries = db.session.scalar(select(func.count()).select_from(audit.AuditEntry))
    services.finish_issue(report.id)
    assert db.session.scalar(select(func.count()).select_from(audit.AuditEntry)) == entries


def test_the_paper_is_never_drawn_inside_the_transaction_that_took_the_number(world):
    report = services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION,
        confirmed=confirmed(world.people.signatory))
    with pytest.raises(RuntimeError, match="committed"):
        services.finish_issue(report.id)
    db.session.rollback()
    database.end_writing()


def test_a_paper_that_cannot_be_made_gives_its_number_up_with_the_reason(world, monkeypatch):
    def refuses(*_args):
        raise paper.MissingPicture("no picture with SHA-256 00")

    monkeypatch.setattr(printing.paper, "draw", refuses)
    report = facts.issued(world)
    assert report.status == "void" and report.file_sha256 is None
    assert "ảnh" in report.changes[-1].reason
    monkeypatch.undo()
    second = facts.issued(world)
    assert (second.number, second.status) == ("PKQ-2026-0117-02", "valid"), "a number given up is never used again"


def test_a_file_that_fails_its_check_is_never_issued(world, monkeypatch):
    def disapproves(*_args):
        raise archive.NotArchivable(["6.2.11.4.1-1 font is not embedded"])

    monkeypatch.setattr(archive, "to_pdfa3", disapproves)
    report = facts.issued(world)
    assert report.status == "void" and "6.2.11.4.1-1" in report.changes[-1].reason


def test_a_fault_of_the_machine_is_tried_again(world, monkeypatch):
    report = issue_only(world)

    def full(*_args):
        raise OSError("no space left on device")

    monkeypatch.setattr(files, "put_bytes", full)
    assert jobs.run_due() == 1
    db.session.rollback()
    assert db.session.get_one(Report, report.id).status == "issuing"
    monkeypatch.undo()
    services.finish_issue(report.id)
    assert db.session.get_one(Report, report.id).status == "valid"


def test_issuing_tells_the_house(world):
    heard = []
    with events.report_issued.connected_to(lambda _sender, report, actor: heard.append(report.number)):
        facts.issued(world)
    assert heard == ["PKQ-2026-0117-01"]


@pytest.mark.both_databases
def test_of_two_signatories_at_once_exactly_one_issues(app, world):
    authorize(facts.SETTER, P.PERSON_WRITE)
    second = make_person("N17", "Bùi Phó Ký", "signatory")
    facts.authorise(world.people.signatory, second, world.method.code, "authorise")
    facts.commit()
    people, request_id = [world.people.signatory.id, second.id], world.request.id
    db.session.remove()
    start, outcomes = threading.Barrier(2), []

    def sign(person_id: int) -> None:
        _cv_app.set(None)
        with app.app_context():
            from lab_app.accounts.models import Person

            person, request = db.session.get_one(Person, person_id), db.session.get_one(TestRequest, request_id)
            db.session.rollback()
            start.wait()
            try:
                report = services.issue(person, request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(person))
                facts.commit()
                outcomes.append(report.number)
            except GateRefused as refused:
                outcomes.append(give_up(refused))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=copy_context().run, args=(sign, person)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["PKQ-2026-0117-01", "not-issued-twice"]
    assert db.session.scalar(select(func.count()).select_from(Report)) == 1


# ---- issued is final ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("column", "value"), [
    ("number", "PKQ-0"), ("snapshot", "{}"), ("published", {"customer": "x"}), ("file_sha256", None),
    ("issued_on", date(2026, 1, 1)),
])
def test_an_issued_paper_is_never_edited(world, column, value):
    report = facts.issued(world)
    authorize(facts.SETTER, P.REPORT_ISSUE)
    setattr(report, column, value)
    with pytest.raises(GateRefused) as refused:
        db.session.flush()
    assert give_up(refused.value) == "issued-is-final"


def test_an_issued_number_is_never_given_up(world):
    report = facts.issued(world)
    with pytest.raises(GateRefused) as refused:
        services.give_up(world.people.signatory, report, "nhầm")
    assert give_up(refused.value) == "issued-is-final"


def test_the_reasons_a_signatory_states_are_only_for_items_that_may_not_apply(world):
    with pytest.raises(GateRefused) as refused:
        services.issue(world.people.signatory, world.request, not_applicable={"m": "không có", "o": "không có"},
            confirmed=confirmed(world.people.signatory))
    assert [letter for letter, _name in _missing(refused.value)] == ["n"]
    give_up(refused.value)


def _missing(error: GateRefused) -> list[tuple[str, str]]:
    assert error.stop.gate == "report-items-complete"
    return [(part.strip()[0], part) for part in str(error.stop.says).split(":", 1)[1].split(";")]


def test_readiness_names_what_is_missing_and_where_to_fill_it(world):
    ready = services.readiness(world.request, actor=world.people.signatory)
    assert [stop.gate for stop in ready.stops] == ["report-items-complete"]
    assert [item.letter for item in ready.items] == list("abcdefghijklmnop")
    assert [item.letter for item in ready.items if item.missing] == ["n"]
    stated = services.readiness(world.request, actor=world.people.signatory, not_applicable=facts.NO_DEVIATION)
    assert stated.ready
