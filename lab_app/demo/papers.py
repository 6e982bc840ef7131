"""The demonstration's papers as the laboratory sets them: the form's second and third issue, and what is said on every report."""
from __future__ import annotations

from datetime import date
from typing import Any

from certificates import papers
from certificates.services import setups
from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.demo.people import OPENED_ON, person

#: Days on which a new issue of the form came into use: (day, issue, why).
ISSUES = (
    (OPENED_ON, "02", "Ban hành biểu mẫu lần 2 cùng hệ thống quản lý phòng thử nghiệm"),
    (date(2026, 6, 1), "03", "Ban hành lần 3: thêm thời hạn khiếu nại, lời về bản điện tử đã ký số"),
)
NOTES = [
    {"vi": "Mẫu lưu đến khi trả khách hàng theo biên bản.", "en": "The sample is kept until returned on record."},
    {"vi": "Bản điện tử đã ký số là bản gốc. Bản in để tham khảo; đối chiếu bằng mã QR.",
     "en": "The digitally signed file is the original; check a print with the QR code."},
]


def tell() -> None:
    """Each setting made on its own day by the administrator."""
    for day, issue, why in ISSUES:
        last = issue == ISSUES[-1][1]
        with clock.at(clock.at_local(day, 8)):
            for kind, code in (("test", "BM-07.08-01"), ("calibration", "BM-07.08-02")):
                facts: dict[str, Any] = {
                    **papers.usual(kind), "kind": kind, "form_code": code, "form_issue": issue, "reason": why,
                    "complaint_days": 15 if last else None, "notes": NOTES if last and kind == "test" else [],
                }
                setups.set_papers(person("U09"), effective_from=day, **facts)
            db.session.commit()
            database.end_writing()
