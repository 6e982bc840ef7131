"""The list of jobs, handing them out, and the panels on other rooms' pages, by requests."""
from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from typing import Any

import pytest

from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.results import services
from lab_app.results.models import TestJob
from tests.support import method_facts, results_facts
from tests.support.people_facts import authorise, make_person


@pytest.fixture
def b(app, frozen_clock):
    return results_facts.make_bench()


def words(response: Any) -> str:
    bare = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(bare).replace("\u00a0", " "))


def assigned(job: TestJob) -> int | None:
    db.session.rollback()
    found = db.session.get(TestJob, job.id)
    return found.assignee_id if found else None


def more_jobs(b: results_facts.Bench, n: int) -> None:
    """Further requests, each with an item and its job."""
    for number in range(n):
        request = results_facts.accept(b.people, b.tested, results_facts.ask(b.people, b.tested))
        results_facts.receive(b.people, request, serial=f"SN-{number}")


def test_a_technicians_list_opens_on_their_own_open_work(b, client_as):
    client = client_as(b.people.technician)
    opened = client.get("/jobs")
    assert opened.status_code == 302 and "who=me" in opened.location and "status=open" in opened.location
    assert "Không có việc thử nào khớp" in words(client.get(opened.location)) and "Bỏ lọc" in words(client.get(opened.location))
    services.assign_job(b.people.reviewer, b.job, b.people.technician)
    assert b.job.code in words(client.get(opened.location))
    assert client_as(b.people.reviewer).get("/jobs").status_code == 200


def test_filters_search_and_chips_narrow_the_list(b, client_as):
    other = method_facts.make_method(b.people, "PT 2")
    request = results_facts.ask(b.people, other)
    results_facts.accept(b.people, other, request)
    results_facts.receive(b.people, request)
    client = client_as(b.people.reviewer)
    codes = {job.code for job in db.session.query(TestJob)}
    assert len(codes) == 2
    mine = b.job.code
    rest = (codes - {mine}).pop()
    services.assign_job(b.people.reviewer, b.job, b.people.technician)

    def listed(**args: str) -> set[str]:
        page = words(client.get("/jobs", query_string=args))
        return {code for code in codes if code in page}

    regulation = str(b.tested.regulation.id)
    assert listed() == codes and listed(regulation=regulation) == {mine}
    assert listed(who=str(b.people.technician.id)) == {mine} and listed(who="none") == {rest}
    assert listed(status="planned") == codes and listed(status="reviewed") == set()
    assert listed(q=mine) == {mine} and listed(q="diem truy cap") == codes and listed(q="máy giặt") == set()
    database.begin_writing()
    b.job.due_on = date(2026, 11, 13)
    assert listed(due="late") == {mine} and listed(due="soon") == set()
    page = words(client.get("/jobs?due=late"))
    assert "Trễ 3 ngày" in page and "Trễ 1" in page and "Hạn: Trễ" in page
    assert listed(due="nonsense", who="nobody", sort="password", dir="sideways", after="%%%") == codes


def test_the_list_sorts_pages_and_exports_in_sql(b, client_as, statements):
    client = client_as(b.people.reviewer)
    more_jobs(b, 3)
    with statements() as few:
        client.get("/jobs")
    more_jobs(b, 27)
    with statements() as many:
        first = client.get("/jobs?sort=code&dir=asc")
    assert len(many) <= len(few) + 1 <= 15, f"{few}\n{many}"
    following = re.search(r'rel="next" href="([^"]+)"', first.get_data(as_text=True))
    assert following is not None
    page_two = words(client.get(html.unescape(following[1])))
    assert b.job.code not in page_two and "Trước" in page_two
    rows = list(csv.reader(io.StringIO(client.get("/jobs?export=csv").get_data().decode("utf-8-sig"))))
    assert len(rows) == 32 and rows[0][0] == "Mã việc" and rows[1][1] == "QC PT 1:2020"
    book = client.get("/jobs?export=xlsx")
    assert book.status_code == 200 and book.get_data()[:2] == b"PK"


