"""States of jobs and lines, and the gates of the room: what must be true before a reading counts (7.5, 6.2.6, 6.4, 7.8.6)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.i18n import show_date, show_datetime


@dataclass(frozen=True)
class TraceFact:
    """A trace that a value was taken from: whose it is, when it was captured, whether its instrument is among the chosen ones."""

    code: str
    captured_at: datetime
    chosen: bool


@dataclass(frozen=True)
class StopFact:
    """That the parameter is stopped: a control was rejected, or a proficiency test failed, and nobody has released it."""

    code: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class ReadingFacts:
    """Everything the gates of one reading look at, gathered at `measured_at` as known at `known_at`."""

    job_code: str
    sample_code: str
    request_number: str
    method_code: str
    person: str
    measured_at: datetime
    known_at: datetime
    received_at: datetime
    late_after: timedelta
    repeats_at: datetime | None = None
    accepted_at: datetime | None = None
    gone_at: datetime | None = None
    deviation: str = ""
    proceed_at: datetime | None = None
    method_in_force: bool = False
    superseded_reason: str = ""
    superseded_told: bool = False
    retired: bool = False
    authorised: bool = False
    why_not: str = ""
    late_reason: str = ""
    missing: tuple[Any, ...] = ()
    unfit: tuple[tuple[str, Any, Any], ...] = ()
    environment_code: str = ""
    environment_covers: bool = True
    environment_outside: tuple[str, ...] = ()
    environment_unread: tuple[str, ...] = ()
    logged_outside: tuple[str, ...] = ()
    logged_unwatched: tuple[str, ...] = ()
    logged_unfit: tuple[tuple[str, Any], ...] = ()
    room_code: str = ""
    site_faults: tuple[Any, ...] = ()
    wants_statement: bool = True
    has_rule: bool = True
    itself: str = ""
    traces: tuple[TraceFact, ...] = ()
    parameter: str = ""
    stops: tuple[StopFact, ...] = ()
    deviations: tuple[Any, ...] = ()
    conditioning_minutes: int = 0
    conditionings: tuple[Any, ...] = ()
    holds: tuple[Any, ...] = ()
    interests: tuple[Any, ...] = ()


def _sample(facts: ReadingFacts) -> dict[str, Any]:
    return {"link_endpoint": "samples.sample_page", "link_values": {"code": facts.sample_code}, "link_text": _l("Mở mẫu")}


@gate("contract-review-approved", ("7.1.1",), _l("Không thử trước khi yêu cầu được chấp nhận"), break_glass=True)
def contract_review_approved(facts: ReadingFacts) -> Stop | None:
    """No testing before an approved contract review."""
    if facts.accepted_at is not None and facts.accepted_at <= facts.measured_at:
        return None
    return Stop(
        says=_l("Chưa thử được: yêu cầu %(number)s chưa được chấp nhận vào lúc đo.", number=facts.request_number),
        do=_l("Hoàn tất phần xem xét yêu cầu trước; phép đo làm trước đó không dùng được."), who=_l("người xem xét yêu cầu"),
        link_endpoint="samples.review_page", link_values={"number": facts.request_number}, link_text=_l("Mở phần xem xét"),
        evaluated=facts.accepted_at is not None,
    )


@gate("sample-here", ("7.4.1",), _l("Không thử mẫu đã trả hoặc thanh lý"))
def sample_here(facts: ReadingFacts) -> Stop | None:
    """An item that left the laboratory is not tested."""
    if facts.gone_at is None or facts.measured_at < facts.gone_at:
        return None
    return Stop(
        says=_l("Chưa thử được: mẫu %(code)s đã rời phòng thử nghiệm từ %(at)s.", code=facts.sample_code, at=show_datetime(facts.gone_at)),
        do=_l("Nhận lại mẫu với mã mới nếu cần thử tiếp."), who=_l("tiếp nhận"), **_sample(facts),
    )


@gate("deviation-answered", ("7.4.3",), _l("Mẫu sai lệch chờ khách hàng trả lời"), break_glass=True)
def deviation_answered(facts: ReadingFacts) -> Stop | None:
    """A deviating item is tested only after the customer's recorded answer to go on."""
    if not facts.deviation or (facts.proceed_at is not None and facts.proceed_at <= facts.measured_at):
        return None
    return Stop(
        says=_l("Chưa thử được mẫu %(code)s: sai lệch khi nhận chưa có câu trả lời đồng ý của khách hàng.", code=facts.sample_code),
        do=_l("Hỏi khách hàng và ghi câu trả lời trước khi đo: %(deviation)s", deviation=facts.deviation[:200]),
        who=_l("tiếp nhận"), evaluated=False, **_sample(facts),
    )


