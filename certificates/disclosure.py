"""What leaves the laboratory beyond the paper itself: only as the customer agreed, and only of a paper that was issued (4.2.1)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates import workflow
from lab_app.core.gates import Stop, gate

#: Kinds of exhibits.
PHOTO, MANUAL, DECLARATION, OTHER = "photo", "manual", "declaration", "other"
EXHIBITS = {
    PHOTO: _l("Ảnh sản phẩm"), MANUAL: _l("Hướng dẫn sử dụng"), DECLARATION: _l("Bản tự công bố"), OTHER: _l("Tài liệu khác"),
}


@dataclass(frozen=True)
class Disclosure:
    """Something to be made public about a paper: who of the customer agreed, on which day, and from when it may be shown.

    `code_only`: the customer asked that only holders of the code get an answer. `offers`: whether there is anything to be found by.
    """

    number: str
    status: str
    agreed_by: str
    agreed_on: date | None
    today: date
    code_only: bool = False
    offers: bool = True


@gate("public-as-agreed", ["4.2.1"], _l("Chỉ công khai điều khách hàng đã đồng ý"))
def public_as_agreed(facts: Disclosure) -> Stop | None:
    """A named person of the customer agreed, not later than today, and the paper was issued and is not kept to its code."""
    if facts.status not in workflow.PUBLIC_STATES:
        return Stop(
            says=gettext("Phiếu %(number)s chưa phát hành nên chưa có gì để công khai.", number=facts.number),
            do=gettext("Phát hành phiếu trước."), who=gettext("người ký"),
        )
    if facts.code_only:
        return Stop(
            says=gettext("Khách hàng đã yêu cầu giữ kín phiếu %(number)s: chỉ người có mã tra được.", number=facts.number),
            do=gettext("Muốn công khai thì lập phiếu sửa đổi theo thỏa thuận mới."), who=gettext("khách hàng"),
        )
    if not facts.agreed_by.strip() or facts.agreed_on is None:
        return Stop(
            says=gettext("Chưa ghi ai của khách hàng đồng ý công khai và ngày đồng ý."),
            do=gettext("Hỏi khách hàng trước, ghi tên người đồng ý, ngày và nơi lưu thỏa thuận."), who=gettext("người phụ trách yêu cầu"),
        )
    if facts.agreed_on > facts.today:
        return Stop(says=gettext("Ngày khách hàng đồng ý ở tương lai."), do=gettext("Ghi ngày đã đồng ý."))
    if not facts.offers:
        return Stop(
            says=gettext("Khách hàng chưa cho công khai tên, sản phẩm hay quy chuẩn của phiếu %(number)s.", number=facts.number),
            do=gettext("Danh bạ chỉ ghi điều đã được phép công khai khi phát hành; cần một phiếu sửa đổi."),
        )
    return None
