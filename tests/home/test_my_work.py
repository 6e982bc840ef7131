"""Home is work: what waits for me by my role, what is late, and no more than I may see."""
from __future__ import annotations

import re
from datetime import date

from lab_app.core import db as database
from lab_app.home import queries
from lab_app.results import services as results
from tests.support.people_facts import make_person


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def titles(shown: str) -> list[str]:
    return re.findall(r'<a class="go" href="[^"]+">([^<]+)</a>', shown)


def test_each_role_opens_its_home_in_few_statements(bench, client_as, statements):
    people = bench.people
    for person in (people.administrator, people.reception, people.sales, people.technician, people.reviewer, people.signatory,
                   people.quality_manager, people.auditor):
        client = client_as(person)
        client.get("/")
        with statements() as seen:
            answer = client.get("/")
        assert answer.status_code == 200, person.role_names
        assert len(seen) <= 15, f"{person.role_names}: {seen}"


def test_the_list_does_not_grow_with_the_work(bench, client_as, kept, statements):
    from lab_app.core import clock
    from tests.support import results_facts

    for _ in range(6):
        request = results_facts.ask(bench.people, bench.tested, quantity=1)
        results_facts.accept(bench.people, bench.tested, request)
        results_facts.receive(bench.people, request)
    results.assign_job(bench.people.reviewer, bench.job, bench.people.technician)
    kept()
    assert clock.today() == date(2026, 11, 16)
    for person in (bench.people.technician, bench.people.reception, bench.people.reviewer):
        with statements() as seen:
            client_as(person).get("/")
        assert len(seen) <= 15, str(seen)


def test_an_assigned_job_waits_for_its_technician_only(bench, client_as, kept):
    people = bench.people
    results.assign_job(people.reviewer, bench.job, people.technician)
    kept()
    mine = text_of(client_as(people.technician).get("/"))
    assert f'href="/jobs/{bench.job.code}"' in mine
    assert f'href="/jobs/{bench.job.code}"' not in text_of(client_as(people.second_technician).get("/"))


def test_a_due_job_is_soon_then_late(bench, client_as, kept, frozen_clock):
    people = bench.people
    results.assign_job(people.reviewer, bench.job, people.technician)
    kept()
    assert bench.job.due_on == date(2026, 11, 20)
    work = queries.my_work(people.technician)
    assert (len(work.late), len(work.soon), len(work.waiting)) == (0, 0, 1)
    frozen_clock.advance(days=2)
    assert len(queries.my_work(people.technician).soon) == 1
    frozen_clock.advance(days=4)
    assert len(queries.my_work(people.technician).late) == 1
    database.db.session.rollback()
    shown = text_of(client_as(people.technician).get("/"))
    assert "Hạn 20/11/2026" in shown
    assert 'id="late"' in shown


def test_a_submitted_job_waits_for_a_reviewer_who_did_not_test_it(bench, client_as, kept):
    people = bench.people
    results.assign_job(people.reviewer, bench.job, people.technician)
    bench.record_all()
    bench.submit()
    kept()
    assert any(w.code == bench.job.code for w in queries.my_work(people.reviewer).waiting + queries.my_work(people.reviewer).soon)
    assert queries.my_work(people.technician).waiting == []


def test_a_registered_request_is_offered_to_the_reviewer(bench, kept):
    from tests.support import results_facts

    request = results_facts.ask(bench.people, bench.tested)
    kept()
    found = {w.code: w for w in queries.my_work(bench.people.reception).waiting + queries.my_work(bench.people.reviewer).waiting}
    assert request.number in found


def test_authorisations_that_count_today_are_listed(bench):
    work = queries.my_work(bench.people.technician)
    assert [(a.task, a.method_code) for a in work.authorisations] == [("test", bench.tested.method.code)]


def test_the_empty_home_says_what_to_do(app, frozen_clock, client_as, kept):
    from tests.support.people_facts import make_people

    people = make_people()
    kept()
    shown = text_of(client_as(people.reception).get("/"))
    assert "Ghi yêu cầu mới" in shown
    assert "Chưa có việc nào chờ bạn" in text_of(client_as(people.technician).get("/"))


def test_somebody_without_a_role_sees_nothing(bench, client_as, kept):
    nobody = make_person("N99", "Không Vai")
    kept()
    assert client_as(nobody).get("/").status_code == 403
    assert client_as(nobody).get("/me").status_code == 200


def test_exceptions_are_listed_with_their_reasons(bench, client_as, kept, statements):
    line = bench.line()
    bench.record(line)
    results.correct_reading(bench.people.technician, line, bench.entry("15.6"), "đọc nhầm cột")
    kept()
    client = client_as(bench.people.auditor)
    with statements() as seen:
        shown = text_of(client.get("/exceptions?kind=corrected"))
    assert len(seen) <= 8, str(seen)
    assert "đọc nhầm cột" in shown
    assert bench.job.code in shown
    assert "Không có mục nào khớp" in text_of(client.get("/exceptions?kind=late"))
    assert "đọc nhầm cột" in text_of(client.get("/exceptions?export=csv"))
    assert client_as(bench.people.sales).get("/exceptions").status_code == 403


def test_the_overview_counts_the_same_exceptions(bench, kept, client_as):
    from lab_app.core import indicators

    line = bench.line()
    bench.record(line)
    results.correct_reading(bench.people.technician, line, bench.entry("15.6"), "đọc nhầm cột")
    kept()
    figures = {s.indicator.key: s.count for s in indicators.shown()}
    assert figures["entries-corrected"] == 1
    assert figures["entries-late"] == 0
    assert client_as(bench.people.quality_manager).get("/quality").status_code == 200
