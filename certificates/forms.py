"""Forms of the room: issue, amend, change of status."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from certificates import rules, workflow
from lab_app.accounts.signing import SignatureFields
from lab_app.core.forms import Choice, DayField, LongTextField, required, version_field

#: Items of 7.8.2.1 that may not apply: a reason is asked for on the page when nothing fills them.
REASONS = {
    "c": _l("Lý do không nêu nơi thực hiện"),
    "h": _l("Lý do không nêu ngày nhận mẫu"),
    "i": _l("Lý do không nêu ngày thực hiện"),
    "k": _l("Lý do không có kế hoạch lấy mẫu"),
    "n": _l("Sai khác so với phương pháp"),
    "p": _l("Lý do không có kết quả từ bên ngoài"),
}


def kinds() -> list[tuple[str, object]]:
    """Kinds of paper to choose from."""
    return list(workflow.KINDS.items())


class Reasons(SignatureFields):
    """The stated reasons, one field for each letter that may be waived."""

    reason_c = LongTextField(REASONS["c"], max_length=500)
    reason_h = LongTextField(REASONS["h"], max_length=500)
    reason_i = LongTextField(REASONS["i"], max_length=500)
    reason_k = LongTextField(REASONS["k"], max_length=500)
    reason_n = LongTextField(REASONS["n"], max_length=500)
    reason_p = LongTextField(REASONS["p"], max_length=500)

    def reasons(self) -> dict[str, str]:
        """Letter → reason, blank ones left out."""
        return {letter: self[f"reason_{letter}"].data for letter in REASONS if (self[f"reason_{letter}"].data or "").strip()}

    def suggest(self) -> None:
        """Write the usual words where a statement is always needed; the signatory reads them and may change them."""
        if not self.reason_n.data:
            self.reason_n.data = rules.STANDARD_REASONS["n"]["vi"]


class IssueForm(Reasons):
    """Kind of paper and day of issue."""

    kind = Choice(_l("Loại phiếu"), choices=kinds)
    issued_on = DayField(_l("Ngày ban hành"), not_future=True)
    valid_from = DayField(_l("Có hiệu lực từ ngày"))
    expires_on = DayField(_l("Có hiệu lực đến hết ngày"))


class AmendForm(Reasons):
    """Why the paper is replaced; printed on the new one and shown to whoever looks the old one up."""

    reason = LongTextField(_l("Lý do sửa đổi (in trên phiếu, công khai)"), [required()], max_length=600)
    reason_en = LongTextField(_l("Lý do bằng tiếng Anh"), max_length=600)
    issued_on = DayField(_l("Ngày ban hành"), not_future=True)
    expires_on = DayField(_l("Có hiệu lực đến hết ngày"))
    version = version_field()


class StatusForm(SignatureFields):
    """Why the status changes: for the laboratory, and for everybody."""

    reason = LongTextField(_l("Lý do (lưu nội bộ)"), [required()], max_length=1000)
    public_reason = LongTextField(_l("Lý do công khai trên trang tra cứu"), max_length=600)
    version = version_field()
