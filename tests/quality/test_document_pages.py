"""Pages of documents, of the watch and of keeping: the way by forms, crafted requests, bad input, statements of filled lists."""
from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from lab_app.core import clock, gates
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.quality.documents import queries, services
from lab_app.quality.documents.models import ControlledDocument, DocumentVersion
from lab_app.quality.retention.models import Disposal
from lab_app.quality.standards import services as standards
from lab_app.quality.standards.models import ExternalDocument
from tests.support.document_facts import drafted, effective, pdf, proposed, registered, submitted
from tests.support.people_facts import make_people
from tests.support.signing import typed

HTML = {"Accept": "text/html"}


def keep() -> None:
    db.session.commit()
    database.end_writing()


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def people(app, frozen_clock, writing):
    made = make_people()
    keep()
    return made


def begin() -> None:
    database.begin_writing()


def version_of(code: str, number: int) -> DocumentVersion:
    return db.session.scalars(select(DocumentVersion).where(DocumentVersion.code == f"{code}/{number:02d}")).one()


ENTRY = {"code": "QT-08", "kind": "procedure", "title_vi": "Bảo đảm giá trị sử dụng", "owner": "N08", "clauses": "7.7, 9001 9.1",
         "roles": ["technician"], "review_months": "24", "methods": "*"}


def test_from_entry_to_receipt_by_forms(people, client_as):
    writer, reviewer = client_as(people.quality_manager), client_as(people.reviewer)
    answer = writer.post("/quality/documents/new", data=ENTRY)
    assert answer.status_code == 302 and answer.location.endswith("/quality/documents/QT-08/versions/new")
    answer = writer.post(answer.location, data={"file": (BytesIO(pdf()), "QT-08.pdf")}, content_type="multipart/form-data")
    page = "/quality/documents/QT-08/versions/1"
    assert answer.status_code == 302 and answer.location == page
    assert writer.post(f"{page}/submit", data={"reviewer": "N06"}).status_code == 302
    assert "Soát xét đạt" in text_of(reviewer.get(page))
    reviewer.post(f"{page}/review", data={"note": "đạt"})
    director = client_as(people.signatory)
    director.post(f"{page}/approve", data={"effective_from": "16/11/2026", **typed(director, people.signatory, page, f"{page}/approve")})
    row = version_of("QT-08", 1)
    assert row.status == "approved" and row.approver_id == people.signatory.id
    technician = client_as(people.technician)
    assert "QT-08/01" in text_of(technician.get("/reading"))
    shown = text_of(technician.get(f"{page}/read"))
    assert row.content_sha256 in shown
    assert "đã đọc và hiểu" in text_of(technician.post(f"{page}/read", data={"seen": row.content_sha256}, follow_redirects=True))
    assert queries.reading_of(row.id, people.technician.id).read_at is None, "the box was not ticked"
    technician.post(f"{page}/read", data={"seen": row.content_sha256, "read": "1"})
    assert queries.reading_of(row.id, people.technician.id).read_at is not None
    copy = technician.get(f"{page}/file")
    assert copy.mimetype == "application/pdf" and copy.data.startswith(b"%PDF") and "sandbox" in copy.headers["Content-Security-Policy"]


def test_a_crafted_approval_meets_the_gates(people, client_as):
    begin()
    draft = drafted(people)
    own = submitted(people, registered(people, "QT-09"), author=people.signatory)
    services.review_version(people.reviewer, own)
    keep()
    director = client_as(people.signatory)
    for row, gate in ((draft, "document-steps-in-order"), (own, "document-approved-by-another")):
        page = f"/quality/documents/{row.document.code}/versions/1"
        answer = director.post(f"{page}/approve", data={"effective_from": "16/11/2026"})
        assert answer.status_code == 422 and "8.3.2" in text_of(answer)
        assert gates.hits_per_gate()[gate] == 1
    assert {v.status for v in db.session.scalars(select(DocumentVersion))} == {"draft", "in_review"}


