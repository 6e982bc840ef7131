"""Controlled documents: steps in order and by others, in force by days with two times, readers and their hash, copies with marks."""
from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from lab_app.core import clock, files, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from lab_app.core.paper.stamping import Unreadable, pages_of
from lab_app.quality.documents import asking, queries, receipts, rules, services
from lab_app.quality.documents.models import ControlledDocument, DocumentReading
from lab_app.quality.documents.workflow import APPROVED, DRAFT, EFFECTIVE, OBSOLETE
from tests.support.document_facts import drafted, effective, pdf, registered, stored, submitted
from tests.support.people_facts import make_people, make_person
from tests.support.signing import confirmed


@pytest.fixture
def people(app, frozen_clock, writing):
    return make_people()


def asks(person) -> list[str]:
    """Keys of what is open for a person, of documents alone."""
    found = db.session.scalars(inbox.of(person.id, {str(p) for role in person.roles for p in role.granted}))
    return [row.key for row in found if row.key.startswith(("document/", "external/"))]


# ---- the steps -----------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_from_draft_to_force_each_step_asks_the_next_person(people):
    document = registered(people)
    row = drafted(people, document)
    assert (row.code, row.status, row.pages) == ("QT-08/01", DRAFT, 2)
    services.submit_version(people.quality_manager, row, people.reviewer)
    key = f"document/{document.id}/version/1/"
    assert key + "review" in asks(people.reviewer) and key + "review" not in asks(people.signatory)
    services.review_version(people.reviewer, row, note="đạt")
    assert key + "review" not in asks(people.reviewer) and key + "approve" in asks(people.signatory)
    services.approve_version(people.signatory, row, effective_from=date(2026, 12, 1), confirmed=confirmed(people.signatory))
    assert key + "approve" not in asks(people.signatory)
    assert f"document/{document.id}/read/1/{people.technician.id}" in asks(people.technician)
    assert not [k for k in asks(people.reviewer) if "/read/" in k], "who reviewed has read"
    assert rules.standing(row, date(2026, 11, 30)) == APPROVED and rules.standing(row, date(2026, 12, 1)) == EFFECTIVE
    assert document.review_due == date(2028, 12, 1)
    assert queries.effective_version(document.id, date(2026, 11, 30)) is None
    assert queries.effective_version(document.id, date(2026, 12, 1)) is row


def test_a_returned_draft_is_asked_of_its_author_and_begins_again(people):
    row = submitted(people)
    services.return_version(people.reviewer, row, reason="thiếu mục 5")
    assert row.status == DRAFT and f"document/{row.document_id}/version/1/revise" in asks(people.quality_manager)
    services.edit_version(people.quality_manager, row, stored("sua"), change_summary="")
    services.submit_version(people.quality_manager, row)
    assert row.reviewed_at is None
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, row, effective_from=clock.today(), confirmed=confirmed(people.signatory))
    assert refused.value.stop.gate == "document-steps-in-order" and "8.3.2" in refused.value.stop.clauses


def test_who_edits_is_among_the_authors_and_no_longer_reviews_nor_approves(people):
    row = drafted(people)
    services.edit_version(people.signatory, row, change_summary="")
    services.submit_version(people.quality_manager, row)
    services.review_version(people.reviewer, row)
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, row, effective_from=clock.today(), confirmed=confirmed(people.signatory))
    assert refused.value.stop.gate == "document-approved-by-another"


def test_an_approval_is_signed_over_the_content(people):
    row = submitted(people)
    services.review_version(people.reviewer, row)
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, row, effective_from=clock.today(), confirmed=None)
    assert refused.value.stop.gate == "signed-by-person"


@pytest.mark.parametrize("upload,says", [
    (None, "Chọn tệp PDF"), (b"%PDF-1.4 broken", "Không mở được"), (b"just words", "PDF"),
])
def test_a_document_without_a_file_that_opens_is_refused(people, upload, says):
    document = registered(people)
    given = files.put_bytes(upload, "a.pdf" if upload.startswith(b"%PDF") else "a.txt") if upload else None
    with pytest.raises(FieldRefused) as refused:
        services.draft_version(people.quality_manager, document, given)
    assert refused.value.field == "file" and says in str(refused.value)
    assert document.versions == []


def test_a_file_with_a_password_is_refused():
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as found:
        found.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Unreadable):
        pages_of(out.getvalue())


