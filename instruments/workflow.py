"""States of an instrument and the gates of its room (ISO/IEC 17025:2017 6.4.4, 6.4.9)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
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
