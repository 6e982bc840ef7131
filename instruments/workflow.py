"""States of an instrument and the gates of its room (ISO/IEC 17025:2017 6.4.4, 6.4.9)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

REGISTERED = State("registered", _l("Chưa đưa vào dùng"), "hold")
IN_SERVICE = State("in_service", _l("Đang dùng"), "ok")
OUT_OF_SERVICE = State("out_of_service", _l("Ngừng sử dụng"), "bad", "pause-circle-fill")
IN_CALIBRATION = State("in_calibration", _l("Đang hiệu chuẩn"), "info")
AWAITING_RELEASE = State("awaiting_release", _l("Chờ duyệt dùng lại"), "hold")
RETIRED = State("retired", _l("Đã thanh lý"), "hold")

MACHINE = Machine(
    "instrument",
    (REGISTERED, IN_SERVICE, OUT_OF_SERVICE, IN_CALIBRATION, AWAITING_RELEASE, RETIRED),
    (
        Transition("put_into_service", ("registered", "out_of_service", "in_calibration", "awaiting_release"), "in_service",
                   P.INSTRUMENT_RELEASE, _l("Đưa vào sử dụng"), ("verified-before-service",)),
        Transition("take_out", ("registered", "in_service", "in_calibration", "awaiting_release"), "out_of_service", P.INSTRUMENT_CHECK,
                   _l("Ngừng sử dụng")),
        Transition("send_to_calibration", ("registered", "in_service", "out_of_service", "awaiting_release"), "in_calibration",
                   P.INSTRUMENT_WRITE, _l("Gửi hiệu chuẩn")),
        Transition("bring_back", ("in_calibration",), "awaiting_release", P.INSTRUMENT_WRITE, _l("Nhận lại từ hiệu chuẩn")),
        Transition("retire", ("registered", "in_service", "out_of_service", "in_calibration", "awaiting_release"), "retired",
                   P.INSTRUMENT_WRITE, _l("Thanh lý")),
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
    points: int = 0
    unjudged: int = 0
    no_points: str = ""


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
    if not facts.points and not facts.no_points.strip():
        return Stop(
            says=_l("Chưa duyệt được giấy chứng nhận %(no)s: chưa ghi kết quả từng điểm.", no=facts.certificate_no),
            do=_l("Nhập bảng điểm của giấy chứng nhận; nếu giấy không có bảng điểm thì ghi rõ vì sao."),
            who=_l("người phụ trách thiết bị"), evaluated=False,
        )
    if facts.unjudged:
        return Stop(
            says=_l("Chưa duyệt được giấy chứng nhận %(no)s: %(n)s điểm có tiêu chí mà chưa kết luận.", no=facts.certificate_no,
                    n=facts.unjudged),
            do=_l("Chọn quy tắc quyết định rồi lưu lại bảng điểm."), who=_l("người phụ trách thiết bị"), evaluated=False,
        )
    return None


@dataclass(frozen=True)
class FactorDecision:
    """Whether correction factors were entered with a calibration, or "no change" stated; `needed` where factors are in play."""

    code: str
    certificate_no: str
    needed: bool
    decision: str
    sets: int


@gate("factors-decided", ("6.4.11",), _l("Hệ số hiệu chính đã nhập hoặc ghi “không đổi”"))
def factors_decided(facts: FactorDecision) -> Stop | None:
    """Reference values and correction factors of a calibration are carried over before it counts, or said to stand."""
    if not facts.needed or (facts.decision == "entered" and facts.sets) or facts.decision == "no_change":
        return None
    return Stop(
        says=_l("Chưa duyệt được giấy chứng nhận %(no)s: chưa quyết định hệ số hiệu chính của %(code)s.", no=facts.certificate_no,
                code=facts.code),
        do=_l("Nhập bảng hệ số theo giấy chứng nhận này, hoặc ghi “không đổi” kèm lý do."), who=_l("người phụ trách thiết bị"),
        evaluated=False,
    )


@dataclass(frozen=True)
class ProviderFacts:
    """Who calibrates, and whether that provider was approved for calibration on a day; an empty `provider` was never named."""

    code: str
    on: date
    in_house: bool = False
    provider: str = ""
    provider_code: str = ""
    approved: bool = False


@gate("provider-approved", ("6.6.2",), _l("Chỉ dùng nhà cung cấp hiệu chuẩn đã phê duyệt"))
def provider_approved(facts: ProviderFacts) -> Stop | None:
    """A calibration from outside comes from a provider approved for it on that day; none named is none evaluated."""
    if facts.in_house or facts.approved:
        return None
    who = _l("người phụ trách chất lượng")
    if not facts.provider:
        return Stop(
            says=_l("Hiệu chuẩn bên ngoài của %(code)s chưa nêu nhà cung cấp trong danh sách.", code=facts.code),
            do=_l("Chọn nhà cung cấp đã phê duyệt, hoặc thêm và phê duyệt nhà cung cấp này."), who=who,
            link_endpoint="quality.suppliers", link_text=_l("Mở danh sách nhà cung cấp"), evaluated=False,
        )
    return Stop(
        says=_l("%(provider)s chưa được phê duyệt cho hiệu chuẩn vào ngày %(day)s.", provider=facts.provider,
                day=show_date(facts.on)),
        do=_l("Đánh giá và phê duyệt nhà cung cấp trước, hoặc chọn nhà cung cấp khác."), who=who,
        link_endpoint="quality.supplier_page", link_values={"code": facts.provider_code}, link_text=_l("Mở nhà cung cấp"),
    )


# ---- calibration orders ------------------------------------------------------------------------------------

ORDERS = Machine(
    "calibration-order",
    (
        State("ordered", _l("Đã đặt"), "info", "cart-check"), State("sent", _l("Đã gửi"), "info", "send"),
        State("at_laboratory", _l("Ở phòng hiệu chuẩn"), "info", "building"),
        State("back", _l("Đã về, chờ đánh giá"), "warn", "box-arrow-in-down"),
        State("closed", _l("Xong"), "ok"), State("cancelled", _l("Đã hủy"), "hold", "x-circle"),
    ),
    (
        Transition("send", ("ordered",), "sent", P.INSTRUMENT_WRITE, _l("Ghi đã gửi")),
        Transition("arrive", ("sent",), "at_laboratory", P.INSTRUMENT_WRITE, _l("Ghi phòng hiệu chuẩn đã nhận")),
        Transition("bring_back", ("sent", "at_laboratory"), "back", P.INSTRUMENT_WRITE, _l("Ghi đã nhận lại")),
        Transition("close", ("back",), "closed", P.INSTRUMENT_RELEASE, _l("Đóng đơn")),
        Transition("cancel", ("ordered", "back"), "cancelled", P.INSTRUMENT_WRITE, _l("Hủy đơn")),
    ),
)
#: An order in one of these states holds the instrument: no second one beside it.
OPEN_ORDERS = ("ordered", "sent", "at_laboratory", "back")

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


# ---- extensions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExtensionFacts:
    """What an extension would move: the first day that may not be used, `None` where nothing in force covers."""

    code: str
    what: str
    due_on: date | None
    today: date


@gate("extension-before-due", ("6.4.6", "7.10.1"), _l("Gia hạn chỉ được quyết định trước ngày đến hạn"), basis=Basis.LABORATORY)
def extension_before_due(facts: ExtensionFacts) -> Stop | None:
    """No silent grace: what is overdue, failed or was never done is not extended but done."""
    if facts.due_on is not None and facts.today < facts.due_on:
        return None
    do = _l("Làm việc đến hạn rồi ghi lại; hoặc ngừng sử dụng thiết bị.")
    who = _l("người phụ trách thiết bị")
    if facts.due_on is None:
        return Stop(
            says=_l("Không gia hạn %(what)s của %(code)s được: chưa có lần nào đạt còn tính đến hạn.", what=facts.what, code=facts.code),
            do=do, who=who, evaluated=False,
        )
    return Stop(
        says=_l("Không gia hạn %(what)s của %(code)s được nữa: đã đến hạn ngày %(day)s.", what=facts.what, code=facts.code,
                day=show_date(facts.due_on)),
        do=do, who=who,
    )