@pytest.mark.parametrize("facts,field", [
    ({"code": "qt 8"}, "code"), ({"code": ""}, "code"), ({"kind": "poem"}, "kind"), ({"title_vi": " "}, "title_vi"),
    ({"clauses": ["điều ba"]}, "clauses"), ({"review_months": 0}, "review_months"), ({"review_months": 61}, "review_months"),
    ({"methods": ["KHÔNG CÓ"]}, "methods"),
])
def test_what_an_entry_does_not_take(people, facts, field):
    with pytest.raises(FieldRefused) as refused:
        registered(people, **facts)
    assert refused.value.field == field
    assert db.session.scalar(select(ControlledDocument.id)) is None or field == "methods"


def test_one_version_in_preparation_and_a_later_one_says_what_changed(people):
    document = registered(people)
    drafted(people, document)
    with pytest.raises(Refused):
        drafted(people, document)
    services.drop_version(people.quality_manager, document.versions[0], reason="viết lại")
    with pytest.raises(FieldRefused) as refused:
        drafted(people, document, change_summary=" ")
    assert refused.value.field == "change_summary"
    assert drafted(people, document).number == 2, "the number of a dropped draft is not used again"


def test_a_policy_has_words(people):
    document = registered(people, "CS-01", kind="policy")
    with pytest.raises(FieldRefused) as refused:
        drafted(people, document)
    assert refused.value.field == "statement_vi"


def test_who_may_do_what(people):
    document = registered(people)
    for person, act in (
        (people.technician, lambda p: services.draft_version(p, document, stored())),
        (people.auditor, lambda p: services.review_document(p, document, fits=True, note="x")),
        (people.quality_manager, lambda p: services.withdraw_document(p, document, from_day=clock.today(), reason="x")),
    ):
        with pytest.raises(NotAllowed):
            act(person)


# ---- in force on a day ---------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_master_list_of_a_past_day_as_known_then_and_now(people, frozen_clock):
    first = effective(people)
    document, approved = first.document, clock.now()
    frozen_clock.advance(days=10)
    second = effective(people, document, on=date(2026, 12, 1))
    for on, known, wanted in (
        (date(2026, 11, 15), None, []), (date(2026, 11, 20), None, [first]), (date(2026, 11, 30), None, [first]),
        (date(2026, 12, 1), None, [second]),
        (date(2026, 12, 1), approved + timedelta(days=1), [first]),  # nobody knew the second one then
        (date(2026, 11, 20), approved - timedelta(minutes=1), []),
    ):
        assert list(db.session.scalars(queries.in_force_at(on, known))) == wanted, (on, known)
        states = {row: rules.standing(row, on, known) for row in (first, second)}
        assert [row for row, state in states.items() if state == EFFECTIVE] == wanted, "the page and SQL say the same"
    assert first.obsolete_from == date(2026, 12, 1) and "QT-08/02" in first.obsolete_reason


def test_a_version_is_never_in_force_backwards_nor_before_one_to_come(people):
    first = effective(people, on=date(2026, 12, 20))
    row = submitted(people, first.document)
    services.review_version(people.reviewer, row)
    for day in (date(2026, 11, 15), date(2026, 12, 19)):
        with pytest.raises(FieldRefused) as refused:
            services.approve_version(people.signatory, row, effective_from=day, confirmed=confirmed(people.signatory))
        assert refused.value.field == "effective_from"
    assert row.status == "in_review"


def test_a_withdrawn_document_is_in_force_no_more(people):
    row = effective(people)
    with pytest.raises(FieldRefused):
        services.withdraw_document(people.signatory, row.document, from_day=date(2026, 11, 1), reason="gộp vào QT-09")
    services.withdraw_document(people.signatory, row.document, from_day=date(2026, 11, 20), reason="gộp vào QT-09")
    assert rules.standing(row, date(2026, 11, 19)) == EFFECTIVE and rules.standing(row, date(2026, 11, 20)) == OBSOLETE
    assert asks(people.technician) == []
    with pytest.raises(Refused):
        drafted(people, row.document)


def in_the_list(on):
    return [row.code for row in db.session.scalars(queries.documents().where(queries.document_in_force(on)))]


