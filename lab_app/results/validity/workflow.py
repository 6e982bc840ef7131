"""Gates of 7.7 beside the one that a reading meets (`control-not-rejected` in the room's `workflow`)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.i18n import show_date


@dataclass(frozen=True)
class ReleaseFacts:
    """Who releases whose stop."""

    code: str
    releaser_id: int | None
    releaser: str
    recorded_by_id: int


@gate("stop-released-by-another", ("7.7.1", "7.10.1"), _l("Người cho làm lại khác người đã ghi điểm kiểm soát bị loại"),
      basis=Basis.LABORATORY)
def stop_released_by_another(facts: ReleaseFacts) -> Stop | None:
    """Resumption is authorised by somebody else than who recorded the rejected control (7.10.1 f)."""
    if facts.releaser_id is not None and facts.releaser_id != facts.recorded_by_id:
        return None
    return Stop(
        says=_l("%(person)s đã ghi số liệu dẫn tới lần dừng %(code)s nên không tự cho làm lại.", person=facts.releaser, code=facts.code),
        do=_l("Nhờ người soát xét hoặc phụ trách chất lượng khác xem nguyên nhân, hành động và cho làm lại."),
        who=_l("người soát xét, phụ trách chất lượng"), link_endpoint="results.stop_page", link_values={"code": facts.code},
        link_text=_l("Mở lần dừng"),
    )


@dataclass(frozen=True)
class ProviderFacts:
    """Who runs a proficiency test, and whether the laboratory had approved it on the day."""

    provider: str
    provider_code: str
    basis: str
    approved: bool
    on: date


@gate("proficiency-provider-approved", ("6.6.2", "7.7.2"), _l("Nhà cung cấp thử nghiệm thành thạo đã được phê duyệt"))
def proficiency_provider_approved(facts: ProviderFacts) -> Stop | None:
    """A provider from the list is approved for proficiency testing on the day; another needs the basis on which it was accepted."""
    if facts.approved or (not facts.provider_code and facts.basis.strip()):
        return None
    if not facts.provider_code:
        return Stop(
            says=_l("Chưa nêu căn cứ chọn %(provider)s làm nơi tổ chức.", provider=facts.provider),
            do=_l("Chọn nhà cung cấp đã phê duyệt, hoặc ghi căn cứ chấp nhận (năng lực theo ISO/IEC 17043, hay vì sao không có)."),
            who=_l("phụ trách chất lượng"), evaluated=False,
        )
    return Stop(
        says=_l("%(provider)s chưa được phê duyệt cho thử nghiệm thành thạo ngày %(day)s.", provider=facts.provider,
                day=show_date(facts.on)),
        do=_l("Đánh giá và phê duyệt nhà cung cấp trước khi đăng ký vòng."), who=_l("phụ trách chất lượng"),
        link_endpoint="quality.supplier_page", link_values={"code": facts.provider_code}, link_text=_l("Mở nhà cung cấp"),
    )
