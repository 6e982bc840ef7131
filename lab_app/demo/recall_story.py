"""What followed when the EMI receiver was found to read low: the record opened by the failed check answered part by part, the ten
results decided line by line, the enterprise told. Two lines wait for their decision still, and so the recall stays open."""
from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from certificates import services
from certificates.models import Recall
from certificates.recall import touched
from lab_app.core.db import db
from lab_app.demo.load import case
from lab_app.demo.methods import parameter_for
from lab_app.demo.story import conditions_of, moment, step, who
from lab_app.quality import services as quality
from lab_app.results.models import ReadingInstrument

#: Lines that the laboratory measured again, those that stand with their reason; the rest waits.
CONDUCTED = "118-CE-"
WAITING = ("118-RE-2250.0-V-AV", "118-RE-4824.0-H-PK")

#: Day, title, description, the six answers, and the classes by which recurrence is judged.
EARLIER = (
    ("2026-03-12", "Nhiệt độ phòng phát xạ dẫn lên 31 °C trong một giờ do hỏng điều hòa",
     "Không phép đo nào chạy trong giờ đó; ghi môi trường 11/03 vẫn trong giới hạn.",
     {"action": "Dừng nhận mẫu vào phòng đến khi sửa xong điều hòa.", "significance": "Không ảnh hưởng kết quả nào: không có số đo.",
      "acceptability": "Chấp nhận: công việc khác không liên quan.", "customer_told": "Không cần: không kết quả nào bị ảnh hưởng.",
      "resumption": "Trưởng phòng cho làm lại ngày 13/03/2026 sau khi nhiệt độ ổn định 24 giờ."},
     {"risk_class": "low", "cause_class": "environment", "area": "environment",
      "no_corrective_reason": "Hỏng một lần do cuối tuổi thọ máy nén, đã thay; không phép đo nào chạy trong giờ đó."}),
    ("2026-06-24", "Một mẫu giao sang phòng môi trường không ghi sổ bàn giao trong hai giờ",
     "Người nhận nhớ đã nhận mẫu lúc 9 giờ; sổ ghi lúc 11 giờ.",
     {"action": "Ghi bổ sung kèm lý do; nhắc người giao nhận.",
      "significance": "Mẫu không rời khu vực thử nghiệm; không phép đo nào trong hai giờ đó.",
      "acceptability": "Chấp nhận.", "customer_told": "Không cần.",
      "resumption": "Không dừng việc; phụ trách chất lượng xác nhận ngày 25/06/2026."},
     {"risk_class": "low", "cause_class": "people", "area": "items",
      "no_corrective_reason": "Lần đầu xảy ra, đã nhắc và ghi bổ sung; theo dõi, lặp lại thì mở hành động khắc phục."}),
)


def tell_earlier() -> None:
    """Nonconforming work of the year before the receiver's: closed with all six answers."""
    for day, title, description, answers, classes in EARLIER:
        with step(moment(f"{day}T10:00")):
            row = quality.open_nonconformity(
                who("U06"), source="other", subject_kind="", subject_id=0, subject_code="", title=title, description=description,
                found_on=date.fromisoformat(day), responsible=who("U02"))
        with step(moment(f"{day}T10:00") + timedelta(days=2)):
            quality.answer_nonconformity(who("U06"), row, **answers)
            quality.classify_nonconformity(who("U06"), row, **classes)
            quality.close_nonconformity(who("U06"), row)


def tell() -> None:
    """The recall that the failed check opened, as far as it has come."""
    work = case()["flow"]["nonconforming_work"]
    recall = db.session.scalars(select(Recall)).one()
    with step(moment(work["opened"] + "T15:30")):
        quality.answer_nonconformity(
            who("U06"), recall.nonconformity, responsible_id=who("U06").id, action=work["halt"].replace("OUT_OF_SERVICE", "ngừng sử dụng"),
            significance=work["significance"])
    decide(recall)
    notified = moment(work["customer_notified"] + "T10:00")
    with step(notified):
        letters = services.draft_letters(who("U06"), recall)
    with step(notified + timedelta(hours=1)):
        for letter in letters:
            services.mark_sent(who("U06"), letter)
        quality.answer_nonconformity(
            who("U06"), recall.nonconformity, acceptability=work["decision"],
            customer_told="Gửi thư ngày 03/10/2026 cho doanh nghiệp có phiếu; phiếu tạm dừng hiệu lực trên trang tra cứu.")
    with step(moment(work["resume_date"] + "T11:30")):
        quality.answer_nonconformity(
            who("U06"), recall.nonconformity,
            resumption=f"{who(work['resume_authorised_by']).full_name} cho phép dùng lại từ 05/10/2026: đã thay đầu nối, kiểm tra đạt.")


def decide(recall: Recall) -> None:
    """Conducted emission stands with 1,6 dB added; the three worst radiated points are measured again; two lines wait."""
    readings = by_line(recall)
    again = {t["id"].removesuffix("-R") for t in case()["flow"]["test_lines"] if t["id"].endswith("-R")}
    stand = [reading for name, reading in readings.items() if name.startswith(CONDUCTED)]
    retest = [reading for name, reading in readings.items() if name in again and name not in WAITING]
    with step(moment("2026-10-02T17:00")):
        services.decide_lines(who("U06"), recall, stand, decision="stands",
                              reason="Cộng 1,6 dB vào từng mức vẫn dưới giới hạn; biên còn lại lớn hơn 0")
    with step(moment("2026-10-03T08:30")):
        services.decide_lines(who("U06"), recall, retest, decision="retest",
                              reason="Biên nhỏ so với sai số: đo lại sau khi thay đầu nối vào của máy thu")


def by_line(recall: Recall) -> dict[str, int]:
    """The case's name of each touched line → its reading."""
    names = {
        (parameter_for(t["id"]).id, conditions_of(t)): t["id"]
        for t in case()["flow"]["test_lines"] if t["id"] in case()["flow"]["nonconforming_work"]["affected_results"]
    }
    rows = db.session.scalars(touched.lines(touched.scope_of(recall)).order_by(ReadingInstrument.measured_at))
    return {names[row.reading.line.parameter_id, row.reading.line.conditions]: row.reading_id for row in rows}
