"""Words of a letter that tells an enterprise what was found and which of its papers it touches: Vietnamese, then English (7.10.1 e)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from certificates.models import Recall
from certificates.recall.touched import Affected
from certificates.recall.workflow import AMEND, RETEST, STANDS, WITHDRAW
from lab_app.core import clock
from lab_app.core.i18n import show_date
from lab_app.samples.models import Customer

#: Between the Vietnamese and the English part of a letter.
PARTING = "\n\n* * *\n\n"

# The letter is in both languages whatever its reader's: these are not the interface's words.
_VI = {STANDS: "giữ nguyên", RETEST: "đo lại", AMEND: "sửa đổi phiếu", WITHDRAW: "thu hồi phiếu"}
_EN = {STANDS: "stands", RETEST: "to be re-tested", AMEND: "report to be amended", WITHDRAW: "report to be withdrawn"}


def _decided(said: dict[str, int], words: dict[str, str], waiting: str, lines: int) -> str:
    parts = [f"{words[d]}: {said[d]}" for d in words if said.get(d)]
    rest = lines - sum(said.values())
    if rest > 0:
        parts.append(f"{waiting}: {rest}")
    return ", ".join(parts)


def _vi(recall: Recall, customer: Customer, papers: Sequence[Affected], found_on: date) -> str:
    i = recall.instrument
    listed = "\n".join(
        f"- Phiếu {p.report.number} ngày {show_date(p.report.issued_on)}: {p.lines} kết quả"
        f" ({_decided(p.decisions, _VI, 'đang xem xét', p.lines)})" for p in papers
    )
    return (
        f"Kính gửi: {customer.name}\n\n"
        f"Ngày {show_date(found_on)} phòng thử nghiệm phát hiện thiết bị {i.code} ({i.name_vi}, {i.maker} {i.type}, số máy {i.serial}) "
        f"không đạt yêu cầu. Các số đo bằng thiết bị này từ {show_date(recall.since)} đến {show_date(recall.until)} được rà soát lại "
        f"(hồ sơ {recall.nonconformity.code}, {recall.code}). Những phiếu sau của Quý đơn vị có kết quả liên quan:\n\n"
        f"{listed}\n\n"
        "Với kết quả cần đo lại, phòng thử nghiệm đo lại và không tính phí; phiếu sửa đổi hoặc thu hồi được ghi trên trang tra cứu. "
        "Trong khi chờ, đề nghị Quý đơn vị không dùng các kết quả chưa giữ nguyên cho quyết định mới. "
        "Thiết bị đã ngừng sử dụng và chỉ dùng lại sau khi được kiểm tra xác nhận.\n\n"
        "Phòng thử nghiệm xin lỗi về sự bất tiện này và sẵn sàng giải đáp."
    )


def _en(recall: Recall, customer: Customer, papers: Sequence[Affected], found_on: date) -> str:
    i = recall.instrument

    def day(value: date) -> str:
        return value.strftime("%d %B %Y")

    since, until = day(clock.local(recall.since).date()), day(clock.local(recall.until).date())

    listed = "\n".join(
        f"- Report {p.report.number} of {day(p.report.issued_on)}: {p.lines} result(s)"
        f" ({_decided(p.decisions, _EN, 'under evaluation', p.lines)})" for p in papers
    )
    return (
        f"To: {customer.name_en or customer.name}\n\n"
        f"On {day(found_on)} the laboratory found that its instrument {i.code} ({i.name_en or i.name_vi}, {i.maker} {i.type}, "
        f"serial number {i.serial}) did not meet its requirements. Measurements made with it from {since} to {until} "
        f"are being evaluated (records {recall.nonconformity.code}, {recall.code}). "
        "These reports of yours carry results that were measured with it:\n\n"
        f"{listed}\n\n"
        "Results to be re-tested are measured again free of charge; an amended or withdrawn report is shown on the look-up page. "
        "Until then, please do not base new decisions on results that have not been confirmed. The instrument is out of service and "
        "returns only after verification.\n\n"
        "We apologise for the inconvenience and will gladly answer your questions."
    )


def drafted(recall: Recall, customer: Customer, papers: Sequence[Affected]) -> str:
    """The letter to one enterprise, from what is decided so far."""
    found_on = recall.nonconformity.found_on
    return _vi(recall, customer, papers, found_on) + PARTING + _en(recall, customer, papers, found_on)
