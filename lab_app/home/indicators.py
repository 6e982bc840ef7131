"""Figures, and evidence beside what the rooms register themselves, for the quality manager's overview (7.1, 7.4, 7.5, 7.8)."""
from __future__ import annotations

from functools import partial

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, plain, warn_when_any
from lab_app.home import exceptions
from lab_app.results.models import LineReview, Reading, TestJob
from lab_app.samples.models import AgreedRule, DeviationAnswer, Sample


def _exceptions(kind: str) -> Select[int]:
    return how_many(Reading, exceptions.recent(), exceptions.KINDS[kind])


def _late_jobs() -> Select[int]:
    return how_many(TestJob, TestJob.status.in_(("planned", "in_progress", "returned", "submitted")), TestJob.due_on < clock.today())


def _unanswered() -> Select[int]:
    """Items that differ from what was agreed and whose customer has not answered: nobody may test them (7.4.3)."""
    answered = select(DeviationAnswer.id).where(DeviationAnswer.sample_id == Sample.id)
    return how_many(Sample, Sample.deviation != "", Sample.status.in_(("received", "stored")), ~answered.exists())


def offer() -> None:
    """Register with the kernel."""
    for clause, name, endpoint, model, conditions in (
        ("7.1.3", _l("Quy tắc ra quyết định đã thỏa thuận"), "samples.requests", AgreedRule, ()),
        ("7.5.1", _l("Số đọc gốc với người, thiết bị, môi trường"), "results.jobs", Reading, ()),
        ("7.5.2", _l("Số đọc đã sửa, bản cũ còn nguyên"), "home.exceptions", Reading, (Reading.revision > 1,)),
        ("7.8.1.1", _l("Lần soát xét kết quả"), "results.jobs", LineReview, ()),
    ):
        evidence.offer(clause, name, endpoint, evidence.records(model, *conditions))
    span = _l("đo trong %(days)s ngày qua", days=exceptions.DAYS)
    for figure in (
        Indicator("jobs-late", _l("Việc thử nghiệm trễ hạn"), _late_jobs, bad_when_any, "results.jobs", {"due": "late"}, order=10),
        Indicator("deviations-unanswered", _l("Mẫu sai khác chờ khách hàng trả lời"), _unanswered, warn_when_any, "samples.samples",
                  clauses=("7.4.3",), note=_l("chưa được thử"), order=45),
        Indicator("entries-late", _l("Kết quả ghi muộn"), partial(_exceptions, "late"), plain, "home.exceptions", {"kind": "late"},
                  clauses=("7.5.1",), note=span, order=70),
        Indicator("entries-corrected", _l("Kết quả đã sửa"), partial(_exceptions, "corrected"), plain, "home.exceptions",
                  {"kind": "corrected"}, clauses=("7.5.2",), note=span, order=71),
    ):
        indicators.register(figure)