def test_an_approval_needs_the_password(people, client_as):
    begin()
    row = submitted(people)
    services.review_version(people.reviewer, row)
    keep()
    director, page = client_as(people.signatory), "/quality/documents/QT-08/versions/1"
    wrong = typed(director, people.signatory, page, f"{page}/approve") | {"password": "sai"}
    answer = director.post(f"{page}/approve", data={"effective_from": "16/11/2026", **wrong})
    assert answer.status_code == 422 and "Mật khẩu không đúng" in text_of(answer)
    assert version_of("QT-08", 1).status == "in_review"


def test_the_obsolete_file_is_refused_to_the_bench_and_the_hit_is_kept(people, client_as):
    begin()
    old = effective(people)
    effective(people, old.document)
    keep()
    answer = client_as(people.technician).get("/quality/documents/QT-08/versions/1/file")
    assert answer.status_code == 422 and "7.2.1.2" in text_of(answer) and "QT-08/02" in text_of(answer)
    assert gates.hits_per_gate()["document-effective-served"] == 1
    assert client_as(people.quality_manager).get("/quality/documents/QT-08/versions/1/file").status_code == 200
    assert client_as(people.technician).get("/quality/documents/QT-08/versions/2/file").status_code == 200


@pytest.mark.parametrize("change,says", [
    ({"code": "QT/08"}, "Mã gồm chữ"), ({"title_vi": " "}, "Cần điền"), ({"clauses": "điều 8"}, "không phải số điều"),
    ({"owner": "N99"}, "không có trong danh sách"), ({"review_months": "100"}, "Từ 1 đến 60"), ({"methods": "QCVN 999"},
    "Không có phương pháp"),
])
def test_what_the_entry_form_does_not_take(people, client_as, change, says):
    answer = client_as(people.quality_manager).post("/quality/documents/new", data=ENTRY | change)
    assert answer.status_code == 422 and says in text_of(answer)
    assert db.session.scalar(select(ControlledDocument.id)) is None


@pytest.mark.parametrize("name,data,says", [
    ("", b"", "Chọn tệp PDF"), ("a.pdf", b"", "rỗng"), ("a.pdf", b"%PDF-1.7 xx", "Không mở được"),
    ("a.txt", "chữ".encode(), "không được nhận"), ("a.pdf", "chữ".encode(), "không được nhận"),
])
def test_a_version_without_a_good_file_is_refused_and_the_words_stay(people, client_as, name, data, says):
    begin()
    first = effective(people)
    keep()
    given = {"change_summary": "đổi mục 4"} | ({"file": (BytesIO(data), name)} if name else {})
    answer = client_as(people.quality_manager).post(
        "/quality/documents/QT-08/versions/new", data=given, content_type="multipart/form-data")
    assert answer.status_code == 422 and says in text_of(answer) and "đổi mục 4" in text_of(answer)
    assert db.session.scalars(select(DocumentVersion)).all() == [first]


def test_rights_at_the_door(people, client_as, client):
    begin()
    effective(people)
    keep()
    technician, sales = client_as(people.technician), client_as(people.sales)
    for path in ("/quality/documents/new", "/quality/documents/QT-08/versions/new", "/quality/documents/QT-08/withdraw",
        "/quality/standards/new",
                 "/quality/disposals/new"):
        assert technician.get(path).status_code == 403, path
    assert sales.get("/quality/documents").status_code == 200, "everybody may read what is in force"
    assert technician.post("/quality/documents/QT-08/versions/1/approve", data={"effective_from": "16/11/2026"}).status_code == 403
    assert technician.post("/quality/retention/sample", data={"months": "1", "basis": "x"}).status_code in (403, 422)
    assert technician.get("/quality/documents/QT-99").status_code == 404
    assert technician.get("/quality/documents/QT-08/versions/9").status_code == 404