@pytest.mark.both_databases
def test_the_list_of_documents_says_the_same_of_a_day_as_their_versions(people):
    document = effective(people, on=date(2026, 11, 20)).document
    effective(people, document, on=date(2026, 12, 10))
    drafted(people, registered(people, "QT-11"))
    days = [date(2026, 11, 19), date(2026, 11, 20), date(2026, 12, 9), date(2026, 12, 10)]

    def of_the_versions():
        return [[v.document.code for v in db.session.scalars(queries.in_force_at(day, None))] for day in days]

    assert [in_the_list(day) for day in days] == of_the_versions() == [[], ["QT-08"], ["QT-08"], ["QT-08"]]
    services.withdraw_document(people.signatory, document, from_day=date(2026, 12, 1), reason="gộp vào QT-09")
    assert [in_the_list(day) for day in days] == of_the_versions() == [[], ["QT-08"], [], []], "the one to come never comes"


@pytest.mark.both_databases
def test_the_bench_gets_only_what_is_in_force_for_its_method(people, frozen_clock):
    from tests.support.method_facts import make_method

    code = make_method(people).method.code
    everywhere = effective(people, registered(people, "HD-01", kind="instruction", methods=["*"]))
    own = effective(people, registered(people, "HD-02", kind="instruction", methods=[code]), on=date(2026, 11, 20))
    drafted(people, registered(people, "HD-03", methods=[code]))
    assert queries.effective_for_method(code, clock.today()) == [everywhere]
    assert queries.effective_for_method(code, date(2026, 11, 20)) == [everywhere, own]
    assert queries.effective_for_method("QCVN 0", date(2026, 11, 20)) == [everywhere]


# ---- copies --------------------------------------------------------------------------------------------------------------


def marks(data: bytes) -> str:
    """What is drawn over the pages, as the fonts' characters say (the overlays carry a ToUnicode table)."""
    from subprocess import run

    return run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def test_a_copy_says_whose_and_when_on_every_page(people):
    row = effective(people)
    said = marks(receipts.copy_for(people.technician, row))
    assert said.count("Bản sao không kiểm soát · QT-08/01 · Lê Hữu Giả · 16/11/2026 09:00") == 2
    assert "HẾT HIỆU LỰC" not in said


def test_what_is_not_in_force_is_marked_and_only_for_who_prepares(people):
    old = effective(people)
    effective(people, old.document)
    with pytest.raises(GateRefused) as refused:
        receipts.copy_for(people.technician, old)
    assert refused.value.stop.clauses == ("8.3.2", "7.2.1.2") and "QT-08/02" in str(refused.value.stop.do)
    said = marks(receipts.copy_for(people.quality_manager, old))
    assert re.sub(r"\s+", " ", said).count("Hết hiệu lực từ 16/11/2026") == 2
    draft = drafted(people, old.document)
    assert "Chưa được phê duyệt" in marks(receipts.copy_for(people.reviewer, draft))
    with pytest.raises(GateRefused):
        receipts.copy_for(people.technician, draft)


def test_who_was_asked_reads_a_version_before_its_day_and_others_do_not(people):
    row = effective(people, on=date(2026, 12, 1))
    assert "Có hiệu lực từ 01/12/2026" in marks(receipts.copy_for(people.technician, row))
    with pytest.raises(GateRefused):
        receipts.copy_for(people.reception, row)


# ---- readers -------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_receipt_is_ones_own_and_of_this_content(people):
    row = effective(people)
    mine = queries.reading_of(row.id, people.technician.id)
    assert mine.due_on == date(2026, 11, 23)
    with pytest.raises(NotAllowed):
        receipts.confirm_read(people.second_technician, mine, seen_sha256=row.content_sha256)
    with pytest.raises(Refused):
        receipts.confirm_read(people.technician, mine, seen_sha256="0" * 64)
    receipts.confirm_read(people.technician, mine, seen_sha256=row.content_sha256)
    assert mine.read_sha256 == row.content_sha256 and asks(people.technician) == []
    with pytest.raises(Refused):
        receipts.confirm_read(people.technician, mine, seen_sha256=row.content_sha256)
    assert queries.reading_counts([row.id]) == {row.id: (1, 2)}


def test_readings_end_with_their_version_and_what_was_confirmed_stays(people):
    first = effective(people)
    receipts.confirm_read(people.technician, queries.reading_of(first.id, people.technician.id), seen_sha256=first.content_sha256)
    second = effective(people, first.document)
    left = queries.reading_of(first.id, people.second_technician.id)
    assert left.ended_at is not None and queries.reading_of(first.id, people.technician.id).read_at is not None
    with pytest.raises(Refused):
        receipts.confirm_read(people.second_technician, left, seen_sha256=first.content_sha256)
    assert [r.version_id for r in queries.unread_of(people.technician.id)] == [second.id]


