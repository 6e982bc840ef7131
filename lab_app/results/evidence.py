"""What the room shows an assessor beside its registers: the rule each verdict rests on, and the uncertainty of results (7.6, 7.8.6)."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from lab_app.core import evidence
from lab_app.results.models import JobLine, Reading


def _count(model: Any, condition: Any) -> Select[Any]:
    return select(func.count()).select_from(model).where(condition)


def offer() -> None:
    """Register evidence with the kernel."""
    evidence.offer("7.6.3", _l("Kết quả có độ không đảm bảo đo"), "results.jobs", partial(_count, Reading, Reading.u.is_not(None)))
    evidence.offer(
        "7.8.6.1", _l("Chỉ tiêu mang quy tắc quyết định đã thỏa thuận hoặc có sẵn"), "results.jobs",
        partial(_count, JobLine, JobLine.rule_code != ""))
