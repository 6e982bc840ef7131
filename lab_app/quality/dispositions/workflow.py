"""What may be decided about touched work, and how customers are told."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.workflow import State

STANDS, RETEST, AMEND, WITHDRAW, DISCARD = "stands", "retest", "amend", "withdraw", "discard"
DECISIONS = {
    STANDS: State(STANDS, _l("Giữ nguyên"), "ok", "check-lg"),
    RETEST: State(RETEST, _l("Làm lại"), "warn", "arrow-repeat"),
    AMEND: State(AMEND, _l("Sửa đổi phiếu"), "warn", "pencil-square"),
    WITHDRAW: State(WITHDRAW, _l("Thu hồi phiếu"), "bad", "x-circle"),
    DISCARD: State(DISCARD, _l("Bỏ, không dùng"), "bad", "trash"),
}
#: After these the customer who holds a paper has to be told (7.10.1 e).
TELLS = frozenset({AMEND, WITHDRAW})

#: What may be named as touched.
KINDS: dict[str, Any] = {
    "report": _l("Phiếu kết quả"), "test-job": _l("Việc thử nghiệm"), "sample": _l("Mẫu"), "request": _l("Yêu cầu thử nghiệm"),
    "instrument": _l("Thiết bị"),
}

HOW: dict[str, Any] = {"letter": _l("Thư, công văn"), "email": _l("Thư điện tử"), "phone": _l("Điện thoại"), "meeting": _l("Gặp trực tiếp")}
