"""Letters to a complainant, in the complainant's language: received, decided (7.9.5, 7.9.7). Proposals: a person may change the words."""
from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext

from lab_app.core.i18n import show_date, speaking
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.workflow import ACKNOWLEDGEMENT, NOTICE, OUTCOMES


@dataclass(frozen=True)
class Letter:
    """A subject of one line and a plain body."""

    subject: str
    body: str


def subject(row: Complaint, kind: str) -> str:
    """The first line of a letter of this kind, in the complainant's language."""
    with speaking(row.language):
        if kind == ACKNOWLEDGEMENT:
            return gettext("Đã nhận khiếu nại %(code)s", code=row.code)
        if kind == NOTICE:
            return gettext("Kết thúc khiếu nại %(code)s", code=row.code)
        return gettext("Về khiếu nại %(code)s", code=row.code)


def proposed(row: Complaint, kind: str) -> str:
    """What the letter could say; empty for a kind that only a person can word."""
    with speaking(row.language):
        if kind == ACKNOWLEDGEMENT:
            return gettext(
                "Phòng thử nghiệm đã nhận khiếu nại của quý vị ngày %(day)s, mã %(code)s: “%(title)s”. Chúng tôi sẽ xem xét và trả lời "
                "muộn nhất ngày %(due)s. Người quyết định không tham gia công việc bị khiếu nại.",
                day=show_date(row.received_at), code=row.code, title=row.title, due=show_date(row.decide_by))
        if kind == NOTICE:
            return "\n\n".join(part for part in (
                gettext("Khiếu nại %(code)s đã được giải quyết xong. Kết luận: %(outcome)s.", code=row.code,
                        outcome=str(OUTCOMES[row.outcome]) if row.outcome else ""),
                row.decision,
                gettext("Việc đã làm: %(action)s", action=row.action) if row.action else "",
                gettext("Nếu không đồng ý, quý vị trả lời thư này hoặc viết trên trang theo dõi; khiếu nại sẽ được mở lại."),
            ) if part)
    return ""


def letter(row: Complaint, kind: str, words: str, laboratory: str, token: str = "") -> Letter:
    """The letter as it is mailed: greeting, words, where progress stands (only who lodged it by the form has that address), the sender."""
    with speaking(row.language):
        lines = [gettext("Kính gửi: %(name)s", name=row.from_name or row.from_organisation or gettext("quý vị")), "", words]
        if token:
            address = f"{current_app.config['PUBLIC_URL']}/complaints/track/{token}"
            lines += ["", gettext("Theo dõi tại:"), f"{address}?lang=en" if row.language == "en" else address]
        lines += ["", laboratory]
    return Letter(subject(row, kind), "\n".join(lines) + "\n")
