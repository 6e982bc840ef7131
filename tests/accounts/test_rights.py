"""Who had which rights on a day (4.1.1, 6.2.6): the matrix on both axes of knowledge, side by side from the trail, separation of duties."""
from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lab_app.accounts import services
from lab_app.accounts.interests import rights, separation
from lab_app.accounts.interests import services as interests
from lab_app.accounts.models import Authorisation, Role
from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.permissions import P
from tests.support.people_facts import authorise, make_people, make_person
from tests.support.results_facts import make_bench


@pytest.fixture
def people(app, frozen_clock):
    return make_people()


def keep():
    db.session.commit()
    database.end_writing()


def text(answer):
    return answer.get_data(as_text=True)


def cells(matrix, person, method="QCVN 54"):
    return [(c.task, c.state, c.differs) for c in matrix.at(person, method)]


# ---- the matrix ----------------------------------------------------------------------------------------------------


def test_the_matrix_of_a_past_day_as_known_then_and_as_known_now(people, frozen_clock):
    """Recorded on 16/11 for a time since January: known now for 1 October, unknown then. Withdrawn afterwards: then it let."""
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    row = db.session.scalars(select(Authorisation).where(Authorisation.person_id == people.technician.id)).one()
    now, then = (rights.matrix(date(2026, 10, 1), known, [people.technician]) for known in ("now", "then"))
    assert cells(now, people.technician) == [("test", "in_force", True)]
    assert cells(then, people.technician) == [("test", "unknown", True)] and now.differing == 1
    frozen_clock.advance(days=4)
    services.withdraw_authorisation(people.signatory, row, date(2026, 11, 18), "đánh giá lại không đạt")
    frozen_clock.advance(days=1)
    now, then = (rights.matrix(date(2026, 11, 18), known, [people.technician]) for known in ("now", "then"))
    assert cells(now, people.technician) == [("test", "withdrawn", True)]
    assert cells(then, people.technician) == [("test", "ending", True)]
    assert rights.matrix(date(2026, 11, 17), "now", [people.technician]).differing == 0
    assert rights.matrix(date(2027, 6, 1), "now", [people.technician]).methods == []


def test_the_matrix_answers_as_the_gate_does(people, frozen_clock):
    """Whatever lets in the matrix as known now lets at the bench today, and the other way round."""
    from lab_app.accounts.queries import authorisation

    authorise(people.signatory, people.technician, "QCVN 54", "test")
    authorise(people.signatory, people.reviewer, "*", "review", "opinion")
    authorise(people.signatory, people.second_technician, "QCVN 54", "test", valid_to=date(2026, 3, 1))
    everybody = [people.technician, people.second_technician, people.reviewer]
    for day in (date(2026, 2, 1), date(2026, 11, 16), date(2027, 1, 1)):
        matrix = rights.matrix(day, "now", everybody)
        for person in everybody:
            for task in Authorisation.TASKS:
                lets = any(c.task == task and c.lets for method in ("QCVN 54", "*") for c in matrix.at(person, method))
                assert lets is (authorisation(person.id, task, "QCVN 54", day, clock.now()) is not None), (day, person.code, task)


def test_the_page_shows_prints_and_hands_out_the_matrix(people, client_as, statements):
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    authorise(people.signatory, people.reviewer, "*", "review", "conformity")
    for n in range(40):
        authorise(people.signatory, make_person(f"Z{n:02d}", f"Người Thứ {n}", "technician"), f"QCVN {n}", "test")
    keep()
    client = client_as(people.auditor)
    client.get("/competence/matrix")
    with statements() as seen:
        shown = text(client.get("/competence/matrix?q=Le Huu Gia"))
    assert len(seen) <= 15, str(seen)
    assert "QCVN 54" in shown and "Thử nghiệm: Sắp hết hạn" in shown and "Mọi phương pháp" not in shown.split("<table")[1]
    with statements() as seen:
        assert client.get("/competence/matrix").status_code == 200
    assert len(seen) <= 15 and {s: n for s, n in seen.repeated().items() if n > 2} == {}, str(seen)
    past = text(client.get("/competence/matrix?at=01/10/2026&known=then&q=Le Huu Gia"))
    assert "1 ô khác giữa điều biết khi đó và điều biết hôm nay" in past and "khi đó và nay khác nhau" in past
    paper = text(client.get("/competence/matrix?print=1&task=review"))
    assert "Trần Thị Mẫu" in paper and "Lê Hữu Giả" not in paper and "Chỉ việc: Soát xét" in paper
    csv = text(client.get("/competence/matrix?export=csv&at=01/10/2026"))
    assert "N04,Lê Hữu Giả,QCVN 54,Thử nghiệm,Còn hiệu lực,Chưa được ghi,2026-01-01,2026-12-31,Nguyễn Văn Ví" in csv
    assert client.get("/competence/matrix?export=xlsx").status_code == 200
    assert "không phải ngày dạng" in text(client.get("/competence/matrix?at=hôm qua"))
    assert client_as(people.sales).get("/competence/matrix").status_code == 403


# ---- side by side ----------------------------------------------------------------------------------------------------


