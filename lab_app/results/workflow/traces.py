"""Gates of traces: the instrument was fit when it swept, the item was here, detectors do not contradict each other (6.4, 7.5.1)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.i18n import show_datetime


@dataclass(frozen=True)
class TraceUseFacts:
    """A trace taken into a job: when it was swept, when the item came, reasons against its instruments then."""

    job_code: str
    sample_code: str
    captured_at: datetime
    received_at: datetime
    unfit: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class DetectorFact:
    """Where an average stands above a quasi-peak or peak level of the same set-up: frequency and both levels in words."""

    frequency: str
    lower: str
    lower_level: str
    upper: str
    upper_level: str


@dataclass(frozen=True)
class FinalPointFacts:
    """Final points about to be taken from a trace."""

    job_code: str
    use_id: int
    contradictions: tuple[DetectorFact, ...] = ()
    withdrawn: bool = False


@gate("trace-after-reception", ("7.5.1", "7.4.2"), _l("Đường đo quét khi mẫu đã ở phòng thử nghiệm"))
def trace_after_reception(facts: TraceUseFacts) -> Stop | None:
    """A sweep made before the item came is not a sweep of the item."""
    if facts.captured_at >= facts.received_at:
        return None
    return Stop(
        says=_l("Chưa dùng được: đường đo quét lúc %(at)s, mẫu %(code)s nhận lúc %(received)s.", at=show_datetime(facts.captured_at),
                code=facts.sample_code, received=show_datetime(facts.received_at)),
        do=_l("Chọn đúng tệp của mẫu này, hoặc nhập lại tệp với đúng thời điểm đo."), who=_l("thử nghiệm viên"),
        link_endpoint="samples.sample_page", link_values={"code": facts.sample_code}, link_text=_l("Mở mẫu"))


@gate("trace-instrument-fit", ("6.4.4", "6.4.6", "6.4.13"), _l("Thiết bị quét và thiết bị cho hệ số dùng được lúc quét"))
def trace_instrument_fit(facts: TraceUseFacts) -> Stop | None:
    """What swept, and what the factors belong to, was in service, calibrated and checked at the moment of the sweep."""
    if not facts.unfit:
        return None
    code, says, do = facts.unfit[0]
    return Stop(
        says=_l("Chưa dùng được đường đo, thiết bị %(code)s lúc quét: %(why)s", code=code, why=says),
        do=do or _l("Quét lại bằng thiết bị dùng được."), who=_l("phụ trách thiết bị"), link_endpoint="instruments.instrument_page",
        link_values={"code": code}, link_text=_l("Mở thiết bị"))


@gate("trace-detectors-ordered", ("7.5.1", "7.7.1"), _l("Mức trung bình không cao hơn mức tựa đỉnh, mức đỉnh"))
def trace_detectors_ordered(facts: FinalPointFacts) -> Stop | None:
    """At one frequency an average cannot exceed a quasi-peak, nor that a peak: where it does, one of the files is wrong."""
    if not facts.contradictions:
        return None
    first = facts.contradictions[0]
    return Stop(
        says=_l("Lỗi số liệu: tại %(f)s mức %(lower)s %(lower_level)s cao hơn mức %(upper)s %(upper_level)s.", f=first.frequency,
                lower=first.lower, lower_level=first.lower_level, upper=first.upper, upper_level=first.upper_level),
        do=_l("Kiểm tra bộ tách sóng, cực tính, cấu hình của hai lần quét; bỏ đường đo sai kèm lý do rồi quét lại."),
        who=_l("thử nghiệm viên"), link_endpoint="results.job_traces", link_values={"code": facts.job_code},
        link_text=_l("Mở các đường đo của việc"))
