"""How a delivery stands, by which ways there are, and what may be delivered."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from certificates.workflow import SUSPENDED, VALID
from lab_app.core.workflow import State

WAITING, QUEUED, SENT, FAILED, BOUNCED, DONE = "waiting", "queued", "sent", "failed", "bounced", "done"
STATES = {state.code: state for state in (
    State(WAITING, _l("Chờ giao"), "warn", "hourglass-split"),
    State(QUEUED, _l("Chờ gửi thư"), "info", "hourglass-split"),
    State(SENT, _l("Đã gửi"), "ok", "send-check"),
    State(FAILED, _l("Gửi hỏng"), "bad", "x-circle-fill"),
    State(BOUNCED, _l("Thư bị trả lại"), "bad", "arrow-return-left"),
    State(DONE, _l("Đã giao"), "ok", "check-circle-fill"),
)}
#: The same of word of a change: nothing is handed over, somebody is told.
TOLD = {
    **STATES, WAITING: State(WAITING, _l("Chờ báo"), "warn", "hourglass-split"), DONE: State(DONE, _l("Đã báo"), "ok", "check-circle-fill"),
}
#: The paper is with the customer, or on its way.
REACHED = (QUEUED, SENT, DONE)

EMAIL, LINK, PRINT, COLLECT, POST, PHONE = "email", "link", "print", "collect", "post", "phone"
WAYS = {
    EMAIL: _l("Thư điện tử"), LINK: _l("Đường dẫn riêng"), PRINT: _l("Bản in"), COLLECT: _l("Khách đến nhận"), POST: _l("Bưu chính"),
    PHONE: _l("Điện thoại"),
}
#: What a person does by hand and then writes down.
BY_HAND = (COLLECT, PRINT, POST, PHONE)

PAPER, CHANGE = "paper", "change"
PURPOSES = {PAPER: _l("Giao phiếu"), CHANGE: _l("Báo thay đổi tình trạng")}

LANGUAGES = {"vi": _l("Tiếng Việt"), "en": _l("Tiếng Anh"), "vi+en": _l("Việt và Anh")}

#: A paper in these states is handed over; a suspended one goes with word of it.
DELIVERABLE = (VALID, SUSPENDED)


def state_of(purpose: str, status: str) -> State:
    """How a delivery stands, in the words of its purpose."""
    return (TOLD if purpose == CHANGE else STATES)[status]
