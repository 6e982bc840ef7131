"""What of ISO/IEC 17025:2017 this program can refuse, clause by clause: by which gates, or by how it is built, or why not as written.

One row for each requirement that software can enforce. A row names its gates; where nothing has to be refused because no door exists
(nothing is overwritten, nothing deleted), `built` says so; where the clause cannot be enforced as written, `instead` says why and what is
done instead. Nothing is listed as enforced that is not: a test holds every named gate against the register of gates.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

GATES, BUILT, INSTEAD = "gates", "built", "instead"
HOWS = {
    GATES: (_l("Chốt chặn"), "ok"), BUILT: (_l("Không có đường nào làm sai"), "ok"),
    INSTEAD: (_l("Không cưỡng chế được như điều viết"), "warn"),
}


@dataclass(frozen=True)
class Requirement:
    """A requirement of the standard: its clause, the gates that keep it, what else does."""

    clause: str
    gates: tuple[str, ...] = ()
    built: Any = ""
    instead: Any = ""

    @property
    def hows(self) -> tuple[str, ...]:
        """In which ways it is kept."""
        return tuple(how for how, said in ((GATES, self.gates), (BUILT, self.built), (INSTEAD, self.instead)) if said)


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement("4.1.4", ("no-declared-interest", "declaration-current"), instead=_l(
        "Rủi ro mà không ai nghĩ ra thì không phần mềm nào thấy: hệ thống hỏi từng người mỗi năm, hỏi rà soát rủi ro mỗi quý và chuyển lên "
        "khi quá hạn.")),
    Requirement("4.2.1", ("public-as-agreed",)),
    Requirement("4.2.4", ("undertaking-filed",), built=_l(
        "Chưa ký cam kết bảo mật thì chỉ mở được trang đọc và ký cam kết; mọi địa chỉ khác đều dẫn về trang này.")),
    Requirement("5.3", ("uncertainty-within-capability",), built=_l(
        "Dấu công nhận chỉ in cho dòng trong phạm vi còn hiệu lực vào ngày thử; dòng khác mang dấu (*).")),
    Requirement("6.2.3", ("person-authorised", "competence-evidenced", "competence-judged-by-another")),
    Requirement("6.2.6", (
        "person-authorised", "reviewer-authorised", "signatory-authorised", "opinion-authorised", "authorisation-alone")),
    Requirement("6.3.3", ("environment-within-limits", "excursion-answered")),
    Requirement("6.4.2", ("instrument-fit",), built=_l("Chốt chặn không hỏi thiết bị của ai: mượn, thuê hay của mình đều như nhau.")),
    Requirement("6.4.4", ("verified-before-service", "calibration-evaluated", "instrument-fit")),
    Requirement("6.4.5", ("instrument-fit",)),
    Requirement("6.4.6", ("instrument-fit", "extension-before-due")),
    Requirement("6.4.9", ("instrument-fit", "not-held"), built=_l(
        "Kiểm tra, hiệu chuẩn không đạt hay hư hỏng tự đưa thiết bị ra khỏi sử dụng, mở công việc không phù hợp và liệt kê kết quả.")),
    Requirement("6.4.10", ("instrument-fit",)),
    Requirement("6.4.11", ("factors-decided",)),
    Requirement("6.4.13", ("instrument-fit", "capture-identity")),
    Requirement("6.5.2", ("provider-approved", "calibration-items-complete")),
    Requirement("6.6.1", ("provider-approved", "proficiency-provider-approved", "order-to-approved")),
    Requirement("6.6.2", ("supplier-evaluated", "not-own-supplier", "incoming-looked-at", "incoming-accepted")),
    Requirement("7.1.1", ("contract-review-complete", "contract-review-approved")),
    Requirement("7.1.2", ("method-current",)),
    Requirement("7.1.3", ("rule-agreed-at-review", "rule-agreed")),
    Requirement("7.1.4", ("contract-review-complete",)),
    Requirement("7.1.5", ("deviation-complete",), built=_l(
        "Sai khác với hợp đồng chỉ khép lại khi đã ghi khách hàng được báo và chấp nhận.")),
    Requirement("7.1.6", ("request-review-current",)),
    Requirement("7.1.8", built=_l("Bản xem xét chỉ thêm bản mới; nhật ký chỉ ghi thêm, cơ sở dữ liệu từ chối sửa và xóa.")),
    Requirement("7.2.1.1", ("contract-review-complete", "method-in-force")),
    Requirement("7.2.1.2", ("method-in-force", "document-effective-served"), built=_l(
        "Trang bàn đo chỉ đưa ra bản tài liệu đang có hiệu lực.")),
    Requirement("7.2.1.3", ("method-in-force", "method-current")),
    Requirement("7.2.1.5", ("version-verified",)),
    Requirement("7.2.1.7", ("deviation-complete", "deviation-by-another")),
    Requirement("7.2.2.1", ("version-verified",)),
    Requirement("7.2.2.4", ("version-verified",)),
    Requirement("7.3.3", ("sampling-recorded",)),
    Requirement("7.4.2", ("sample-here",), built=_l("Mã mẫu do hệ thống cấp, không dùng lại, giữ suốt đời mẫu.")),
    Requirement("7.4.3", ("deviation-answered",)),
    Requirement("7.4.4", ("conditioning-finished",)),
    Requirement("7.5.1", ("record-complete", "time-plausible", "late-entry-reason", "trace-belongs")),
    Requirement("7.5.2", ("correction-has-reason",), built=_l("Bản cũ và bản mới cùng đứng; không có lệnh ghi đè số đọc.")),
    Requirement("7.6.2", ("uncertainty-within-capability", "calibration-items-complete")),
    Requirement("7.6.3", ("version-verified", "budget-used-by-another")),
    Requirement("7.7.3", ("control-not-rejected",), built=_l("Kết quả thử nghiệm thành thạo không đạt tự mở công việc không phù hợp.")),
    Requirement("7.8.1.1", ("lines-reviewed", "reviewer-is-another", "signed-by-person", "signatory-authorised")),
    Requirement("7.8.1.2", ("issued-is-final",), built=_l("Bản phát hành là ảnh chụp có mã băm; vẽ lại phải ra đúng từng byte.")),
    Requirement("7.8.2.1", ("report-items-complete",)),
    Requirement("7.8.2.2", built=_l("Mỗi mục có nguồn; dữ liệu khách hàng cung cấp tự mang dấu và câu miễn trừ trên phiếu.")),
    Requirement("7.8.3.1", ("report-items-complete",), built=_l("U tự in khi giá trị gần giới hạn hoặc quy tắc cần đến; không tắt được.")),
    Requirement("7.8.3.2", ("sampling-recorded",), built=_l("Mẫu do phòng thử nghiệm lấy thì phần lấy mẫu tự in trên phiếu.")),
    Requirement("7.8.4.1", ("calibration-items-complete",)),
    Requirement("7.8.4.2", ("sampling-recorded",), built=_l("Như phiếu thử nghiệm: phần lấy mẫu tự in.")),
    Requirement("7.8.4.3", ("validity-within-kind",)),
    Requirement("7.8.5", ("sampling-recorded",), built=_l("Phần lấy mẫu lấy nguyên từ biên bản lấy mẫu đủ tám nhóm.")),
    Requirement("7.8.6.1", ("rule-agreed", "override-by-second-person", "limit-confirmed")),
    Requirement("7.8.6.2", built=_l("Kết luận chung chỉ tính từ kết luận từng dòng, không gõ được.")),
    Requirement("7.8.7.1", ("opinion-authorised",)),
    Requirement("7.8.7.2", ("opinions-current",)),
    Requirement("7.8.8.1", ("not-issued-twice",), built=_l("Bản sửa đổi phải nêu thay đổi và lý do; cả hai in trên phiếu.")),
    Requirement("7.8.8.2", ("issued-is-final",)),
    Requirement("7.8.8.3", built=_l("Bản thay thế mang số mới và nêu số bị thay; trang tra cứu của số cũ chỉ sang số mới.")),
    Requirement("7.9.6", ("complaint-decider-not-involved",)),
    Requirement("7.10.1", (
        "not-held", "hold-released-by-another", "nonconformity-answered", "affected-disposed", "customers-told", "recall-all-decided")),
    Requirement("7.10.2", ("nonconformity-answered",)),
    Requirement("7.10.3", ("recurrence-forces-corrective", "corrective-or-reason")),
    Requirement("7.11.3", ("signed-by-person", "signing-key-ready"), built=_l(
        "Nhật ký chỉ ghi thêm, niêm phong thành chuỗi; lệnh flask audit verify chỉ ra mắt xích đứt đầu tiên."),
        instead=_l("Hỏng máy, cháy, mất điện nằm ngoài phần mềm: hướng dẫn quản trị nêu sao lưu và tập khôi phục.")),
    Requirement("7.11.6", ("vectors-pass",)),
    Requirement("8.3.1", ("document-steps-in-order", "document-effective-served")),
    Requirement("8.3.2", (
        "document-reviewed-by-another", "document-approved-by-another", "document-steps-in-order", "document-effective-served",
        "approver-is-another")),
    Requirement("8.4.2", ("record-kept", "disposal-by-another", "disposal-approved")),
    Requirement("8.7.1", (
        "corrective-stage-order", "corrective-cause-and-evidence", "corrective-system-answered", "effectiveness-by-another",
        "effectiveness-not-early")),
    Requirement("8.7.3", ("corrective-cause-and-evidence",)),
    Requirement("8.8.2", instead=_l("Đánh giá nội bộ chưa có trong hệ thống: chương trình, danh mục và phát hiện giữ ngoài; "
                                    "phát hiện được mở thành hành động khắc phục ở đây.")),
    Requirement("8.9.2", instead=_l(
        "Xem xét của lãnh đạo chưa có trong hệ thống: các số liệu đầu vào xem ở trang mục tiêu và bảng điều hành.")),
    Requirement("8.9.3", instead=_l(
        "Xem xét của lãnh đạo chưa có trong hệ thống: quyết định được giao thành việc ở mục cải tiến, thay đổi.")),
)
