"""Words of disclosures in histories, and what they show an assessor."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, history, indicators
from lab_app.core.indicators import Indicator, warn_when_any
from lab_app.quality.disclosures import queries, workflow
from lab_app.quality.disclosures.models import Disclosure

LIST = "quality_disclosures.disclosures"


def say() -> None:
    """Name the record, its fields and states."""
    history.say_kinds({"disclosure": _l("Cung cấp thông tin theo luật")})
    history.say_fields("disclosure", {
        "authority": _l("Cơ quan yêu cầu"), "demand": _l("Văn bản yêu cầu"), "basis": _l("Căn cứ pháp luật"),
        "asked_on": _l("Ngày yêu cầu"),
        "subject_code": _l("Liên quan tới"), "subject_kind": _l("Loại hồ sơ liên quan"), "subject_id": _l("Khóa hồ sơ"),
        "customer": _l("Khách hàng, người có thông tin"), "wanted": _l("Thông tin được yêu cầu"), "given": _l("Thông tin đã cung cấp"),
        "given_on": _l("Ngày cung cấp"), "refused_reason": _l("Lý do từ chối"), "told_on": _l("Ngày báo khách hàng"),
        "told_how": _l("Báo bằng cách"), "forbidden_by": _l("Điều luật cấm báo"), "closed_at": _l("Kết thúc lúc"),
        "recorded_at": _l("Ghi lúc")})
    history.say_values("disclosure", "status", {s.code: s.word for s in workflow.DISCLOSURE.states})


def offer() -> None:
    """Register evidence and the figure of what waits."""
    evidence.offer("4.2.2", _l("Lần cung cấp thông tin theo luật"), LIST, queries.count)
    indicators.register(Indicator(
        "disclosures-open", _l("Cung cấp thông tin theo luật chưa kết thúc"),
        lambda: queries.count(Disclosure.status.in_((workflow.ASKED, workflow.GIVEN))), warn_when_any, LIST, {"status": "unclosed"},
        clauses=("4.2.2",), order=26))
