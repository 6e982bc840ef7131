"""What deliveries, their fields and states are called in histories."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from certificates.delivery import workflow as ways
from lab_app.core import history


def register() -> None:
    """Tell the history what things are called."""
    history.say_kinds({"delivery": _l("Giao phiếu"), "personal-link": _l("Đường dẫn riêng")})
    history.say_fields("delivery", {
        "purpose": _l("Việc"), "way": _l("Cách giao"), "to_name": _l("Người nhận"), "to_address": _l("Gửi đến"),
        "file_sha256": _l("Mã băm của tệp"), "attached": _l("Đính kèm PDF"), "problem": _l("Vì sao hỏng"),
        "settled_at": _l("Xong lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("delivery", "purpose", dict(ways.PURPOSES))
    history.say_values("delivery", "way", dict(ways.WAYS))
    history.say_values("delivery", "language", dict(ways.LANGUAGES))
    history.say_values("delivery", "status", {code: state.word for code, state in ways.STATES.items()})
    history.say_fields("personal-link", {
        "token_hash": _l("Dấu của đường dẫn"), "expires_at": _l("Dùng được đến"), "revoked_at": _l("Thu hồi lúc"),
        "recorded_at": _l("Ghi lúc"),
    })
