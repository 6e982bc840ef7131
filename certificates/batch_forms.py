"""Forms of batches: choosing, signing, taking out, stopping."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from certificates import rules
from lab_app.accounts.signing import SignatureFields
from lab_app.core.forms import DayField, Form, LongTextField, required, version_field

CHOSEN, ALL = "chosen", "all"


class BatchForm(Form):
    """Which requests, and what all of their papers have in common."""

    which = RadioField(
        _l("Phát hành"), choices=[(CHOSEN, _l("Các yêu cầu đã chọn")), (ALL, _l("Mọi yêu cầu khớp bộ lọc"))], default=CHOSEN)
    issued_on = DayField(_l("Ngày ban hành"), not_future=True, description=_l("Bỏ trống là hôm nay."))
    reason_n = LongTextField(_l("Sai khác so với phương pháp"), max_length=500,
                             description=_l("In trên các phiếu mà hồ sơ không có sai khác nào."))
    deliver = BooleanField(_l("Gửi thư cho khách hàng khi phát hành xong"))

    def suggest(self) -> None:
        """The usual words; the signatory reads them and may change them."""
        if not self.reason_n.data:
            self.reason_n.data = rules.STANDARD_REASONS["n"]["vi"]

    def reasons(self) -> dict[str, str]:
        """Letter → reason, blank ones left out."""
        return {"n": self.reason_n.data} if self.reason_n.data else {}


class SignBatchForm(SignatureFields):
    """The one signature of a batch."""

    version = version_field()


class StopForm(Form):
    """Why nothing more of a batch is issued."""

    reason = LongTextField(_l("Lý do dừng"), [required()], max_length=600)