def test_every_page_shows_itself(people, client_as):
    begin()
    row = effective(people)
    drafted(people, row.document)
    effective(people, registered(people, "CS-01", kind="policy", title_vi="Chính sách chất lượng"), statement_vi="Trung thực.\nKhách quan.")
    external = standards.register_external(
        people.quality_manager, code="ISO/IEC 17025:2017", kind="standard", title="Yêu cầu chung", owner=people.quality_manager)
    standards.record_check(people.quality_manager, external, checked_on=clock.today(), outcome="new_edition", edition="ISO/IEC 17025:2027",
        what="x")
    code = proposed(people).code
    keep()
    client = client_as(people.quality_manager)
    for path, says in (
        ("/quality/documents", "lần 1"), ("/quality/documents?standing=effective&kind=procedure", "QT-08"),
        ("/quality/documents?standing=review", "Không"),
        ("/quality/documents/at?on=16/11/2026&known=then", "QT-08/01"), ("/quality/documents/at?on=15/11/2026", "không có"),
        ("/quality/documents/QT-08", "Các bản"), ("/quality/documents/QT-08/edit",
        "Lý do sửa"),
        ("/quality/documents/QT-08/versions/1", "Xác nhận đã đọc"), ("/quality/documents/QT-08/versions/2", "Trình soát xét"),
        ("/quality/documents/QT-08/versions/2/edit", "Đang giữ"), ("/quality/documents/QT-08/periodic", "Kết luận"),
        ("/quality/documents/CS-01/versions/1/read", "Khách quan"), ("/reading", "cần đọc"),
        ("/quality/standards", "ISO/IEC 17025:2017"), ("/quality/standards?standing=changed", "ISO/IEC"),
        (f"/quality/standards/{external.id}", "chưa có trong danh mục"), (f"/quality/standards/{external.id}/check", "Kết quả"),
        (f"/quality/standards/{external.id}/handle", "Đã làm gì"), (f"/quality/standards/{external.id}/edit", "Chu kỳ"),
        ("/quality/retention", "Mẫu"), ("/quality/retention/sample", "60 tháng"), ("/quality/retention/report", "vĩnh viễn"),
        ("/quality/disposals", code), ("/quality/disposals/new?kind=sample", "Gắn trước"), (f"/quality/disposals/{code}", "mau.png"),
        ("/quality/documents/new", "Chu kỳ xem xét"), ("/quality/standards/new", "Số hiệu"), ("/search?q=QT-08", ""),
    ):
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200 and says in text_of(answer), path
    for path in ("/quality/documents?export=csv", "/quality/documents?export=xlsx", "/quality/documents/at?export=csv",
        "/quality/standards?export=csv",
                 "/quality/retention?export=csv", "/quality/disposals?export=xlsx", f"/quality/disposals/{code}?export=csv"):
        assert "attachment" in client.get(path).headers["Content-Disposition"], path
    assert client_as(people.signatory).get("/quality/documents/QT-08/withdraw").status_code == 200


def test_the_policy_is_for_anybody(people, client_as, client):
    assert "chưa công bố" in text_of(client.get("/policy"))
    begin()
    effective(people, registered(people, "CS-01", kind="policy", title_vi="Chính sách chất lượng"), statement_vi="Trung thực <b>luôn</b>.")
    keep()
    answer = client.get("/policy")
    assert answer.status_code == 200 and "Trung thực &lt;b&gt;" in text_of(answer) and "CS-01/01" in text_of(answer)
    assert "Set-Cookie" not in answer.headers


