"""Review and one result's story by requests: what a reviewer sees, who may decide, what a refusal keeps, what it costs."""
from __future__ import annotations

import html
import re
from typing import Any

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results import services
from lab_app.results.models import JobLine, TestJob
from tests.support import results_facts
from tests.support.signing import typed


@pytest.fixture
def b(app, frozen_clock):
    """A job measured by the technician and handed in: a value near its limit, a correction, a late entry."""
    made = results_facts.make_bench()
    made.record(made.line(), "19.1")
    services.correct_reading(made.people.technician, made.line(), made.entry("19.2"), "đọc nhầm số cuối")
    made.record(made.line(conditions="2472 MHz"), measured_at=results_facts.day(16, 7, 30), late_reason="máy tính của phòng hỏng",
                environment=results_facts.environment(made.people, at=results_facts.day(16, 7, 25), t=("15.3", "15.6")))
    made.look()
    made.submit()
    return made


def words(response: Any) -> str:
    bare = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(bare).replace("\u00a0", " "))


def status_of(line: JobLine) -> str:
    db.session.rollback()
    return str(db.session.get(JobLine, line.id).status)


def test_the_reviewer_sees_everything_on_one_page_under_the_exceptions(b, client_as):
    page = client_as(b.people.reviewer).get(f"/jobs/{b.job.code}/review")
    seen, raw = words(page), page.get_data(as_text=True)
    assert page.status_code == 200
    for said in ("1 ghi muộn", "1 đã sửa", "1 biên nhỏ hơn U", "1 môi trường gần giới hạn"):
        assert said in seen
    assert f'href="#line-{b.line().id}"' in raw and f'id="line-{b.line().id}"' in raw
    assert "Bản 2 · đang tính" in seen and "Bản 1" in seen and "lý do sửa: đọc nhầm số cuối" in seen
    assert "19,2 dBm" in seen and "19,1 dBm" in seen and "= 19,2 dBm + 0,5 dB" in seen
    assert "ghi muộn: máy tính của phòng hỏng" in seen and "EQ-101" in seen and "dùng đến hết 07/01/2027" in seen
    assert "15 … 35 °C" in seen and "15,3 … 15,6 °C" in seen and "≤ 20" in seen and "DR-SA" in seen
    assert "Duyệt cả 3 kết quả" in seen


def test_a_review_without_exceptions_says_so(app, frozen_clock, client_as):
    b = results_facts.make_bench()
    b.record_all()
    b.submit()
    assert "Không có ngoại lệ nào" in words(client_as(b.people.reviewer).get(f"/jobs/{b.job.code}/review"))


def test_one_line_is_approved_and_another_goes_back_with_its_reason(b, client_as):
    client, first, second = client_as(b.people.reviewer), b.line(), b.line(conditions="2472 MHz")
    signed = typed(client, b.people.reviewer, f"/jobs/{b.job.code}/review", f"/lines/{first.id}/review")
    client.post(f"/lines/{first.id}/review", data={"decision": "approved", "version": str(first.version), **signed})
    assert status_of(first) == "reviewed"
    refused = client.post(f"/lines/{second.id}/review", data={"decision": "returned", "reason": " "})
    assert refused.status_code == 422 and "Cần ghi lý do trả lại" in words(refused) and status_of(second) == "submitted"
    client.post(f"/lines/{second.id}/review", data={"decision": "returned", "reason": "ảnh phổ không khớp"})
    assert status_of(second) == "returned"
    back = words(client_as(b.people.technician).get(f"/jobs/{b.job.code}"))
    assert "Bị trả lại" in back
    assert "ảnh phổ không khớp" in words(client.get(f"/lines/{second.id}"))


def test_what_was_typed_as_a_reason_stays_when_the_decision_is_refused(b, client_as):
    page = client_as(b.people.reviewer).post(f"/jobs/{b.job.code}/review", data={"decision": "burn", "reason": "lý do của tôi"})
    assert page.status_code == 422 and "lý do của tôi" in page.get_data(as_text=True)


