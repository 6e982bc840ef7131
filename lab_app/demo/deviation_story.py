"""The demonstration's checklists answered at the bench, and one departure from a method with its four parts (7.2.1.7)."""
from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.accounts.queries import person_by_code
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results import services as results
from lab_app.results.models import TestJob
from lab_app.results.queries.deviations import steps_of
from test_methods.models import Method, MethodVersion


def answer_checklist(person: Person, job: TestJob) -> None:
    """Tick every step of the method's checklist that is still open."""
    answered = steps_of([job.id]).get(job.id, {})
    for step in job.method_version.steps:
        if step["key"] not in answered:
            results.answer_step(person, job, step["key"])


def tell() -> None:
    """On the open job of QCVN 54: no antenna port, a temporary one is used; another person allows it, the customer accepts."""
    job = db.session.scalars(
        select(TestJob).join(MethodVersion, TestJob.method_version_id == MethodVersion.id)
        .join(Method, MethodVersion.method_id == Method.id)
        .where(Method.code == "QCVN 54", TestJob.status.in_(("planned", "in_progress"))).order_by(TestJob.id.desc()).limit(1)).first()
    if job is None:
        return
    technician, reviewer = (_who(code) for code in ("U03", "U02"))
    now = clock.now()
    with clock.at(now - timedelta(minutes=50)):
        row = results.raise_deviation(
            technician, job, what="EN 300 328, 5.4.2: đo dẫn tại cổng ăng ten của mẫu",
            documented="Mẫu dùng ăng ten mạch in, không có cổng: đo tại đầu nối tạm khách hàng hàn vào đường 50 Ω trước ăng ten.",
            justification="Suy hao của đầu nối tạm đo bằng máy phân tích mạng: 0,3 dB ở 2442 MHz, đã cộng vào suy hao đường truyền; "
                          "phần thêm vào độ không đảm bảo đo nhỏ hơn 0,1 dB (minh họa).")
    with clock.at(now - timedelta(minutes=40)):
        results.authorise_deviation(reviewer, row)
    with clock.at(now - timedelta(minutes=30)):
        results.accept_deviation(
            technician, row, accepted_by="Ông Lý Đo Lường", accepted_on=clock.today(),
            evidence="Thư điện tử trả lời, lưu cùng hồ sơ yêu cầu")


def _who(code: str) -> Person:
    found = person_by_code(code)
    assert found is not None, code
    return found
