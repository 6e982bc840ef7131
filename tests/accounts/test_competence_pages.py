"""Pages of competence: what they cost, what they refuse, and that a crafted request meets the same gates (6.2)."""
from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from lab_app.accounts import queries, services
from lab_app.accounts.competence import queries as competence_queries
from lab_app.accounts.competence import services as competence
from lab_app.accounts.competence.models import CRITERIA, Monitoring, Observation, Qualification, Training
from lab_app.core import clock, search
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.gates import GateHit
from tests.support.people_facts import SETTER, authorise, make_person


def keep() -> None:
    db.session.commit()
    database.end_writing()


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def methods(people):
    """Two methods known by code, and a job, as the rooms above make them findable."""
    database.begin_writing()
    search.put("method", 1, "QCVN 54", "Thiết bị thu phát vô tuyến 2,4 GHz")
    search.put("method", 2, "QCVN 65", "Thiết bị truy nhập vô tuyến 5 GHz")
    search.put("test-job", 1, "T26-0001-01", "QCVN 54")
    keep()


def row_of(person):
    return queries.authorisations_of(person.id)[0]


# ---- cost ---------------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_however_much_there_is(people, methods, client_as, statements):
    database.begin_writing()
    for n in range(30):
        person = make_person(f"X{n:02d}", f"Người Thứ {n}", "technician")
        authorise(people.signatory, person, "QCVN 54", "test")
        competence.plan_training(SETTER, person, title=f"Học {n}", kind="internal", planned_on=clock.today(), need="x")
        competence.add_function(SETTER, code=f"CN-{n}", title_vi=f"Chức năng {n}")
        authorise(people.signatory, people.technician, f"QCVN {n + 100}", "test")
        competence.add_qualification(SETTER, people.technician, kind="education", title=f"Bằng {n}", day=date(2015, 7, 1))
        competence.record_observation(
            people.reviewer, people.technician, kind="supervised", method_code="QCVN 54", by=people.reviewer, day=date(2026, 11, 1),
            outcome="passed", observed=f"lần {n}")
    competence.ask_about_version(method_code="QCVN 54", version_id=7, label="2", effective_from=date(2026, 11, 20))
    keep()
    client = client_as(people.signatory)
    for page in ("/competence/due", "/competence/criteria", "/competence/trainings", "/people/N04/file", "/people/N04/file?part=monitoring",
                 "/competence/functions/CN-TN", "/competence/versions/7", "/people/N04"):
        with statements() as seen:
            assert client.get(page).status_code == 200, page
        # 20 statements of the tests' own session are not the page's: only what one request asks counts.
        assert len(seen) <= 15, (page, len(seen), str(seen))
    for page in ("/competence/due", "/competence/criteria", "/competence/trainings"):
        for kind, head in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            assert client.get(f"{page}?export={kind}").data.startswith(head), page


def test_the_due_list_is_narrowed_and_sorted_by_the_day(people, methods, client_as):
    database.begin_writing()
    authorise(people.signatory, people.technician, "QCVN 54", "test", valid_from=date(2025, 11, 1), valid_to=date(2027, 1, 1))
    authorise(people.signatory, people.second_technician, "QCVN 54", "test", valid_from=date(2025, 12, 1), valid_to=date(2027, 1, 1))
    authorise(people.signatory, people.reviewer, "QCVN 54", "review")
    keep()
    client = client_as(people.quality_manager)
    shown = text_of(client.get("/competence/due"))
    assert shown.index("Lê Hữu Giả") < shown.index("Phạm Thu Tưởng") < shown.index("Trần Thị Mẫu")
    for state, inside, outside in (("overdue", "Lê Hữu Giả", "Phạm Thu Tưởng"), ("soon", "Phạm Thu Tưởng", "Trần Thị Mẫu"),
                                   ("fine", "Trần Thị Mẫu", "Lê Hữu Giả")):
        narrowed = text_of(client.get(f"/competence/due?state={state}"))
        assert inside in narrowed and outside not in narrowed
    assert "Lê Hữu Giả" not in text_of(client.get("/competence/due?state=none")).split("<main")[1]


# ---- rights --------------------------------------------------------------------------------------------------------


