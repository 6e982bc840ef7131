"""Words of a letter that brings a paper, or says that its status changed: Vietnamese, English, or one after the other.

The language is the customer's, not the present reader's: these are not the interface's words.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from certificates.recall.letters import PARTING
from certificates.workflow import EXPIRED, REPLACED, SUSPENDED, VALID, WITHDRAWN
from lab_app.core.i18n import show_date

Text = dict[str, str]

_STATUS: dict[str, Text] = {
    VALID: {"vi": "còn hiệu lực trở lại", "en": "valid again"},
    SUSPENDED: {"vi": "tạm dừng hiệu lực", "en": "suspended"},
    REPLACED: {"vi": "đã được thay thế", "en": "replaced"},
    EXPIRED: {"vi": "hết hiệu lực", "en": "expired"},
    WITHDRAWN: {"vi": "đã thu hồi", "en": "withdrawn"},
}
#: What the reader has to do.
_MEANS: dict[str, Text] = {
    VALID: {"vi": "Phiếu dùng lại được.", "en": "The report may be used again."},
    SUSPENDED: {"vi": "Đề nghị không dùng phiếu này cho tới khi có thông báo tiếp theo.",
                "en": "Please do not use this report until further notice."},
    REPLACED: {"vi": "Đề nghị dùng phiếu thay thế; phiếu cũ không còn dùng được.",
               "en": "Please use the report that replaces it; the former one may no longer be used."},
    EXPIRED: {"vi": "Phiếu đã hết thời hạn ghi trên phiếu.", "en": "The period of validity stated on the report has ended."},
    WITHDRAWN: {"vi": "Đề nghị không dùng phiếu này nữa.", "en": "Please do not use this report any more."},
}


@dataclass(frozen=True)
class Letter:
    """A subject of one line and a plain body."""

    subject: str
    body: str


@dataclass(frozen=True)
class PaperFacts:
    """What a letter says of a paper. `outcome`: the statement of conformity as printed; `link` opens the file."""

    laboratory: Text
    customer: Text
    title: Text
    number: str
    request_number: str
    items: tuple[Text, ...]
    outcome: Text | None
    decided_on: date
    issued_on: date
    valid_from: date
    expires_on: date | None
    replaces: str
    sha256: str
    verify_url: str
    link: str
    link_until: date
    attached: bool
    contact: str
    suspended: bool = False


@dataclass(frozen=True)
class ChangeFacts:
    """What a letter says of a change of status. `replaced_by` with its look-up address where there is one; `leave_url` of a subscriber,
    `list_url` of the list that the paper stands on."""

    laboratory: Text
    number: str
    status: str
    changed_on: date
    reason: str
    verify_url: str
    replaced_by: str = ""
    leave_url: str = ""
    list_url: str = ""


def _day(value: date, language: str) -> str:
    return value.strftime("%d %B %Y").lstrip("0") if language == "en" else show_date(value)


def _said(text: Text, language: str) -> str:
    return (text["en"] or text["vi"]) if language == "en" else text["vi"]


def in_language(url: str, language: str) -> str:
    """The address of one of our pages for a reader of this language: whoever comes from a letter carries no cookie of ours."""
    return f"{url}{'&' if '?' in url else '?'}lang=en" if language == "en" else url


def _both(language: str, write: Callable[[str], str]) -> str:
    return PARTING.join(write(one) for one in language.split("+"))


def _paper_body(facts: PaperFacts, language: str) -> str:
    en = language == "en"
    what = "; ".join(_said(item, language) for item in facts.items)
    lines = [
        f"To: {_said(facts.customer, language)}" if en else f"Kính gửi: {facts.customer['vi']}", "",
        (f"{_said(facts.title, language)} {facts.number} of {_day(facts.issued_on, language)} has been issued (request "
         f"{facts.request_number})." if en else
         f"{facts.title['vi']} {facts.number} ngày {_day(facts.issued_on, language)} đã được phát hành (yêu cầu {facts.request_number})."),
    ]
    if facts.suspended:
        lines.append("This report is suspended at present: see the look-up page." if en
                     else "Phiếu đang tạm dừng hiệu lực: xem trang tra cứu.")
    lines += ["", f"{'Item' if en else 'Mẫu thử'}: {what}"]
    if facts.outcome is not None:
        lines.append(f"{'Conclusion' if en else 'Kết luận'}: {_said(facts.outcome, language)}")
    lines.append(
        f"{'Decided on' if en else 'Ngày quyết định'}: {_day(facts.decided_on, language)}. "
        f"{'Valid from' if en else 'Có hiệu lực từ'}: {_day(facts.valid_from, language)}."
        + (f" {'Valid through' if en else 'Đến hết ngày'}: {_day(facts.expires_on, language)}." if facts.expires_on else ""))
    if facts.replaces:
        lines.append(f"It replaces {facts.replaces}, which may no longer be used." if en
                     else f"Phiếu này thay cho {facts.replaces}; phiếu cũ không còn dùng được.")
    until = _day(facts.link_until, language)
    lines.append("")
    if facts.attached:
        lines.append("The report is attached to this letter. It can also be opened here until " + until + ":" if en
                     else "Tệp phiếu đính kèm thư này. Cũng mở được tại đây đến ngày " + until + ":")
    else:
        lines.append("The file is too large for a letter. Open it here until " + until + ":" if en
                     else "Tệp phiếu quá lớn để đính kèm. Mở tại đây đến ngày " + until + ":")
    lines += [
        in_language(facts.link, language), "",
        "Anybody can check the report without an account:" if en else "Ai cũng kiểm được phiếu, không cần tài khoản:",
        in_language(facts.verify_url, language),
        f"SHA-256: {facts.sha256}", "",
        "Complaints and questions about the results: reply to the laboratory." if en
        else "Ý kiến, khiếu nại về kết quả: xin liên hệ phòng thử nghiệm.", _said(facts.laboratory, language),
    ]
    if facts.contact:
        lines.append(facts.contact)
    return "\n".join(lines)


def paper_letter(facts: PaperFacts, language: str) -> Letter:
    """The letter that brings a paper: what was found, the dates, the file or where it is, how to check it."""
    first = language.split("+")[0]
    subject = f"{_said(facts.title, first)} {facts.number}"
    return Letter(subject, _both(language, lambda one: _paper_body(facts, one)) + "\n")


def _change_body(facts: ChangeFacts, language: str) -> str:
    en, word, means = language == "en", _STATUS[facts.status][language], _MEANS[facts.status][language]
    lines = [
        f"Report {facts.number}: {word} since {_day(facts.changed_on, language)}." if en
        else f"Phiếu {facts.number}: {word} từ ngày {_day(facts.changed_on, language)}.",
    ]
    if facts.reason:
        lines.append(f"{'Reason' if en else 'Lý do'}: {facts.reason}")
    if facts.replaced_by:
        lines.append(f"{'Replaced by' if en else 'Được thay bằng'}: {facts.replaced_by}")
    lines += [means, "", "Present status and history:" if en else "Tình trạng hiện nay và lịch sử:",
              in_language(facts.verify_url, language), "", _said(facts.laboratory, language)]
    if facts.list_url:
        lines += ["", "Your watch list:" if en else "Danh sách theo dõi của bạn:", in_language(facts.list_url, language)]
    if facts.leave_url:
        lines += ["", "You receive this letter because you asked for it. Stop:" if en
                  else "Thư này gửi theo đăng ký của địa chỉ nhận. Ngừng nhận:", in_language(facts.leave_url, language)]
    return "\n".join(lines)


def change_letter(facts: ChangeFacts, language: str) -> Letter:
    """The letter that says that the status of a paper changed, why, and what follows."""
    first = language.split("+")[0]
    subject = (f"Report {facts.number}: " if first == "en" else f"Phiếu {facts.number}: ") + _STATUS[facts.status][first]
    return Letter(subject, _both(language, lambda one: _change_body(facts, one)) + "\n")
