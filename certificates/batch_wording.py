"""What batches and the papers in them are called on pages and in histories."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from certificates import workflow
from lab_app.core import history

BATCH_STATES: dict[str, dict[str, Any]] = {
    "checking": {"word": _l("Đang kiểm tra"), "tone": "info", "icon": "hourglass-split"},
    "ready": {"word": _l("Chờ ký"), "tone": "warn", "icon": "pen"},
    "issuing": {"word": _l("Đang phát hành"), "tone": "info", "icon": "hourglass-split"},
    "done": {"word": _l("Đã xong"), "tone": "ok", "icon": ""},
    "stopped": {"word": _l("Đã dừng"), "tone": "hold", "icon": "stop-circle"},
}
ITEM_STATES: dict[str, dict[str, Any]] = {
    "waiting": {"word": _l("Chờ kiểm tra"), "tone": "hold", "icon": "hourglass-split"},
    "ready": {"word": _l("Đủ điều kiện"), "tone": "ok", "icon": ""},
    "blocked": {"word": _l("Chưa đủ điều kiện"), "tone": "bad", "icon": ""},
    "left_out": {"word": _l("Bỏ khỏi lô"), "tone": "hold", "icon": "dash-circle"},
    "issuing": {"word": _l("Đang phát hành"), "tone": "info", "icon": "hourglass-split"},
    "issued": {"word": _l("Đã phát hành"), "tone": "ok", "icon": "patch-check"},
    "void": {"word": _l("Số bỏ"), "tone": "bad", "icon": "slash-circle"},
    "refused": {"word": _l("Không phát hành, chưa cấp số"), "tone": "bad", "icon": ""},
    "skipped": {"word": _l("Đã dừng trước khi cấp số"), "tone": "hold", "icon": "stop-circle"},
}


def register() -> None:
    """Tell the history what things are called."""
    history.say_kinds({"issue-batch": _l("Lô phát hành")})
    history.say_fields("issue-batch", {
        "status": _l("Tình trạng"), "issued_on": _l("Ngày ban hành"), "deliver": _l("Gửi thư cho khách hàng"),
        "reasons": _l("Lý do đã ghi"), "kind": _l("Loại phiếu"),
        "stopped_reason": _l("Lý do dừng"), "finished_at": _l("Xong lúc"), "signature_id": _l("Chữ ký số"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("issue-batch", "kind", dict(workflow.KINDS))
    history.say_values("issue-batch", "status", {code: state["word"] for code, state in BATCH_STATES.items()})