def test_who_may_only_read_is_refused_the_acts(people, methods, client_as):
    database.begin_writing()
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    keep()
    auditor = client_as(people.auditor)
    assert auditor.get("/people/N04/file").status_code == 200
    for page in ("/people/N04/qualifications/new", "/people/N04/trainings/new", "/people/N04/observations/new", "/people/N04/monitor",
                 "/people/N04/functions/grant", "/competence/functions/new", "/competence/functions/CN-TN/criteria",
                 f"/competence/authorisations/{row_of(people.technician).id}/plan"):
        assert auditor.get(page).status_code == 403, page
        assert auditor.post(page, data={}).status_code == 403, page
    assert client_as(people.quality_manager).post("/people/N04/functions/grant", data={}).status_code == 403
    assert client_as(people.sales).get("/people/N04/file").status_code == 403
    assert auditor.get("/people/N99/file").status_code == 404 and auditor.get("/competence/functions/CN-XX").status_code == 404
    assert client_as(people.signatory).get("/competence/versions/99").status_code == 404


# ---- crafted requests meet the gates ------------------------------------------------------------------------------


def hits() -> list[str]:
    return list(db.session.scalars(select(GateHit.gate).order_by(GateHit.id)))


LEAVE = {"task": ["test"], "method_code": ["QCVN 54"], "valid_from": "16/11/2026", "valid_to": "15/11/2027", "basis": "đánh giá 10/11/2026"}


def test_a_posted_authorisation_of_oneself_is_refused(people, methods, client_as):
    answer = client_as(people.signatory).post("/people/N07/authorise", data={**LEAVE, "task": ["authorise"]})
    assert answer.status_code == 422 and "6.2.5" in text_of(answer)
    assert hits() == ["competence-judged-by-another"] and queries.authorisations_of(people.signatory.id) == []


def test_a_posted_authorisation_without_a_function_is_refused_and_what_was_typed_stays(people, methods, client_as):
    answer = client_as(people.signatory).post("/people/N02/authorise", data=LEAVE)
    shown = text_of(answer)
    assert answer.status_code == 422 and "6.2.3" in shown and "/people/N02/file" in shown and "đánh giá 10/11/2026" in shown
    assert hits() == ["competence-evidenced"] and queries.authorisations_of(people.reception.id) == []


def test_criteria_written_over_since_they_were_read_are_not_approved(people, client_as):
    database.begin_writing()
    function = competence_queries.function_by_code("CN-TN")
    draft = competence.write_criteria(people.quality_manager, function, {"skill": "Đo đủ băng"}, "đổi")
    keep()
    client, page = client_as(people.signatory), f"/competence/criteria/{draft.id}/approve"
    read = re.search(r'name="version"[^>]*value="(\d+)"', text_of(client.get(page)))
    assert read is not None
    database.begin_writing()
    competence.write_criteria(people.quality_manager, function, {"skill": "Không cần gì"}, "đổi")
    keep()
    sent = {"effective_from": "16/11/2026", "version": read.group(1)}
    assert client.post(page, data=sent).status_code == 409
    db.session.expire_all()
    assert draft.approved_at is None


@pytest.mark.parametrize("days, answer", [
    ({"valid_from": "31/12/9999", "valid_to": "31/12/9999"}, 302), ({"valid_from": "0001-01-01"}, 422), ({"valid_from": "2026-13-01"}, 422),
])
def test_days_at_the_edges_of_the_calendar_are_answered(people, methods, client_as, days, answer):
    assert client_as(people.signatory).post("/people/N04/authorise", data={**LEAVE, **days}).status_code == answer
    assert client_as(people.signatory).get("/competence/due").status_code == 200


def test_a_posted_overlap_is_refused_and_nothing_of_the_batch_stays(people, methods, client_as):
    client = client_as(people.signatory)
    assert client.post("/people/N04/authorise", data={**LEAVE, "method_code": ["QCVN 65"], "monitor_months": "3"}).status_code == 302
    assert row_of(people.technician).monitor_due_on == date(2027, 2, 16)
    answer = client.post("/people/N04/authorise", data={**LEAVE, "method_code": ["QCVN 54", "QCVN 65"], "valid_from": "01/06/2027"})
    assert answer.status_code == 422 and "trùng thời gian" in text_of(answer)
    assert len(queries.authorisations_of(people.technician.id)) == 1  # the first method of the batch went with the second


