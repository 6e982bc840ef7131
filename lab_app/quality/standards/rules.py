"""Words and cycles of the watch over documents of others."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core.workflow import State

KINDS = {
    "regulation": _l("Quy chuẩn kỹ thuật"), "standard": _l("Tiêu chuẩn"), "law": _l("Văn bản pháp luật"),
    "calibration": _l("Văn bản kỹ thuật đo lường"), "accreditation": _l("Yêu cầu của cơ quan công nhận"),
    "manual": _l("Tài liệu của nhà sản xuất"),
}
CURRENT, CHANGED, WITHDRAWN = "current", "changed", "withdrawn"
STATES = {
    CURRENT: State(CURRENT, _l("Đang dùng"), "ok"),
    CHANGED: State(CHANGED, _l("Có thay đổi chưa xử lý"), "bad", "exclamation-octagon-fill"),
    WITHDRAWN: State(WITHDRAWN, _l("Thôi dùng"), "hold", "archive"),
}
UNCHANGED, AMENDED, NEW_EDITION, RECALLED, HANDLED = "unchanged", "amended", "new_edition", "withdrawn", "handled"
OUTCOMES = {
    UNCHANGED: _l("Không thay đổi"), AMENDED: _l("Có sửa đổi, đính chính"), NEW_EDITION: _l("Có bản mới thay thế"),
    RECALLED: _l("Bị bãi bỏ, hủy bỏ"),
}
#: How a look at a document is told, the handling of what was found among them.
TOLD = OUTCOMES | {HANDLED: _l("Đã xử lý thay đổi")}
#: A look is taken at least this often.
LONGEST_MONTHS = 24
#: So long before a look is due its owner is asked.
NOTICE_DAYS = 14
