"""An emergency at the bench and a drill: one result recorded past a gate with all that it left behind, on a preliminary report that says;
and the yearly recall drill, held on a copy of the data and filed."""
from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from certificates import services as certificates
from certificates import workflow as papers
from certificates.drills import copying, queries
from certificates.drills import services as drills
from certificates.models import RecallDrill
from instruments.models import Instrument
from lab_app.accounts.services import signatures
from lab_app.core import clock, jobs
from lab_app.core.db import db
from lab_app.demo.deviation_story import answer_checklist
from lab_app.demo.story import NO_DEVIATIONS, room_of, step, who
from lab_app.demo.today import working_day_before
from lab_app.demo.worksheets import POWER, SENSOR
from lab_app.quality import services as quality
from lab_app.quality.glass import services as glass
from lab_app.quality.glass.models import BrokenGate
from lab_app.results import services as results
from lab_app.results.models import JobLine, TestJob
from lab_app.results.services import ReadingEntry
from lab_app.samples.models import RequestItem, Sample

WHY = ("Cảng hàng không báo cảm biến lô này gây nhiễu ra-đa thời tiết, cần công suất kênh 7 trong buổi chiều để quyết định tắt lô; "
       "điều hòa phòng RF hỏng, thợ chỉ đến được sáng hôm sau.")
#: The enterprise's turn in the drill: minutes it took, decision, what was tried, what was missing.
TURNS = (
    (9, "retest", "Gọi số trong hồ sơ, đúng người phụ trách; nói rõ là diễn tập.", ""),
    (17, "stands", "", "Người liên hệ trong hồ sơ đã nghỉ việc, tổng đài không nối máy."),
    (14, "retest", "Gửi thư thử, trả lời sau 10 phút.", ""),
)


def tell() -> None:
    """Both, in the days before the demonstration is loaded."""
    today = clock.today()
    _drill(clock.at_local(working_day_before(today, 1), 8, 30))
    _emergency(clock.at_local(working_day_before(today, 1), 14, 10))


def _line() -> JobLine:
    """A power line of the last sensor of the lot that nobody has measured."""
    job = db.session.scalars(
        select(TestJob).join(Sample, Sample.id == TestJob.sample_id).join(RequestItem, RequestItem.id == Sample.item_id)
        .where(RequestItem.model == SENSOR["model"]).order_by(TestJob.id.desc()).limit(1)).one()
    return next(line for line in job.lines if line.parameter.code == POWER and line.status == "planned")


def _emergency(at: datetime) -> None:
    technician, reviewer, head, manager = (who(code) for code in ("U03", "U02", "U01", "U06"))
    with step(at):
        line = _line()
        hot = quality.record_environment(
            technician, room_of("Phòng RF"), from_at=at - timedelta(minutes=20), to_at=at, t_low=Decimal("35.8"), t_high=Decimal("36.4"),
            rh_low=Decimal("48"), rh_high=Decimal("51"), sensor_code="EQ-014", note="Điều hòa phòng RF hỏng từ 13 giờ")
        tools = list(db.session.scalars(select(Instrument).where(Instrument.code.in_(("EQ-002", "EQ-012"))).order_by(Instrument.code)))
        entry = ReadingEntry(measured_at=at - timedelta(minutes=2), texts={"conducted_sum": "14.83"}, locale="en", instruments=tools,
                             environment=hot)
        with glass.breaking_glass(technician, "environment-within-limits", reason=WHY, confirmed=signatures.told(head), allowed_by=head):
            results.record_reading(technician, line, entry)
    with step(at + timedelta(minutes=20)):
        answer_checklist(technician, line.job)
        results.submit_job(technician, line.job, [line], confirmed=signatures.told(technician))
        row = db.session.scalars(select(BrokenGate).order_by(BrokenGate.id.desc()).limit(1)).one()
        quality.answer_nonconformity(
            manager, row.nonconformity, responsible_id=reviewer.id,
            action="Dừng mọi phép đo khác trong phòng RF đến khi nhiệt độ ổn định 2 giờ; đo lại kênh 7 khi phòng về 23 °C.")
    with step(at + timedelta(minutes=50)):
        results.review_line(reviewer, line, "approved", confirmed=signatures.told(reviewer))
    with step(at + timedelta(minutes=80)):
        report = certificates.issue(
            head, line.job.sample.request, kind=papers.PRELIMINARY, not_applicable=NO_DEVIATIONS, confirmed=signatures.told(head))
    with clock.at(at + timedelta(minutes=80)):
        certificates.finish_issue(report.id)


def _drill(at: datetime) -> None:
    manager = who("U06")
    with step(at):
        instrument = db.session.scalars(select(Instrument).where(Instrument.code == "EQ-002")).one()
        row = drills.plan(
            manager, instrument, since=at - timedelta(days=90), error=Decimal("-0.9"), error_unit="dB", target_minutes=60,
            scenario="Diễn tập năm: phòng hiệu chuẩn ngoài báo máy đo công suất chỉ thấp 0,9 dB, không rõ từ khi nào; lần cuối biết đúng "
                     "là 90 ngày trước.")
        drills.start(manager, row)
        key, code = drills.job_key(row), row.code
    with clock.at(at):
        jobs.run_key(key)
    for place in range(len(row.customers)):
        minutes, decision, reached, gap = TURNS[place % len(TURNS)]
        with step(at):
            drills.take(manager, _found(code).customers[place])
        at += timedelta(minutes=minutes)
        with step(at):
            drills.settle(manager, _found(code).customers[place], decision=decision, reached=reached, gap=gap,
                          reason="Sai số giả định lớn hơn biên của ít nhất một kết quả." if decision == "retest" else
                          "Biên của mọi kết quả lớn hơn sai số giả định cộng dải bảo vệ.")
    with step(at + timedelta(minutes=3)):
        drills.finish(manager, _found(code))
    with step(at + timedelta(hours=2)):
        drills.file(
            manager, _found(code), confirmed=signatures.told(manager),
            gaps="Một doanh nghiệp không liên hệ được theo hồ sơ: cập nhật người liên hệ khi xem xét yêu cầu, hỏi lại mỗi năm một lần.",
            conclusion="Danh sách của chương trình khớp đối chiếu tay trên sổ; đến doanh nghiệp cuối trong giờ mục tiêu.")
    copying.remove(code)


def _found(code: str) -> RecallDrill:
    row = queries.drill(code)
    assert row is not None, code
    return row