@pytest.mark.parametrize(("page", "data"), [
    ("observations/new", {"kind": "evaluation", "method_code": "QCVN 54", "day": "10/11/2026", "outcome": "passed", "observed": "x"}),
    ("monitor", {"day": "10/11/2026", "way": "records", "outcome": "passed", "findings": "x"}),
])
def test_nobody_posts_a_judgement_of_themselves(people, methods, client_as, page, data):
    """The form offers only others; naming oneself in it, or posting about oneself in another's name, is refused."""
    database.begin_writing()
    authorise(people.signatory, people.reviewer, "QCVN 54", "review")
    keep()
    client, row = client_as(people.reviewer), row_of(people.reviewer)
    more = {"authorisations": [str(row.id)]} if page == "monitor" else {}
    forged = client.post(f"/people/N06/{page}", data=data | more | {"by": str(people.reviewer.id)})
    assert forged.status_code == 422 and "Lựa chọn không có trong danh sách" in text_of(forged)
    answer = client.post(f"/people/N06/{page}", data=data | more | {"by": str(people.quality_manager.id)})
    assert answer.status_code == 422 and "6.2.5" in text_of(answer) and hits() == ["competence-judged-by-another"]
    assert db.session.scalars(select(Observation)).all() == []
    assert db.session.scalars(select(Monitoring).where(Monitoring.kind == "check")).all() == []


def test_a_function_without_criteria_is_not_given_by_post(people, methods, client_as):
    database.begin_writing()
    competence.add_function(SETTER, code="CN-LM", title_vi="Cán bộ lấy mẫu")
    keep()
    answer = client_as(people.signatory).post("/people/N04/functions/grant", data={"function": "CN-LM", "valid_from": "16/11/2026"})
    assert answer.status_code == 422 and "6.2.2" in text_of(answer) and hits() == ["function-has-criteria"]
    assert "/competence/functions/CN-LM" in text_of(answer)


# ---- forms ---------------------------------------------------------------------------------------------------------


def test_criteria_are_written_approved_and_given_by_pages(people, methods, client_as):
    keeper, head = client_as(people.quality_manager), client_as(people.signatory)
    form = {"code": "cn-lm", "title_vi": "Cán bộ lấy mẫu", "title_en": "Sampler", "tasks": ["test"]}
    assert keeper.post("/competence/functions/new", data={**form, "code": "a/b"}).status_code == 422
    assert keeper.post("/competence/functions/new", data={**form, "tasks": ["fly"]}).status_code == 422
    assert keeper.post("/competence/functions/new", data={**form, "code": "CN-LM"}).status_code == 302
    assert "Mã chức năng này đã dùng" in text_of(keeper.post("/competence/functions/new", data={**form, "code": "CN-LM"}))
    assert keeper.post("/competence/functions/CN-LM/criteria", data={}).status_code == 422
    assert keeper.post("/competence/functions/CN-LM/criteria", data={"skill": "Lấy mẫu đúng", "experience": "3 tháng"}).status_code == 302
    draft = competence_queries.editions_of(competence_queries.function_by_code("CN-LM"))[0]
    assert keeper.post(f"/competence/criteria/{draft.id}/approve", data={"effective_from": "01/11/2026"}).status_code == 403
    assert head.post(f"/competence/criteria/{draft.id}/approve", data={"effective_from": ""}).status_code == 422
    assert head.post(f"/competence/criteria/{draft.id}/approve", data={"effective_from": "01/11/2026"}).status_code == 302
    assert "Lấy mẫu đúng" in text_of(head.get("/people/N04/functions/grant?function=CN-LM"))
    grant = {"function": "CN-LM", "valid_from": "10/11/2026", "skill": "làm thử: đạt"}
    refused = head.post("/people/N04/functions/grant", data=grant)
    assert refused.status_code == 422 and "làm thử: đạt" in text_of(refused)
    assert head.post("/people/N04/functions/grant", data={**grant, "experience": "6 tháng"}).status_code == 302
    shown = text_of(head.get("/people/N04/file"))
    assert "Cán bộ lấy mẫu" in shown and "làm thử: đạt" in shown
    stale = competence_queries.function_by_code("CN-LM").version
    change = {"title_vi": "Người lấy mẫu", "tasks": ["test"], "active": "1", "version": stale}
    assert keeper.post("/competence/functions/CN-LM/edit", data=change).status_code == 422  # no reason
    assert keeper.post("/competence/functions/CN-LM/edit", data={**change, "reason": "gọi đúng"}).status_code == 302
    assert keeper.post("/competence/functions/CN-LM/edit", data={**change, "reason": "lại"}).status_code == 409