def test_roles_and_their_bearers_are_taken_as_they_were(people, frozen_clock):
    """What an administrator changed since is undone from the trail: the role's rights, and who bore it."""
    before = clock.now()
    frozen_clock.advance(days=2)
    role = db.session.scalars(select(Role).where(Role.name == "technician")).one()
    had = set(role.granted)
    services.set_role_permissions(people.administrator, role, {P(right) for right in had} | {P.RESULT_REVIEW}, "thử")
    services.set_person_roles(people.administrator, people.reception, ["technician"], "chuyển việc")
    services.set_active(people.administrator, people.sales, False, "nghỉ việc")
    frozen_clock.advance(days=1)
    late = make_person("N50", "Người Mới", "technician")
    now, then = rights.roles_at(clock.now()), rights.roles_at(before)
    assert now["technician"].granted - then["technician"].granted == {P.RESULT_REVIEW.value} and set(then["technician"].granted) == had
    folk = [people.reception, people.sales, late]
    was = rights.people_at(folk, before, then)
    assert P.SAMPLE_RECEIVE.value in was[people.reception.id].granted and P.RESULT_WRITE.value not in was[people.reception.id].granted
    assert was[people.sales.id].active and was[people.sales.id].granted
    assert not was[late.id].existed and was[late.id].granted == frozenset()
    is_ = rights.people_at(folk, clock.now(), now)
    assert P.RESULT_REVIEW.value in is_[people.reception.id].granted and is_[people.sales.id].granted == frozenset()


def test_the_page_puts_two_people_and_two_roles_side_by_side(people, client_as, frozen_clock, statements):
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    role = db.session.scalars(select(Role).where(Role.name == "technician")).one()
    frozen_clock.advance(days=2)
    services.set_role_permissions(people.administrator, role, {P(r) for r in role.granted} - {P.RESULT_WRITE}, "thử")
    keep()
    client = client_as(people.auditor)
    address = f"/rights/compare?a={people.technician.code}&b={people.reviewer.code}"
    client.get(address)
    with statements() as seen:
        today = text(client.get(address))
    assert len(seen) <= 15, str(seen)
    assert "Lê Hữu Giả" in today and "QCVN 54" in today and "Khác nhau" in today
    roles = "/rights/compare?kind=roles&a=technician&b=technician"
    assert "Hai bên có cùng quyền." in text(client.get(roles))
    row = 'result:write</small></th><td>'
    for day, has in (("16/11/2026", True), ("18/11/2026", False)):
        shown = text(client.get(f"{roles}&at={day}"))
        assert ("check-lg" in shown.split(row)[1].split("</td>")[0]) is has, day
    assert "Không tìm thấy “N99”." in text(client.get("/rights/compare?a=N99&b=N04"))
    assert client.get("/rights/compare").status_code == 200
    assert client_as(people.sales).get("/rights/compare").status_code == 403


# ---- separation --------------------------------------------------------------------------------------------------------


def test_the_report_names_who_holds_what_should_be_apart_and_when_they_did(people, client_as, frozen_clock):
    day = clock.today()
    frozen_clock.advance(days=3)
    services.set_person_roles(people.administrator, people.reviewer, ["reviewer", "technician"], "thiếu người")
    keep()

    def both(moment):
        return {one.pair.why: [b.key for b in one.who] for one in rights.joined_at(moment)}["đo và soát xét"]

    assert both(rights.end_of(day)) == [] and both(clock.now()) == [people.reviewer.code]
    client = client_as(people.auditor)
    shown = text(client.get("/impartiality/separation"))
    assert "Trần Thị Mẫu" in shown and "Người soát xét khác người đo" in shown
    assert "Trần Thị Mẫu" not in text(client.get("/impartiality/separation?at=16/11/2026"))
    assert "đo và soát xét,7.8.1.1,Trần Thị Mẫu" in text(client.get("/impartiality/separation?export=csv"))
    with_price = {one.pair.why: one.who for one in rights.joined_at(clock.now())}["đặt giá và ghi kết quả"]
    assert with_price == ()


def test_work_done_with_an_interest_that_was_declared_later_is_found(app, frozen_clock, client_as):
    bench = make_bench()
    bench.record_all()
    counts = {one.watch.key: one.count for one in separation.seen()}
    assert counts["measured-with-interest"] == 0 == counts["measured-and-reviewed"] == counts["measured-and-signed"]
    frozen_clock.advance(hours=2)
    row = interests.declare_interest(bench.people.technician, party_kind="customer", party="KH01", nature="financial",
                                     since=date(2026, 11, 1), description="mua cổ phần")
    keep()
    seen = {one.watch.key: one for one in separation.seen()}["measured-with-interest"]
    assert seen.count == len(bench.job.lines) and seen.rows[0].code == bench.job.code
    shown = text(client_as(bench.people.quality_manager).get("/impartiality/separation"))
    assert bench.job.code in shown
    frozen_clock.advance(days=1)
    interests.end_interest(bench.people.quality_manager, row, date(2026, 11, 16), "đã bán hết trước khi đo")
    assert {one.watch.key: one.count for one in separation.seen()}["measured-with-interest"] == 0


def test_a_review_of_an_own_reading_is_found_where_no_gate_kept_it(app, frozen_clock):
    from lab_app.core import gates

    bench = make_bench()
    bench.record_all()
    bench.submit()
    person = bench.people.technician
    services.set_person_roles(bench.people.administrator, person, ["technician", "reviewer"], "x")
    authorise(bench.people.signatory, person, bench.tested.method.code, "review")
    from lab_app.results import services as results
    from tests.support.signing import confirmed

    with gates.switched_off("reviewer-is-another"):
        results.review_job(person, bench.job, "approved", confirmed=confirmed(person))
    seen = {one.watch.key: one for one in separation.seen()}["measured-and-reviewed"]
    assert seen.count == len(bench.job.lines) and {row.who for row in seen.rows} == {person.full_name}