def test_a_job_goes_to_an_authorised_person_and_the_others_stay_grey(b, client_as):
    client = client_as(b.people.reviewer)
    page = client.get(f"/jobs/{b.job.code}/assign").get_data(as_text=True)
    able, other = b.people.technician.id, b.people.second_technician.id
    assert re.search(rf'name="person" value="{other}" disabled', page) and "chưa được trao quyền thử PT 1 hôm nay (6.2.6)" in page
    assert not re.search(rf'name="person" value="{able}"[^>]*disabled', page)
    refused = client.post(f"/jobs/{b.job.code}/assign", data={"person": str(other)})
    assert refused.status_code == 422 and assigned(b.job) is None
    assert client.post(f"/jobs/{b.job.code}/assign", data={}).status_code == 422
    assert client.post(f"/jobs/{b.job.code}/assign", data={"person": str(able), "version": "0"}).status_code == 409
    client.post(f"/jobs/{b.job.code}/assign", data={"person": str(able), "version": str(b.job.version)})
    assert assigned(b.job) == able
    assert client_as(b.people.technician).get(f"/jobs/{b.job.code}/assign").status_code == 403


def test_handing_out_costs_the_same_however_many_people(b, client_as, statements):
    client, address, asked = client_as(b.people.reviewer), f"/jobs/{b.job.code}/assign", []
    for more in (0, 8):
        for n in range(more):
            person = make_person(f"T{n:02d}", f"Người Thứ {n}", "technician")
            if n % 2:
                authorise(b.people.signatory, person, "PT 1", "test")
        with statements() as seen:
            client.get(address)
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 15


def test_requests_and_items_show_their_jobs(b, client_as):
    b.record()
    client = client_as(b.people.reviewer)
    for address in (f"/requests/{b.request.number}", f"/samples/{b.sample.code}"):
        page = client.get(address)
        assert f'href="/jobs/{b.job.code}"' in page.get_data(as_text=True) and "1 / 3" in words(page), address
    sales = client_as(b.people.sales).get(f"/requests/{b.request.number}")
    assert sales.status_code == 200 and b.job.code not in words(sales), "who sells does not see results"


def test_an_ended_version_is_carried_over_or_justified_from_the_bench(b, client_as):
    from test_methods import services as methods

    newer = methods.draft_version(b.people.reviewer, b.tested.method, environment=method_facts.ROOM, copy_from=b.tested.version)
    method_facts.prove(b.people.reviewer, newer)
    method_facts.approve(b.people, newer, date(2026, 11, 12))
    client = client_as(b.people.reviewer)
    page = words(client.get(f"/jobs/{b.job.code}"))
    assert "Lập lại theo phiên bản hiện hành" in page and "Dùng phiên bản cũ" in page
    assert "không có hiệu lực ngày 16/11/2026" in words(client_as(b.people.technician).get(f"/jobs/{b.job.code}"))
    told = {"reason": "so với lần thử trước", "told_to": "Bà Khách", "told_on": "15/11/2026", "told_how": "thư điện tử"}
    for part in told:
        refused = client.post(f"/jobs/{b.job.code}/justify", data={**told, part: " "})
        assert refused.status_code == 422 and f'aria-describedby="{part}-e' in refused.text
    assert client.post(f"/jobs/{b.job.code}/justify", data={**told, "told_on": "17/11/2026"}).status_code == 422
    assert client.post(f"/jobs/{b.job.code}/justify", data=told).status_code == 302
    shown = words(client.get(f"/jobs/{b.job.code}"))
    assert "so với lần thử trước" in shown and "Đã báo Bà Khách ngày 15/11/2026, thư điện tử" in shown
    answer = client.post(f"/jobs/{b.job.code}/replan", data={"reason": "theo bản mới"}, follow_redirects=True)
    assert "lần ban hành 2" in words(answer)
