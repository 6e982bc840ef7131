"""Words of context and processes (ISO 9001 4.1 to 4.4)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

SIDES: dict[str, Any] = {"internal": _l("Bên trong"), "external": _l("Bên ngoài")}
TOPICS: dict[str, Any] = {
    "law": _l("Pháp luật, quy chuẩn"), "market": _l("Thị trường, cạnh tranh"), "technology": _l("Công nghệ"),
    "people": _l("Con người, năng lực"), "money": _l("Tài chính"), "site": _l("Cơ sở vật chất, thiết bị"),
    "culture": _l("Văn hóa, tổ chức"), "climate": _l("Khí hậu, môi trường"), "other": _l("Khác"),
}
EFFECTS: dict[str, Any] = {"good": _l("Thuận lợi"), "bad": _l("Khó khăn"), "both": _l("Cả hai")}
TONES = {"good": "ok", "bad": "warn", "both": "info"}
LANES: dict[str, Any] = {"management": _l("Quá trình quản lý"), "core": _l("Quá trình chính"), "support": _l("Quá trình hỗ trợ")}
#: Context is looked at again at the latest after this time.
REVIEW_EVERY = timedelta(days=366)
