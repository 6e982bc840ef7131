"""Who worked on what: computed from the tables and the trail, not declared."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from certificates.models import Report
from lab_app.accounts.queries import person_by_code
from lab_app.core import involvement
from lab_app.core.db import db
from lab_app.results.models import JobLine, LineReview, Reading, TestJob
from tests.support.statements import Statements


@pytest.fixture
def _planted(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(involvement, "_questions", dict(involvement._questions))


def _report() -> Report:
    found = db.session.scalar(select(Report).where(Report.status == "valid").order_by(Report.id))
    assert found is not None
    return found


@pytest.mark.usefixtures("demo_app")
def test_a_paper_names_everybody_behind_it_and_nobody_else() -> None:
    report = _report()
    lines = [line.job_line_id for line in report.lines]
    measured = set(db.session.scalars(select(Reading.person_id).where(Reading.line_id.in_(lines))))
    reviewed = set(db.session.scalars(select(LineReview.reviewer_id).where(LineReview.line_id.in_(lines))))
    assert measured and reviewed

    found = involvement.of("report", report.id)

    assert all("đo, ghi kết quả" in found[one] for one in measured)
    assert all("soát xét kết quả" in found[one] for one in reviewed)
    assert "ký phiếu" in found[report.signatory_id]
    assert "đăng ký yêu cầu" in found[report.request.registered_by_id]
    outside = person_by_code("U08")
    assert outside is not None and outside.id not in found
    assert not [one for one, deeds in found.items() if "đo, ghi kết quả" in deeds and one not in measured]


@pytest.mark.usefixtures("demo_app")
def test_a_request_is_all_its_jobs_and_papers() -> None:
    report = _report()
    whole, paper = involvement.of("request", report.request_id), involvement.of("report", report.id)
    assert set(paper) <= set(whole)


@pytest.mark.usefixtures("demo_app")
def test_who_assigned_a_job_stands_in_the_trail_alone() -> None:
    job = db.session.scalar(select(TestJob).where(TestJob.assignee_id.is_not(None)).order_by(TestJob.id))
    assert job is not None
    found = involvement.of("test-job", job.id)
    assert "được giao việc" in found[job.assignee_id or 0]
    assert any("giao, sửa hồ sơ việc" in deeds for deeds in found.values())
    line = db.session.scalar(select(JobLine).where(JobLine.job_id == job.id))
    assert line is not None and set(found) <= set(involvement.of("request", job.request_id))


@pytest.mark.usefixtures("demo_app")
def test_each_room_asks_once(statements: Any) -> None:
    report = _report()
    report_id, sample_id = report.id, report.lines[0].job_line.job.sample_id
    involvement.of("report", report_id)
    seen: Statements
    with statements() as seen:
        involvement.of("report", report_id)
        involvement.of("sample", sample_id)
    assert len(seen) == 3


@pytest.mark.usefixtures("_planted")
def test_a_kind_that_nobody_answers_for_is_told_apart_from_an_empty_answer() -> None:
    involvement.register("thing", "one", lambda _id: {})
    assert involvement.of("thing", 1) == {} and "thing" in involvement.kinds()
    assert involvement.of("strange", 1) == {} and "strange" not in involvement.kinds()


@pytest.mark.usefixtures("_planted")
def test_several_answers_make_one_and_no_deed_stands_twice() -> None:
    involvement.register("thing", "one", lambda _id: {7: ["đo", "đo"], 8: ["ký"]})
    involvement.register("thing", "two", lambda _id: {7: ["soát", "đo"]})
    involvement.register("thing", "two", lambda _id: {7: ["đo", "soát"]})
    assert involvement.of("thing", 1) == {7: ["đo", "soát"], 8: ["ký"]}
    assert involvement.asked() == {}