@gate("method-in-force", ("7.2.1.3", "7.1.2"), _l("Phiên bản phương pháp có hiệu lực vào ngày đo"))
def method_in_force(facts: ReadingFacts) -> Stop | None:
    """A version not in force on the day is refused unless a justification was recorded and the customer told; a retired one always."""
    if facts.method_in_force or (facts.superseded_reason and facts.superseded_told and not facts.retired):
        return None
    if facts.superseded_reason and not facts.retired:
        return Stop(
            says=_l("Chưa ghi được: đã có lý do dùng phiên bản cũ nhưng chưa ghi đã báo khách hàng."),
            do=_l("Ghi ai của khách hàng đã được báo, ngày nào (không sau ngày đo), bằng cách nào."), who=_l("phụ trách phương pháp"),
            link_endpoint="results.justify", link_values={"code": facts.job_code}, link_text=_l("Ghi đã báo khách hàng"), evaluated=False,
        )
    return Stop(
        says=_l("Chưa ghi được: phiên bản phương pháp của việc này không có hiệu lực ngày %(day)s.", day=show_date(facts.measured_at)),
        do=_l("Lập việc theo phiên bản hiện hành.") if facts.retired else
        _l("Lập việc theo phiên bản hiện hành, hoặc ghi lý do dùng bản cũ sau khi báo khách hàng."), who=_l("phụ trách phương pháp"),
        link_endpoint="test_methods.methods", link_text=_l("Mở danh sách phương pháp"),
    )


@gate("person-authorised", ("6.2.6",), _l("Người đo được trao quyền cho phương pháp vào ngày đo"))
def person_authorised(facts: ReadingFacts) -> Stop | None:
    """Only a person authorised for this method on that date performs the test."""
    if facts.authorised:
        return None
    return Stop(
        says=_l("Chưa ghi được: %(person)s không có quyền thử %(method)s ngày %(day)s: %(why)s.", person=facts.person,
                method=facts.method_code, day=show_date(facts.measured_at), why=facts.why_not) if facts.why_not else
        _l("Chưa ghi được: %(person)s không có quyền thử %(method)s ngày %(day)s.",
           person=facts.person, method=facts.method_code, day=show_date(facts.measured_at)),
        do=_l("Giao việc cho người khác, hoặc giải quyết ở phần theo dõi năng lực trước khi đo; ghi sau không tính cho số đọc này.")
        if facts.why_not else
        _l("Giao việc cho người được trao quyền, hoặc trao quyền trước khi đo; quyền ghi sau không tính cho số đọc này."),
        who=_l("người ký duyệt"), link_endpoint="competence.due" if facts.why_not else "accounts.people",
        link_text=_l("Mở phần theo dõi năng lực") if facts.why_not else _l("Mở danh sách nhân sự"),
    )