def test_a_policy_meets_its_readers_once_a_day(people, client_as):
    begin()
    effective(people, registered(people, "CS-01", kind="policy", at_sign_in=True), statement_vi="Trung thực.")
    keep()
    technician = client_as(people.technician)
    answer = technician.get("/quality/suppliers", headers=HTML)
    assert answer.status_code == 302 and answer.location.startswith("/quality/documents/CS-01/versions/1/read?next=")
    assert technician.get("/quality/suppliers", headers=HTML).status_code == 200, "it can be put off"
    row = version_of("CS-01", 1)
    answer = technician.post("/quality/documents/CS-01/versions/1/read",
                             data={"seen": row.content_sha256, "read": "1", "next": "https://evil.example/"})
    assert answer.status_code == 302 and "evil" not in answer.location
    assert client_as(people.reception).get("/quality/documents", headers=HTML).status_code == 200
    assert client_as(people.technician).get("/quality/suppliers", headers=HTML).status_code == 200


def test_a_file_goes_by_two_people_through_pages(people, client_as):
    begin()
    code = proposed(people).code
    keep()
    manager, director, page = client_as(people.quality_manager), client_as(people.signatory), f"/quality/disposals/{code}"
    manager.post(f"{page}/execute")
    assert db.session.scalars(select(Disposal.status)).one() == "proposed", "a crafted request before the approval"
    assert gates.hits_per_gate()["disposal-approved"] == 1
    assert manager.post(f"{page}/approve").status_code == 403
    answer = director.post(f"{page}/approve", data={"note": "đồng ý", **typed(director, people.signatory, page, f"{page}/approve")})
    assert answer.status_code == 302
    assert "Đã hủy 1 tệp" in text_of(manager.post(f"{page}/execute", follow_redirects=True))
    assert db.session.scalars(select(Disposal.status)).one() == "done"
    shown = text_of(manager.get(page))
    assert "Dấu vết đã hủy" in shown and "đã xóa" in shown


def test_filled_lists_cost_few_statements(people, client_as, statements):
    begin()
    db.session.add_all([ControlledDocument(code=f"QT-{n:03d}", kind="procedure", title_vi=f"Quy trình {n}",
        owner_id=people.quality_manager.id)
                        for n in range(30)])
    db.session.flush()
    from lab_app.core import files
    stored = files.keep(files.put_bytes(pdf(), "a.pdf", files.PAPERS))
    for document in db.session.scalars(select(ControlledDocument)).all():
        db.session.add(DocumentVersion(
            document_id=document.id, number=1, code=f"{document.code}/01", status="approved", filename="a.pdf", sha256=stored.sha256,
            pages=2,
            content_sha256="0" * 64, author_id=people.quality_manager.id, approver_id=people.signatory.id, approved_at=clock.now(),
            effective_from=date(2026, 1, 1)))
    db.session.add_all([ExternalDocument(code=f"QCVN {n}", kind="regulation", title="x", owner_id=people.quality_manager.id,
                                         next_check=date(2026, 12, 1)) for n in range(30)])
    keep()
    client = client_as(people.quality_manager)
    for path in ("/quality/documents", "/quality/documents/at", "/quality/documents/QT-001", "/quality/documents/QT-001/versions/1",
                 "/quality/standards", "/quality/retention", "/quality/disposals", "/reading"):
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 15, f"{path}: {seen}"
        assert not seen.repeated(), f"{path}: {seen.repeated()}"


def test_words_that_are_not_in_force_are_served_to_nobody_at_the_bench(people, client_as):
    begin()
    policy = registered(people, "CS-01", kind="policy", read_by={"roles": ["technician"]})
    effective(people, policy, statement_vi="Chúng tôi khách quan.")
    drafted(people, policy, statement_vi="Bản nháp chưa ai duyệt.")
    keep()
    bench, writer = client_as(people.technician), client_as(people.quality_manager)
    for page in ("/quality/documents/CS-01/versions/2/read", "/quality/documents/CS-01/versions/2"):
        assert "Bản nháp chưa ai duyệt" not in text_of(bench.get(page))
        assert "Bản nháp chưa ai duyệt" in text_of(writer.get(page))
    assert "Chúng tôi khách quan" in text_of(bench.get("/quality/documents/CS-01/versions/1/read"))
