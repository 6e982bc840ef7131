"""What stands between answered nonconforming work and its closing, done the short way: for tests of something else."""
from __future__ import annotations

from lab_app.accounts.models import Person
from lab_app.quality import services
from lab_app.quality.dispositions import queries
from lab_app.quality.dispositions import services as dispositions
from lab_app.quality.models import Nonconformity

CLASSES = {"risk_class": "low", "cause_class": "environment", "area": "environment", "no_corrective_reason": "sự cố lẻ, đã sửa"}
ANSWERS = {"action": "dừng", "significance": "không ảnh hưởng", "acceptability": "chấp nhận", "customer_told": "không cần",
           "resumption": "trưởng phòng"}


def classed(manager: Person, row: Nonconformity, **other: str) -> Nonconformity:
    """The record with its classes and a reason why no corrective action follows."""
    return services.classify_nonconformity(manager, row, **{**CLASSES, **other})


def settled(manager: Person, row: Nonconformity) -> Nonconformity:
    """The same, and everything it touched decided to stand."""
    classed(manager, row)
    open_ = [one.touched.key for one in queries.decided(row) if one.disposition is None]
    if open_:
        dispositions.decide(manager, row, open_, decision="stands", reason="không đổi kết luận")
    return row


def answered(manager: Person, row: Nonconformity) -> Nonconformity:
    """Ready to be closed: six parts, classes, dispositions."""
    services.answer_nonconformity(manager, row, responsible_id=manager.id, **ANSWERS)
    return settled(manager, row)
