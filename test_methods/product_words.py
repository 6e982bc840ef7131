"""Lanes of a product list as people call them, and as badges."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.workflow import State
from test_methods.properties import BY_KEY
from test_methods.rules.products import CERTIFY, DECLARE

LANES = {CERTIFY: _l("rủi ro cao: chứng nhận hợp quy"), DECLARE: _l("rủi ro trung bình: công bố hợp quy")}
BADGES = {
    CERTIFY: State(CERTIFY, _l("Chứng nhận hợp quy"), "warn", "award"),
    DECLARE: State(DECLARE, _l("Công bố hợp quy"), "info", "file-earmark-text"),
}
#: What the applicant does in each lane.
DUTIES = {
    CERTIFY: _l(
        "Thử tại phòng được chỉ định hoặc được thừa nhận, rồi tổ chức được chỉ định chứng nhận; "
        "hàng nhập khẩu kiểm tra trước khi lưu thông."),
    DECLARE: _l("Người sản xuất, nhập khẩu tự đánh giá theo kết quả thử hoặc qua tổ chức chứng nhận, rồi công bố hợp quy."),
}


def condition_text(condition: Mapping[str, Any]) -> str:
    """A condition as a history tells it: `Công nghệ vô tuyến: Wi-Fi 2,4 GHz`; one of a property that is gone as it was kept."""
    known, value = BY_KEY.get(str(condition["property"])), str(condition["value"])
    if known is None:
        return f"{condition['property']}: {value}"
    if known.kind == "flag":
        return f"{known.words}: {gettext('có') if value == 'yes' else gettext('không')}"
    return f"{known.words}: {', '.join(str(known.choices.get(v, v)) for v in value.split(','))}"