@pytest.mark.both_databases
def test_the_version_in_force_is_read_until_the_day_of_the_next_and_nobody_is_asked_twice_on_that_day(people, frozen_clock):
    """8.3.2: a version approved with a day to come takes the readings of the one in force away on that day, not before."""
    first, day = effective(people), date(2026, 12, 1)
    document, technician = first.document, people.technician
    second = drafted(people, document)
    services.submit_version(people.quality_manager, second, people.reviewer)
    services.review_version(people.reviewer, second)
    services.approve_version(people.signatory, second, effective_from=day, confirmed=confirmed(people.signatory))
    old, new = (f"document/{document.id}/read/{n}/{technician.id}" for n in (1, 2))
    assert queries.reading_of(first.id, technician.id).ended_at is None and sorted(asks(technician)) == [old, new]
    asking.ask_what_is_due()
    assert sorted(asks(technician)) == [old, new], "until that day the calendar takes nothing away"
    receipts.confirm_read(people.second_technician, queries.reading_of(first.id, people.second_technician.id),
                          seen_sha256=first.content_sha256)
    frozen_clock.set(clock.at_local(day, 5))  # the day has come, the calendar has not run yet
    assert [r.version_id for r in queries.unread_of(technician.id)] == [second.id]
    with pytest.raises(Refused):
        receipts.confirm_read(technician, queries.reading_of(first.id, technician.id), seen_sha256=first.content_sha256)
    for _ in range(2):
        asking.ask_what_is_due()
        assert asks(technician) == [new] and queries.reading_of(first.id, technician.id).ended_at is not None
    assert queries.reading_of(first.id, people.second_technician.id).read_at is not None
    assert len(queries.readings_of(second.id)) == len({r.person_id for r in queries.readings_of(second.id)})


def test_a_version_that_never_comes_into_force_is_asked_of_nobody_any_more(people):
    first = effective(people)
    coming = []
    for day in (date(2026, 12, 1), date(2026, 12, 1)):
        row = drafted(people, first.document)
        services.submit_version(people.quality_manager, row, people.reviewer)
        services.review_version(people.reviewer, row)
        coming.append(services.approve_version(people.signatory, row, effective_from=day, confirmed=confirmed(people.signatory)))
    assert queries.reading_of(coming[0].id, people.technician.id).ended_at is not None
    assert queries.reading_of(coming[1].id, people.technician.id).ended_at is None
    assert queries.reading_of(first.id, people.technician.id).ended_at is None


def test_a_draft_is_asked_of_nobody(people):
    with pytest.raises(Refused):
        receipts.ask_to_read(people.quality_manager, drafted(people), [people.technician])


def test_the_calendar_asks_newcomers_and_owners_once(people, frozen_clock):
    row = effective(people, registered(people, review_months=1))
    document = row.document
    newcomer = make_person("N77", "Đặng Mới Đến", "technician")
    frozen_clock.advance(days=1)
    assert asking.ask_what_is_due() == 2
    assert f"document/{document.id}/read/1/{newcomer.id}" in asks(newcomer)
    key = f"document/{document.id}/periodic"
    assert key in asks(people.quality_manager)
    assert asking.ask_what_is_due() == 1 and db.session.query(Ask).filter_by(key=key).count() == 1
    services.review_document(people.quality_manager, document, fits=False, note="đổi thiết bị")
    assert key not in asks(people.quality_manager) and f"document/{document.id}/rewrite" in asks(people.quality_manager)
    assert document.review_due == date(2026, 12, 17)


def test_a_new_reader_of_the_entry_is_asked_for_the_version_in_force(people):
    row = effective(people)
    services.change_document(
        people.quality_manager, row.document, reason="thêm tiếp nhận", read_by={"roles": ["technician"], "people": [people.reception.code]})
    assert queries.reading_of(row.id, people.reception.id) is not None
    assert len(list(db.session.scalars(select(DocumentReading)))) == 3


def test_what_is_met_at_sign_in(people):
    row = effective(people, registered(people, "CS-01", kind="policy", at_sign_in=True), statement_vi="Chúng tôi trung thực.")
    assert queries.met_at_sign_in(people.technician.id) is row and queries.met_at_sign_in(people.reception.id) is None
    receipts.confirm_read(people.technician, queries.reading_of(row.id, people.technician.id), seen_sha256=row.content_sha256)
    assert queries.met_at_sign_in(people.technician.id) is None
    database.db.session.rollback()