@gate("time-plausible", ("7.5.1",), _l("Thời điểm đo có thể xảy ra"))
def time_plausible(facts: ReadingFacts) -> Stop | None:
    """Not before the item was received, not before the result that is repeated, not in the future."""
    if facts.measured_at > facts.known_at:
        return Stop(says=_l("Thời điểm đo %(at)s ở tương lai.", at=show_datetime(facts.measured_at)),
                    do=_l("Sửa thời điểm đo, hoặc để trống để lấy lúc ghi."))
    if facts.measured_at < facts.received_at:
        return Stop(
            says=_l("Thời điểm đo %(at)s trước khi nhận mẫu %(received)s.", at=show_datetime(facts.measured_at),
                    received=show_datetime(facts.received_at)),
            do=_l("Sửa thời điểm đo."), **_sample(facts),
        )
    if facts.repeats_at is not None and facts.measured_at < facts.repeats_at:
        return Stop(
            says=_l("Lần thử lại không thể đo trước lần đầu (%(first)s).", first=show_datetime(facts.repeats_at)),
            do=_l("Sửa thời điểm đo."),
        )
    return None


@gate("late-entry-reason", ("7.5.1",), _l("Ghi muộn phải có lý do"), basis=Basis.LABORATORY)
def late_entry_reason(facts: ReadingFacts) -> Stop | None:
    """Observations are recorded at the time they are made; later than the laboratory's bound needs a reason."""
    late = facts.known_at - facts.measured_at
    if late <= facts.late_after or facts.late_reason.strip():
        return None
    return Stop(
        says=_l("Số đọc được ghi muộn %(n)s phút so với thời điểm đo.", n=int(late.total_seconds() // 60)),
        do=_l("Ghi lý do ghi muộn; người soát xét sẽ thấy."),
    )


@gate("record-complete", ("7.5.1",), _l("Hồ sơ số đọc đầy đủ"))
def record_complete(facts: ReadingFacts) -> Stop | None:
    """Raw readings, instruments, environment (or "not critical") and person stand with the result."""
    if not facts.missing:
        return None
    return Stop(
        says=_l("Chưa thành hồ sơ được: còn thiếu %(what)s.", what=_Join(facts.missing)),
        do=_l("Điền phần còn thiếu; số đã gõ vẫn được giữ ở bản nháp."), who=_l("thử nghiệm viên"), evaluated=False,
    )


@gate("trace-belongs", ("7.5.1", "6.4.13"), _l("Số đọc từ tệp là của thiết bị và lúc đo đã ghi"))
def trace_belongs(facts: ReadingFacts) -> Stop | None:
    """A value taken from a trace stands with the instrument that made it, at the time it was made: those are what is judged."""
    for trace in facts.traces:
        if not trace.chosen:
            return Stop(
                says=_l("Chưa ghi được: số đọc lấy từ %(code)s nhưng thiết bị này không nằm trong các thiết bị đã chọn.", code=trace.code),
                do=_l("Chọn thêm %(code)s, hoặc lấy số đọc từ thiết bị đã dùng.", code=trace.code), who=_l("thử nghiệm viên"),
            )
        if abs(facts.measured_at - trace.captured_at) > facts.late_after:
            return Stop(
                says=_l("Chưa ghi được: %(code)s ghi số liệu lúc %(captured)s, thời điểm đo lại là %(measured)s.", code=trace.code,
                        captured=show_datetime(trace.captured_at), measured=show_datetime(facts.measured_at)),
                do=_l("Ghi đúng thời điểm đo, hoặc lấy đúng tệp của lần đo này."), who=_l("thử nghiệm viên"),
            )
    return None


@gate("instrument-fit", ("6.4.4", "6.4.6", "6.4.13"), _l("Thiết bị dùng được vào lúc đo"), break_glass=True)
def instrument_fit(facts: ReadingFacts) -> Stop | None:
    """No reading with an instrument not in service, out of calibration, unchecked, or not good enough at that time."""
    if not facts.unfit:
        return None
    code, says, do = facts.unfit[0]
    link = {"link_endpoint": "instruments.instrument_page", "link_values": {"code": code}, "link_text": _l("Mở thiết bị")} if code else {}
    return Stop(
        says=_l("Chưa ghi được, thiết bị %(code)s: %(why)s", code=code, why=says) if code else says,
        do=do or _l("Chọn thiết bị khác, hoặc đưa thiết bị này về trạng thái dùng được."), who=_l("phụ trách thiết bị"), **link,  # type: ignore[arg-type]
    )


@gate("not-its-own-standard", ("6.5.1",), _l("Thiết bị không làm chuẩn cho chính nó"))
def not_its_own_standard(facts: ReadingFacts) -> Stop | None:
    """An instrument of our own that is being calibrated is compared with another one, whose chain leads to the SI."""
    if not facts.itself:
        return None
    return Stop(
        says=_l("Chưa ghi được: %(code)s đang được hiệu chuẩn nên không làm chuẩn cho chính nó.", code=facts.itself),
        do=_l("Chọn chuẩn khác đang dùng được."), who=_l("người hiệu chuẩn"),
    )


@gate("environment-within-limits", ("6.3.3",), _l("Môi trường trong giới hạn của phương pháp"), break_glass=True)
def environment_within_limits(facts: ReadingFacts) -> Stop | None:
    """The recorded environment speaks for the moment and keeps the method's limits."""
    link = ({"link_endpoint": "quality.environment_page", "link_values": {"code": facts.environment_code},
             "link_text": _l("Mở bản ghi môi trường")} if facts.environment_code else {})
    if not facts.environment_covers:
        return Stop(
            says=_l("Bản ghi môi trường %(code)s không bao gồm thời điểm đo.", code=facts.environment_code),
            do=_l("Chọn hoặc ghi môi trường của đúng lúc đo."), evaluated=False, **link,  # type: ignore[arg-type]
        )
    words = {"temperature": _l("nhiệt độ"), "humidity": _l("độ ẩm")}
    if facts.environment_unread:
        return Stop(
            says=_l("Bản ghi môi trường %(code)s không có %(what)s mà phương pháp giới hạn.", code=facts.environment_code,
                    what=_Join(tuple(words.get(w, w) for w in facts.environment_unread))),
            do=_l("Đọc và ghi đủ các đại lượng mà phương pháp giới hạn, rồi chọn bản ghi đó."), who=_l("thử nghiệm viên"),
            evaluated=False, **link,  # type: ignore[arg-type]
        )
    if facts.environment_outside:
        return Stop(
            says=_l("Môi trường %(code)s ngoài giới hạn của phương pháp: %(what)s.", code=facts.environment_code,
                    what=_Join(tuple(words.get(w, w) for w in facts.environment_outside))),
            do=_l("Đưa môi trường về trong giới hạn rồi đo lại; báo phụ trách chất lượng nếu kết quả cũ có thể bị ảnh hưởng."),
            who=_l("phụ trách chất lượng"), **link,  # type: ignore[arg-type]
        )
    return _logged(facts, words)


def _logged(facts: ReadingFacts, words: dict[str, Any]) -> Stop | None:
    """What the loggers of the room say: outside, silent, or not to be believed."""
    link: dict[str, Any] = {"link_endpoint": "quality_environment.course", "link_values": {"code": facts.room_code},
                            "link_text": _l("Xem diễn biến của phòng")}
    if facts.logged_unfit:
        code, why = facts.logged_unfit[0]
        return Stop(
            says=_l("Môi trường lúc đo đọc từ %(code)s, thiết bị không dùng được khi đó: %(why)s", code=code, why=why),
            do=_l("Chọn bản ghi môi trường đọc từ cảm biến còn hạn hiệu chuẩn."), who=_l("phụ trách thiết bị"), evaluated=False, **link,
        )
    if facts.logged_outside:
        return Stop(
            says=_l("Bộ ghi của phòng đo cho thấy lúc đo ngoài giới hạn của phương pháp: %(what)s.",
                    what=_Join(tuple(words.get(w, w) for w in facts.logged_outside))),
            do=_l("Đưa môi trường về trong giới hạn rồi đo lại; báo phụ trách chất lượng nếu kết quả cũ có thể bị ảnh hưởng."),
            who=_l("phụ trách chất lượng"), **link,
        )
    if facts.logged_unwatched:
        return Stop(
            says=_l("Bộ ghi của phòng đo không có số đọc quanh lúc đo: %(what)s không được theo dõi.",
                    what=_Join(tuple(words.get(w, w) for w in facts.logged_unwatched))),
            do=_l("Chờ số liệu của bộ ghi, nhập tệp CSV của nó, hoặc chọn bản ghi đọc từ cảm biến khác."),
            who=_l("thử nghiệm viên"), evaluated=False, **link,
        )
    return None


@gate("site-validated", ("6.3.4",), _l("Phòng đo còn hạn xác nhận giá trị vào ngày đo"))
def site_validated(facts: ReadingFacts) -> Stop | None:
    """A method that needs a validated site is done only where each validation it needs is good on that day, as known then."""
    if not facts.site_faults:
        return None
    fault = facts.site_faults[0]
    return Stop(
        says=_l("Chưa ghi được: %(method)s cần phòng đo đã xác nhận. %(why)s.", method=facts.method_code, why=fault.says),
        do=_l("Chọn bản ghi môi trường của phòng đã đo.") if fault.why == "room" else
        _l("Đo ở phòng còn hạn, hoặc xác nhận lại phòng này và ghi báo cáo trước khi đo."), who=_l("phụ trách chất lượng"),
        link_endpoint="quality_sites.validations", link_text=_l("Mở danh sách xác nhận"), evaluated=fault.why not in ("none", "room"),
    )


@gate("rule-agreed", ("7.1.3", "7.8.6.1"), _l("Không kết luận khi chưa có quy tắc quyết định"))
def rule_agreed(facts: ReadingFacts) -> Stop | None:
    """No verdict without a decision rule that was agreed beforehand or is inherent in the specification."""
    if facts.has_rule or not facts.wants_statement:
        return None
    return Stop(
        says=_l("Chưa ghi được: khách hàng muốn có kết luận nhưng chỉ tiêu này chưa có quy tắc quyết định đã thỏa thuận."),
        do=_l("Thỏa thuận quy tắc ở phần xem xét yêu cầu trước khi đo."), who=_l("người xem xét yêu cầu"),
        link_endpoint="samples.review_page", link_values={"number": facts.request_number}, link_text=_l("Mở phần xem xét"),
        evaluated=False,
    )


@gate("control-not-rejected", ("7.7.1", "7.10.1"), _l("Không đo khi điểm kiểm soát bị loại chưa được giải quyết"), break_glass=True)
def control_not_rejected(facts: ReadingFacts) -> Stop | None:
    """A rejected control, or an unsatisfactory proficiency test, stops the parameter until a person releases it with cause and action."""
    if not facts.stops:
        return None
    stop = facts.stops[0]
    return Stop(
        says=_l("Chưa đo được: %(method)s, chỉ tiêu %(parameter)s đang dừng từ %(since)s: %(reason)s", method=facts.method_code,
                parameter=facts.parameter, since=show_datetime(stop.since), reason=stop.reason),
        do=_l("Tìm nguyên nhân, xử lý, rồi nhờ người khác cho làm lại ở lần dừng %(code)s.", code=stop.code),
        who=_l("người soát xét, phụ trách chất lượng"), link_endpoint="results.stop_page", link_values={"code": stop.code},
        link_text=_l("Mở lần dừng"),
    )


@dataclass(frozen=True)
class CorrectionFacts:
    """What a correction carries."""

    reason: str


@gate("correction-has-reason", ("7.5.2",), _l("Sửa số đọc phải có lý do"))
def correction_has_reason(facts: CorrectionFacts) -> Stop | None:
    """Amendments keep the original and say what was changed, by whom, when, why."""
    if facts.reason.strip():
        return None
    return Stop(says=_l("Chưa sửa được: chưa có lý do."), do=_l("Ghi vì sao số đọc trước không dùng; số đó vẫn đọc được."))


class _Join:
    """Words joined by commas when they are shown, so that each is in the reader's language."""

    def __init__(self, words: tuple[Any, ...]) -> None:
        self.words = words

    def __str__(self) -> str:
        return ", ".join(str(w) for w in self.words)