def test_a_paper_hangs_on_its_line_and_only_papers_do(people, methods, client_as):
    client = client_as(people.quality_manager)
    form = {"kind": "education", "title": "Kỹ sư", "issuer": "Trường Ví Dụ", "day": "01/07/2015"}
    bad = client.post("/people/N04/qualifications/new", data={**form, "file": (BytesIO(b"MZ\x90\x00program\x00"), "cv.pdf")})
    assert bad.status_code == 422 and db.session.scalars(select(Qualification)).all() == []
    good = client.post("/people/N04/qualifications/new", data={**form, "file": (BytesIO(b"%PDF-1.4 degree"), "bang.pdf")})
    assert good.status_code == 302
    shown = text_of(client.get("/people/N04/file"))
    assert "bang.pdf" in shown and "Trường Ví Dụ" in shown
    link = shown.split('href="/files/')[1].split('"')[0]
    assert client.get(f"/files/{link}").status_code == 200 and client_as(people.sales).get(f"/files/{link}").status_code == 404


@pytest.mark.parametrize(("page", "data", "says"), [
    ("qualifications/new", {"kind": "education", "title": "", "day": "01/07/2015"}, "Cần điền mục này."),
    ("qualifications/new", {"kind": "education", "title": "x", "day": "17/11/2026"}, "Ngày này ở tương lai."),
    ("qualifications/new", {"kind": "cv", "title": "x", "day": "01/07/2015"}, "Chọn tệp lý lịch"),
    ("trainings/new", {"title": "x", "kind": "internal", "need": "", "planned_on": "20/11/2026"}, "Cần điền mục này."),
    ("trainings/new", {"title": "x", "kind": "magic", "need": "x", "planned_on": "20/11/2026"}, "Lựa chọn không có"),
    ("observations/new", {"kind": "witnessed", "method_code": "QCVN 54", "day": "10/11/2026", "outcome": "passed", "observed": "x"},
     "Ghi mã việc"),
    ("observations/new", {"kind": "witnessed", "method_code": "QCVN 54", "job_code": "T26-9999-01", "day": "10/11/2026",
                          "outcome": "passed", "observed": "x"}, "Không có việc thử nghiệm nào"),
    ("monitor", {"day": "17/11/2026", "way": "records", "outcome": "passed", "findings": "x"}, "Ngày này ở tương lai."),
    ("monitor", {"day": "10/11/2026", "way": "records", "outcome": "passed", "findings": "x", "months": "99"}, "Từ 1 đến 36 tháng"),
])
def test_bad_input_is_refused_in_place(people, methods, client_as, page, data, says):
    database.begin_writing()
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    keep()
    more = {"authorisations": [str(row_of(people.technician).id)]} if page == "monitor" else {}
    answer = client_as(people.quality_manager).post(f"/people/N04/{page}", data={"by": str(people.reviewer.id)} | more | data)
    assert answer.status_code == 422 and says in text_of(answer)
    for model in (Qualification, Training, Observation):
        assert db.session.scalars(select(model)).all() == []


def test_training_is_planned_given_and_judged_by_pages(people, methods, client_as):
    client = client_as(people.reviewer)
    plan = {"title": "Bản mới QCVN 54", "kind": "internal", "method_code": "QCVN 54", "need": "quy chuẩn đổi", "planned_on": "20/11/2026"}
    assert client.post("/people/N04/trainings/new", data=plan).status_code == 302
    row = db.session.scalars(select(Training)).one()
    assert client.post(f"/competence/trainings/{row.id}/finish", data={"done_on": "16/11/2026", "content": ""}).status_code == 422
    done = {"done_on": "16/11/2026", "content": "đọc, làm thử", "file": (BytesIO(b"%PDF-1.4 test"), "bai.pdf")}
    assert client.post(f"/competence/trainings/{row.id}/finish", data=done).status_code == 302
    judged = {"evaluated_on": "16/11/2026", "effective": "1", "evaluation": "9/10 câu"}
    assert client.post(f"/competence/trainings/{row.id}/judge", data={**judged, "effective": ""}).status_code == 422
    assert client.post(f"/competence/trainings/{row.id}/judge", data=judged).status_code == 302
    assert client.post(f"/competence/trainings/{row.id}/judge", data=judged).status_code == 422  # judged already
    shown = text_of(client.get("/people/N04/file?part=training"))
    assert "9/10 câu" in shown and "bai.pdf" in shown and "Kế hoạch theo dõi" not in shown