def test_a_stale_decision_is_told(b, client_as):
    line = b.line()
    client = client_as(b.people.reviewer)
    signed = typed(client, b.people.reviewer, f"/jobs/{b.job.code}/review", f"/lines/{line.id}/review")
    answer = client.post(f"/lines/{line.id}/review", data={"decision": "approved", "version": str(line.version - 1), **signed})
    assert answer.status_code == 409 and status_of(line) == "submitted"


def test_the_whole_job_is_approved_at_once(b, client_as):
    client, address = client_as(b.people.reviewer), f"/jobs/{b.job.code}/review"
    signed = typed(client, b.people.reviewer, address, address)
    client.post(address, data={"decision": "approved", "version": str(b.job.version), **signed})
    db.session.rollback()
    assert db.session.get(TestJob, b.job.id).status == "reviewed"


def test_nobody_reviews_an_own_reading_and_the_grey_button_says_why(app, frozen_clock, client_as):
    b = results_facts.make_bench()
    both = results_facts.both_roles(b.people, b.tested.method.code)
    for line in list(b.job.lines):
        if line.parameter.kind == "number":
            b.record(line, by=both)
    b.look()
    b.submit()
    client, line = client_as(both), b.line()
    page = client.get(f"/jobs/{b.job.code}/review")
    assert "Đinh Hai Việc đã đo, sửa số đọc của chỉ tiêu này" in words(page) and "7.8.1.1" in words(page)
    assert 'aria-describedby="why-reviewer-is-another"' in page.get_data(as_text=True)
    signed = typed(client, both, f"/jobs/{b.job.code}/review", f"/lines/{line.id}/review")
    refused = client.post(f"/lines/{line.id}/review", data={"decision": "approved", **signed})
    assert refused.status_code == 422 and status_of(line) == "submitted"
    other = f"/lines/{b.line('P-02').id}/review"
    client.post(other, data={"decision": "approved", **typed(client, both, f"/jobs/{b.job.code}/review", other)})
    assert status_of(b.line("P-02")) == "reviewed", "what somebody else measured may be reviewed"


def test_a_reviewer_without_the_authorisation_reads_the_clause(app, frozen_clock, client_as):
    b = results_facts.make_bench(reviewer=False)
    b.record_all()
    b.submit()
    assert "không có quyền soát xét PT 1" in words(client_as(b.people.reviewer).get(f"/jobs/{b.job.code}/review"))


def test_a_technician_may_look_and_may_not_decide(b, client_as):
    client = client_as(b.people.technician)
    page = client.get(f"/jobs/{b.job.code}/review")
    assert page.status_code == 200 and "Duyệt" not in words(page)
    assert client.post(f"/lines/{b.line().id}/review", data={"decision": "approved"}).status_code == 403


def test_the_story_of_a_result_tells_every_step(b, client_as):
    page = client_as(b.people.auditor).get(f"/lines/{b.line().id}")
    seen = words(page)
    assert page.status_code == 200
    for said in ("reading + loss", "= 19,2 dBm + 0,5 dB = 19,70 dBm", "u_c = 0,353", "U = 0,71 dB", "bảng UB-1", "DR-SA",
                 "so trực tiếp với giới hạn", "0,30 dB", "lý do: đọc nhầm số cuối", "EQ-101", "Phòng RF", "Lịch sử"):
        assert said in seen, said
    assert re.search(r"<del>.*?19,1.*?→.*?19,2", page.get_data(as_text=True), re.S)


def test_review_and_story_cost_the_same_however_many_lines(b, client_as, statements):
    client = client_as(b.people.reviewer)
    asked = []
    for more in (0, 10):
        for n in range(more):
            b.record(services.add_line(b.people.technician, b.job, b.tested.power, f"thêm {n}"))
        with statements() as review:
            client.get(f"/jobs/{b.job.code}/review")
        with statements() as story:
            client.get(f"/lines/{b.line().id}")
        asked.append((len(review), len(story)))
    assert asked[0] == asked[1] and max(asked[0]) <= 15


def test_moments_are_told_on_the_laboratorys_clock(b, client_as):
    assert f"đo {clock.local(results_facts.MEASURED).strftime('%d/%m/%Y %H:%M')}" in words(
        client_as(b.people.reviewer).get(f"/jobs/{b.job.code}/review"))
