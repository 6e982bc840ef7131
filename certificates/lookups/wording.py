"""Answers of the register in words, for pages, spreadsheets and the printed receipt."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from certificates import life, workflow
from certificates.lookups import answering, cover, table
from certificates.lookups.receipt import Finding
from lab_app.core.i18n import show_date, show_datetime
from lab_app.core.workflow import State

FIELD_WORDS: Mapping[str, Any] = {
    table.PAPER: _l("Số phiếu hoặc mã tra cứu"), cover.FIELDS[0]: _l("Nhãn hiệu"), cover.FIELDS[1]: _l("Kiểu"),
    cover.FIELDS[2]: _l("Phần cứng"), cover.FIELDS[3]: _l("Firmware"), table.SHA256: _l("Mã băm của tệp"),
}
VERDICTS: Mapping[str, State] = {
    cover.CONFIRMED: State(cover.CONFIRMED, _l("Đúng sản phẩm"), "ok", "check-circle-fill"),
    cover.CONTRADICTED: State(cover.CONTRADICTED, _l("Không phải sản phẩm này"), "bad", "x-circle-fill"),
    cover.CANNOT_TELL: State(cover.CANNOT_TELL, _l("Chưa nói được"), "hold", "question-circle"),
}
POINTS: Mapping[str, State] = {
    cover.CONFIRMED: State(cover.CONFIRMED, _l("Khớp"), "ok", "check-circle-fill"),
    cover.CONTRADICTED: State(cover.CONTRADICTED, _l("Khác"), "bad", "x-circle-fill"),
    cover.CANNOT_TELL: State(cover.CANNOT_TELL, _l("Chưa nói được"), "hold", "question-circle"),
}
#: Why a field says what it says; `%(stated)s` is what the paper states.
WHY: Mapping[str, Any] = {
    cover.SAME: _l("Đúng như phiếu nêu."),
    cover.OTHER: _l("Phiếu nêu %(stated)s."),
    cover.VARIANT: _l("Phiếu nêu %(stated)s và không nói gì về biến thể này; hãy hỏi nhà sản xuất hoặc phòng thử nghiệm."),
    cover.UNSTATED: _l("Phần công khai của phiếu không nêu mục này."),
    cover.EARLIER: _l("Phiếu có đo bản này nhưng kết luận dành cho bản %(stated)s."),
    cover.SEVERAL: _l("Phiếu nêu nhiều bản (%(stated)s) và không nói kết luận dành cho bản nào."),
    cover.NO_MODEL: _l("Cần biết kiểu: cùng nhãn hiệu chưa nói được gì."),
    "by_number": _l("Tra theo số không cho biết sản phẩm; hãy tra bằng mã tra cứu."),
}
STATES: Mapping[str, State] = {
    **{code: workflow.REPORT.state(code) for code in workflow.PUBLIC_STATES},
    life.COMING: State(life.COMING, _l("Chưa đến ngày có hiệu lực"), "warn", "hourglass-split"),
    answering.NOT_FOUND: State(answering.NOT_FOUND, _l("Không tìm thấy phiếu"), "hold", "question-circle-fill"),
    answering.UNREADABLE: State(answering.UNREADABLE, _l("Không phải số phiếu hay mã"), "hold", "dash-circle"),
}
FILES: Mapping[str, State] = {
    answering.FILE_ISSUED: State(answering.FILE_ISSUED, _l("Đúng tệp đã phát hành"), "ok", "patch-check"),
    answering.FILE_OTHER: State(answering.FILE_OTHER, _l("Không phải tệp đã phát hành"), "bad", "x-octagon"),
    answering.FILE_NO_HASH: State(answering.FILE_NO_HASH, _l("Không phải mã băm SHA-256"), "hold", "dash-circle"),
}
#: What a list is refused for.
REFUSED: Mapping[str, Any] = {
    "empty": _l("Danh sách trống: không có dòng nào có chữ. Dán danh sách hoặc chọn tệp có ít nhất một dòng."),
    "not-a-sheet": _l("Không đọc được tệp này như một bảng tính: chỉ nhận Excel (.xlsx) và CSV. Tệp .xls cũ hay tệp nén đổi tên thì hãy "
                      "lưu lại thành .xlsx hoặc CSV."),
    "encoding": _l("Không nhận ra bảng mã của tệp: hãy lưu lại thành CSV UTF-8 hoặc Excel."),
    "too-long": _l("Danh sách dài quá %(most)s dòng: hãy chia thành nhiều danh sách. Chưa dòng nào được tra."),
    "no-paper": _l("Không thấy cột số phiếu hoặc mã tra cứu. Đặt tên cột là “Số phiếu” hoặc “Mã tra cứu”. Cột đọc được: %(about)s."),
    "twice": _l("Hai cột cùng mang nghĩa “%(about)s”: hãy bỏ một cột."),
    "ambiguous": _l("Danh sách không có dòng tiêu đề và nhiều cột giống số phiếu: hãy thêm dòng tiêu đề, ví dụ "
                    "“Số phiếu; Kiểu; Firmware”."),
    "too-large": _l("Tệp hoặc phần dán quá lớn: nhận tối đa %(most)s MB. Chưa dòng nào được tra."),
    "too-many": _l("Từ địa chỉ mạng của bạn đã tra quá nhiều số phiếu trong giờ này. Tra bằng mã tra cứu thì không bị giới hạn này, hoặc "
                   "thử lại sau một giờ. Danh sách vẫn còn nguyên trong ô bên dưới nếu bạn đã dán."),
}
FINDINGS: Mapping[str, Any] = {
    "signed": _l("Có chữ ký của sổ đăng ký %(register)s, lập lúc %(time)s, %(rows)s dòng."),
    "rows": _l("Từng dòng đúng như sổ đăng ký đã trả lời lúc đó."),
    "log": _l("Lúc đó nhật ký có %(size)s mục, gốc %(root)s."),
    "not_signed": _l("Lời xác nhận không mang chữ ký của sổ đăng ký này: đã bị sửa, hoặc của nơi khác."),
    "count": _l("Đã ký %(stated)s dòng nhưng tệp có %(found)s dòng."),
    "altered": _l("Các dòng đã bị sửa sau khi ký: %(places)s."),
    "rows_differ": _l("Các dòng không phải là những dòng đã ký; không chỉ ra được dòng nào."),
    "no_checkpoint": _l("Điểm kiểm của nhật ký trong tệp không còn đúng chữ ký."),
    "other_checkpoint": _l("Điểm kiểm của nhật ký không phải điểm kiểm đã ký cùng biên nhận."),
}


def refusal(code: str, about: str = "", megabytes: int = 0) -> str:
    """Why a list is refused, and what to do."""
    most = str(megabytes) if code == "too-large" else f"{table.MOST:,}".replace(",", ".")
    return str(REFUSED[code]) % {"most": most, "about": about or gettext("không có")}


def finding(found: Finding) -> str:
    """A finding about a receipt in words."""
    facts = dict(found.facts)
    if "time" in facts:
        facts["time"] = moment(str(facts["time"]))
    return str(FINDINGS[found.code]) % facts


def why(reason: str, stated: str = "") -> str:
    """The reason of an answer (`model:variant`) in words, with the field it is about."""
    about, _, code = reason.partition(":")
    if code not in WHY:
        return ""
    said = str(WHY[code]) % {"stated": stated or "…"}
    return f"{FIELD_WORDS[about]}: {said[0].lower()}{said[1:]}" if about in cover.FIELDS and code != cover.NO_MODEL else said


def moment(text: str) -> str:
    """A day or a moment of a receipt as people write it; what is neither stays as it is."""
    try:
        return show_datetime(datetime.fromisoformat(text)) if "T" in text else show_date(date.fromisoformat(text))
    except ValueError:
        return text


@dataclass(frozen=True)
class Shown:
    """One row of an answered list as pages and files show it."""

    n: str
    line: str
    asked: Mapping[str, str]
    state: State
    number: str
    since: str
    replaced_by: str
    replaced_by_code: str
    covers: State | None
    why: str
    nearest: str
    file: State | None
    same_as: str

    @property
    def product(self) -> str:
        """The product that was asked about, in one line."""
        return " · ".join(self.asked[name] for name in cover.FIELDS if self.asked.get(name))

    @property
    def attention(self) -> bool:
        """Whether a person should look at the row: not in force, not the product, not the file."""
        return self.state.tone != "ok" or any(one is not None and one.tone != "ok" for one in (self.covers, self.file))


def shown(row: Mapping[str, Any]) -> Shown:
    """A row of a receipt for showing. Words that this version does not know are shown as they stand."""
    asked = {str(name): str(value) for name, value in (row.get("asked") or {}).items()}
    answer = {str(name): value for name, value in (row.get("answer") or {}).items()}

    def state_of(words: Mapping[str, State], name: str) -> State | None:
        code = str(answer.get(name) or "")
        return words.get(code, State(code, code, "hold", "question-circle")) if code else None

    nearest = answer.get("nearest")
    return Shown(
        str(row.get("n", "")), str(row.get("line", "")), asked, state_of(STATES, "status") or STATES[answering.UNREADABLE],
        str(answer.get("number", "")), moment(str(answer.get("since", ""))), str(answer.get("replaced_by", "")),
        str(answer.get("replaced_by_code", "")), state_of(VERDICTS, "covers"),
        why(str(answer.get("why", "")), str(answer.get("states", ""))), ", ".join(map(str, nearest)) if isinstance(nearest, list) else "",
        state_of(FILES, "file"), str(row.get("same_as_line", "")))


def heads() -> list[str]:
    """The heads of an answered list as a file."""
    return [
        gettext("Dòng"), gettext("Đã hỏi"), gettext("Nhãn hiệu"), gettext("Kiểu"), gettext("Phần cứng"), gettext("Firmware"),
        gettext("Tình trạng"), gettext("Số phiếu"), gettext("Từ"), gettext("Được thay bởi"), gettext("Có phải sản phẩm này?"),
        gettext("Vì sao"), gettext("Tên gần nhất"), gettext("Tệp"), gettext("Lặp lại dòng"),
    ]


def cells(one: Shown) -> list[str]:
    """A row under `heads`."""
    return [
        one.line, one.asked.get(table.PAPER, ""), *(one.asked.get(name, "") for name in cover.FIELDS), str(one.state.word), one.number,
        one.since, one.replaced_by, str(one.covers.word) if one.covers else "", one.why, one.nearest,
        str(one.file.word) if one.file else "", one.same_as,
    ]
