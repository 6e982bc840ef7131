"""States of an instrument and the gates of its room (ISO/IEC 17025:2017 6.4.4, 6.4.9)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

REGISTERED = State("registered", _l("Chưa đưa vào dùng"), "hold")
IN_SERVICE = State("in_service", _l("Đang dùng"), "ok")
OUT_OF_SERVICE = State("out_of_service", _l("Ngừng sử dụng"), "bad", "pause-circle-fill")
IN_CALIBRATION = State("in_calibration", _l("Đang hiệu chuẩn"), "info")
RETIRED = State("retired", _l("Đã thanh lý"), "hold")

MACHINE = Machine(
    "instrument",
    (REGISTERED, IN_SERVICE, OUT_OF_SERVICE, IN_CALIBRATION, RETIRED),
    (
        Transition("put_into_service", ("registered", "out_of_service", "in_calibration"), "in_service", P.INSTRUMENT_RELEASE,
                   _l("Đưa vào sử dụng"), ("verified-before-service",)),
        Transition("take_out", ("registered", "in_service", "in_calibration"), "out_of_service", P.INSTRUMENT_CHECK,
                   _l("Ngừng sử dụng")),
        Transition("send_to_calibration", ("registered", "in_service", "out_of_service"), "in_calibration", P.INSTRUMENT_WRITE,
                   _l("Gửi hiệu chuẩn")),
        Transition("retire", ("registered", "in_service", "out_of_service", "in_calibration"), "retired", P.INSTRUMENT_WRITE,
                   _l("Thanh lý")),
    ),
)
#: The move that leads to a state.
MOVE_TO = {t.target: t for t in MACHINE.transitions}


@dataclass
class Standing:
    """Where an instrument stands, in the shape a machine moves."""

    status: str


@dataclass(frozen=True)
class ServiceFacts:
    """What speaks for putting an instrument into service. `lacking` are reasons of `rules.judge` that would stop its use."""

    code: str
    verification: str
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleaseFacts:
    """What a calibration carries when it is released for use."""

    code: str
    certificate_no: str
    evaluation: str
    traceability: str


@gate("verified-before-service", ("6.4.4",), _l("Kiểm tra xác nhận trước khi đưa thiết bị vào sử dụng"))
def verified_before_service(facts: ServiceFacts) -> Stop | None:
    """Nothing comes (back) into service before its fitness was verified and required calibration and checks stand."""
    who = _l("người phụ trách thiết bị")
    if facts.lacking:
        return Stop(
            says=_l("Chưa đưa %(code)s vào sử dụng được: %(why)s", code=facts.code, why=" ".join(facts.lacking)),
            do=_l("Ghi hiệu chuẩn đã duyệt hoặc kiểm tra đạt cho thiết bị trước."), who=who,
            link_endpoint="instruments.instrument_page", link_values={"code": facts.code}, link_text=_l("Mở hồ sơ thiết bị"),
        )
    if not facts.verification.strip():
        return Stop(
            says=_l("Chưa đưa %(code)s vào sử dụng được: chưa ghi việc kiểm tra xác nhận.", code=facts.code),
            do=_l("Ghi đã kiểm tra gì, bằng gì, kết quả thế nào."), who=who, evaluated=False,
        )
    return None


@gate("calibration-evaluated", ("6.4.4",), _l("Đánh giá kết quả hiệu chuẩn trước khi dùng"))
def calibration_evaluated(facts: ReleaseFacts) -> Stop | None:
    """A certificate is read against the use it is for before it counts; its traceability is stated (6.5)."""
    if not facts.evaluation.strip():
        return Stop(
            says=_l("Chưa duyệt được giấy chứng nhận %(no)s: chưa ghi đánh giá.", no=facts.certificate_no),
            do=_l("Ghi kết quả đối chiếu với yêu cầu sử dụng: sai số, độ không đảm bảo, dải đo."),
            who=_l("người phụ trách thiết bị"), evaluated=False,
        )
    if not facts.traceability.strip():
        return Stop(
            says=_l("Chưa duyệt được giấy chứng nhận %(no)s: chưa nêu liên kết chuẩn đo lường.", no=facts.certificate_no),
            do=_l("Chọn đường liên kết chuẩn theo 6.5.2 hoặc 6.5.3."), who=_l("người phụ trách thiết bị"), evaluated=False,
        )
    return None

# ---- loans -----------------------------------------------------------------------------------------------

LOAN_OUT = State("out", _l("Đang giao"), "info", "box-arrow-right")
LOAN_LATE = State("late", _l("Quá hẹn trả"), "bad")
LOAN_BACK = State("back", _l("Đã trả"), "ok")


def loan_state(loan: Any, today: date) -> State:
    """The word of a loan on a day: out, should be back, back."""
    if loan.back_at is not None:
        return LOAN_BACK
    return LOAN_LATE if loan.due_back_on < today else LOAN_OUT


@dataclass(frozen=True)
class LoanFacts:
    """What speaks against issuing an instrument: reasons of `rules.judge`, and the loan under which it is out."""

    code: str
    lacking: tuple[str, ...] = ()
    out_code: str = ""
    out_holder: str = ""
    out_until: date | None = None


@gate("loan-fit", ("6.4.4", "6.4.13"), _l("Chỉ giao thiết bị dùng được"))
def loan_fit(facts: LoanFacts) -> Stop | None:
    """Whoever is handed an instrument may rely on it: nothing unfit is issued."""
    if not facts.lacking:
        return None
    return Stop(
        says=_l("Chưa giao %(code)s được: %(why)s", code=facts.code, why=" ".join(facts.lacking)),
        do=_l("Làm cho thiết bị dùng được trước, hoặc giao thiết bị khác cùng nhóm."), who=_l("người phụ trách thiết bị"),
        link_endpoint="instruments.instrument_page", link_values={"code": facts.code}, link_text=_l("Mở hồ sơ thiết bị"),
    )


@gate("loan-returned", ("6.4.3",), _l("Một thiết bị chỉ ở một nơi"))
def loan_returned(facts: LoanFacts) -> Stop | None:
    """An instrument that is out is taken back before it is issued again."""
    if not facts.out_code:
        return None
    return Stop(
        says=_l("%(code)s đang ở %(holder)s theo phiếu %(loan)s.", code=facts.code, holder=facts.out_holder, loan=facts.out_code),
        do=_l("Nhận lại thiết bị trước khi giao tiếp."), who=_l("người phụ trách thiết bị"),
        link_endpoint="instruments.loans_page", link_values={"code": facts.code}, link_text=_l("Mở các lần giao"),
    )


# ---- interval reviews ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IntervalFacts:
    """Who proposed an interval and who decides on it."""

    code: str
    proposed_by_id: int
    decided_by_id: int | None


@gate("interval-approver-is-another", ("6.4.7",), _l("Người quyết định chu kỳ là người khác"), basis=Basis.LABORATORY)
def interval_approver_is_another(facts: IntervalFacts) -> Stop | None:
    """Whoever proposes a longer interval does not grant it."""
    if facts.decided_by_id != facts.proposed_by_id:
        return None
    return Stop(
        says=_l("Bạn đã đề nghị %(code)s nên không quyết định nó.", code=facts.code),
        do=_l("Nhờ một người khác có quyền duyệt thiết bị quyết định."), who=_l("người duyệt thiết bị"),
    )


# ---- readings taken from the instrument itself -------------------------------------------------------------


@dataclass(frozen=True)
class CaptureFacts:
    """What an instrument said when it was asked: whether it is the registered one, whether it reported an error."""

    code: str
    answered: str
    agrees: bool
    system_error: str
    error_free: bool


@gate("capture-identity", ("6.4.13",), _l("Số đọc lấy từ đúng thiết bị trong danh mục"))
def capture_identity(facts: CaptureFacts) -> Stop | None:
    """The instrument that answers is the one whose calibration will be taken to count."""
    if facts.agrees:
        return None
    return Stop(
        says=_l("Chưa lấy được: thiết bị trả lời *IDN? là “%(answer)s”, không khớp với %(code)s trong danh mục.",
                answer=facts.answered[:120], code=facts.code),
        do=_l("Kiểm tra địa chỉ và dây nối; nếu đúng thiết bị thì sửa số máy, firmware hoặc câu trả lời *IDN? trong danh mục."),
        who=_l("phụ trách thiết bị"), link_endpoint="instruments.instrument_page", link_values={"code": facts.code},
        link_text=_l("Mở thiết bị"),
    )


@gate("capture-error-free", ("7.5.1",), _l("Không nhận số đọc khi thiết bị báo lỗi"), basis=Basis.LABORATORY)
def capture_error_free(facts: CaptureFacts) -> Stop | None:
    """What an instrument measured while it reported an error (overload, uncalibrated) is no reading."""
    if facts.error_free:
        return None
    return Stop(
        says=_l("Chưa lấy được: sau khi đo, %(code)s báo lỗi “%(error)s”.", code=facts.code, error=facts.system_error[:120]),
        do=_l("Xử lý lỗi trên thiết bị rồi đo lại; không có gì được lưu."), who=_l("thử nghiệm viên"),
    )