def test_the_lapse_is_seen_in_the_register_at_a_day(people, methods, client_as):
    database.begin_writing()
    with clock.at(clock.at_local(date(2026, 1, 5), 9)):
        services.authorise_person(
            people.signatory, people.technician, task="test", method_code="QCVN 54", valid_from=date(2026, 1, 1), valid_to=date(2026, 12,
                                                                                                                                31),
            basis="x", monitor_months=6)
    competence.record_monitoring(
        people.quality_manager, people.technician, [row_of(people.technician)], by=people.reviewer, day=date(2026, 6, 30), way="records",
        outcome="passed", findings="x")
    keep()
    client = client_as(people.quality_manager)
    shown = text_of(client.get("/people/N04?at=15/07/2026"))
    assert "Còn hiệu lực" in shown and "theo hiểu biết ngày đó: Tạm ngưng: quá hạn theo dõi" in shown
    assert "Tạm ngưng: quá hạn theo dõi" in text_of(client.get("/people/N04?at=31/12/2026"))
    people_list = text_of(client.get("/people?q=huu gia"))
    assert '<td data-l="Quyền còn hiệu lực" class="num">1</td>' in people_list


def test_answers_about_a_version_by_page(people, methods, client_as):
    database.begin_writing()
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    authorise(people.signatory, people.second_technician, "QCVN 54", "test")
    asked = competence.ask_about_version(method_code="QCVN 54", version_id=7, label="2", effective_from=date(2026, 11, 20))
    keep()
    client = client_as(people.signatory)
    assert "QCVN 54 v2" in text_of(client.get("/competence/due"))
    first, second = (str(q.id) for q in asked)
    assert client.post("/competence/versions/7", data={"questions": [first], "answer": "carried", "reason": ""}).status_code == 422
    assert client.post("/competence/versions/7", data={"questions": ["999"], "answer": "carried", "reason": "x"}).status_code == 422
    assert client.post("/competence/versions/7", data={"questions": [first], "answer": "carried",
                                                       "reason": "cách đo không đổi"}).status_code == 302
    assert client.post("/competence/versions/7", data={"questions": [second], "answer": "training",
                                                       "reason": "thêm 40 GHz"}).status_code == 302
    shown = text_of(client.get("/competence/versions/7"))
    assert "Quyền áp dụng tiếp" in shown and "Cần đào tạo trước" in shown
    day = clock.today() + timedelta(days=5)
    assert queries.leave(people.technician.id, "test", "QCVN 54", day, clock.now(), 7).why == ""
    assert queries.leave(people.second_technician.id, "test", "QCVN 54", day, clock.now(), 7).why == "retraining"


def test_a_new_laboratory_begins_from_common_functions(app, frozen_clock, client_as):
    from tests.support.people_facts import make_laboratory

    make_laboratory()
    keeper = make_person("N08", "Vũ Ngọc Đánh", "quality_manager")
    keep()
    client = client_as(keeper)
    assert "Bắt đầu từ các chức năng thông dụng" in text_of(client.get("/competence/criteria"))
    assert client.post("/competence/functions/common", data={}).status_code == 302
    shown = text_of(client.get("/competence/criteria"))
    assert shown.count("Chưa phê duyệt") >= 5 and "CN-TN" in shown
    assert competence_queries.criteria_in_force(competence_queries.function_by_code("CN-TN").id, clock.today(), clock.now()) is None
    assert set(CRITERIA) == set(competence_queries.editions_of(competence_queries.function_by_code("CN-TN"))[0].asked())
