"""The states of a report, its moves, and the gates before a paper leaves the laboratory (7.8).

A report begins as `issuing` (number and snapshot taken, paper not yet drawn), becomes `valid` when its file is stored, and
from then on only its status can change: replaced by an amended paper, suspended, withdrawn. A number that was given up is
`void` and stays in the register for ever.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

ISSUING = "issuing"
VALID = "valid"
REPLACED = "replaced"
SUSPENDED = "suspended"
EXPIRED = "expired"
WITHDRAWN = "withdrawn"
VOID = "void"

VALIDITY_TITLE = _l("Thời hạn của phiếu trong khuôn khổ loại phiếu cho phép")
#: Papers that stand in the way of issuing the same again.
STANDING = (ISSUING, VALID, SUSPENDED, EXPIRED)
#: What the public page knows of; a number that was never issued does not exist there.
PUBLIC_STATES = (VALID, REPLACED, SUSPENDED, EXPIRED, WITHDRAWN)

FINAL = "final"
PRELIMINARY = "preliminary"
PARTIAL = "partial"
KINDS = {FINAL: _l("Chính thức"), PRELIMINARY: _l("Sơ bộ"), PARTIAL: _l("Từng phần")}

REPORT = Machine(
    "report",
    states=(
        State(ISSUING, _l("Đang phát hành"), "info", "hourglass-split"),
        State(VALID, _l("Còn hiệu lực"), "ok", "check-circle-fill"),
        State(REPLACED, _l("Đã được thay thế"), "hold", "arrow-repeat"),
        State(SUSPENDED, _l("Tạm dừng hiệu lực"), "warn", "pause-circle-fill"),
        State(EXPIRED, _l("Hết hiệu lực"), "warn", "calendar-x-fill"),
        State(WITHDRAWN, _l("Đã thu hồi"), "bad", "x-circle-fill"),
        State(VOID, _l("Số bỏ, không phát hành"), "hold", "slash-circle"),
    ),
    transitions=(
        Transition("finish", (ISSUING,), VALID, P.REPORT_ISSUE, _l("Hoàn tất phát hành")),
        Transition(
            "give_up", (ISSUING, VALID, SUSPENDED, REPLACED, EXPIRED, WITHDRAWN), VOID, P.REPORT_ISSUE, _l("Bỏ số này"),
            gates=("issued-is-final",),
        ),
        Transition("replace", (VALID, SUSPENDED, EXPIRED), REPLACED, P.REPORT_ISSUE, _l("Thay bằng phiếu sửa đổi")),
        Transition("suspend", (VALID,), SUSPENDED, P.REPORT_STATUS, _l("Tạm dừng hiệu lực")),
        Transition("restore", (SUSPENDED,), VALID, P.REPORT_STATUS, _l("Khôi phục hiệu lực")),
        Transition("withdraw", (VALID, SUSPENDED, EXPIRED), WITHDRAWN, P.REPORT_STATUS, _l("Thu hồi")),
        Transition("expire", (VALID, SUSPENDED), EXPIRED, P.REPORT_STATUS, _l("Hết thời hạn")),
    ),
)

#: Target status of a decision → the move that leads there.
MOVES = {SUSPENDED: "suspend", VALID: "restore", WITHDRAWN: "withdraw"}


@dataclass(frozen=True)
class LineFacts:
    """What the gates ask of one line of a report. `judged`: its reading carries a statement of conformity."""

    what: str
    job_code: str
    reviewed: bool
    judged: bool = False
    limit_confirmed: bool = True


@dataclass(frozen=True)
class IssueFacts:
    """What the gates ask before a paper is issued.

    `missing`: letters of 7.8.2.1 neither filled nor waived with a reason, each with its name. `not_authorised`: methods the
    signatory may not release on `issued_on`. `issued_before`: number of the paper that already carries these results.
    Of a calibration: `calibration_missing`, letters of 7.8.4.1 not filled; `below_capability`, accredited results whose U is
    smaller than the capability on the register. `unanswered`: results measured before a change of the item of which nobody said
    whether they stand, and the first one's sample. `overrides_open`: results whose proposed verdict nobody has answered, and the first
    one's line. `opinions_unauthorised`: people with the methods they gave an opinion about without being authorised;
    `opinions_stale`: opinions older than a result they speak of. `simplified`: a simplified report is wanted, and whether the customer
    agreed to one. `key_trouble`: why the file cannot be signed digitally now (missing, password, broken, expired, early, token), with
    the detail.
    """

    request_number: str
    kind: str
    issued_on: date
    lines: tuple[LineFacts, ...]
    signatory: str = ""
    not_authorised: tuple[str, ...] = ()
    issued_before: str = ""
    issued_before_code: str = ""
    missing: tuple[tuple[str, str], ...] = ()
    wants_statement: bool = True
    review_current: bool = True
    calibration_missing: tuple[str, ...] = ()
    below_capability: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    unanswered_sample: str = ""
    overrides_open: tuple[str, ...] = ()
    override_line: int = 0
    opinions_unauthorised: tuple[tuple[str, tuple[str, ...]], ...] = ()
    opinions_stale: tuple[str, ...] = ()
    simplified: bool = False
    simplified_agreed: bool = False
    key_trouble: str = ""
    key_detail: str = ""
    holds: tuple[Any, ...] = ()
    interests: tuple[Any, ...] = ()


@dataclass(frozen=True)
class OpinionFacts:
    """Who gave an opinion about which methods without being authorised for it on that day."""

    opinions_unauthorised: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class FinalFacts:
    """A change somebody wants to make to a report: its number, where it stands, and what would be touched."""

    number: str
    status: str
    touched: tuple[str, ...] = field(default_factory=tuple)


def _first(names: list[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    shown = "; ".join(names[:most])
    rest = len(names) - most
    return gettext("%(names)s và %(n)s mục khác", names=shown, n=rest) if rest > 0 else shown


@gate("lines-reviewed", ["7.8.1.1"], _l("Mọi kết quả trên phiếu đã được soát xét"))
def lines_reviewed(facts: IssueFacts) -> Stop | None:
    """Every line of the paper has a result that a reviewer approved, and there is at least one."""
    if not facts.lines:
        return Stop(
            says=gettext("Yêu cầu %(number)s chưa có kết quả nào để lập phiếu.", number=facts.request_number),
            do=gettext("Hoàn thành thử nghiệm và soát xét trước."),
            who=gettext("thử nghiệm viên, người soát xét"),
            link_endpoint="results.jobs", link_values={"q": facts.request_number}, link_text=gettext("Mở các phép thử"),
        )
    waiting = [line for line in facts.lines if not line.reviewed]
    if not waiting:
        return None
    return Stop(
        says=gettext(
            "%(n)s kết quả chưa được soát xét: %(lines)s.", n=len(waiting), lines=_first([line.what for line in waiting])
        ),
        do=gettext("Nộp và soát xét các dòng này, hoặc lập phiếu từng phần cho các phép thử đã xong."),
        who=gettext("người soát xét"),
        link_endpoint="results.review", link_values={"code": waiting[0].job_code}, link_text=gettext("Mở trang soát xét"),
    )


@gate("report-items-complete", ["7.8.2.1"], _l("Đủ 16 mục của phiếu, hoặc nêu lý do không áp dụng"))
def report_items_complete(facts: IssueFacts) -> Stop | None:
    """No item of 7.8.2.1 is empty without a stated reason."""
    if not facts.missing:
        return None
    named = [f"{letter}) {name}" for letter, name in facts.missing]
    return Stop(
        says=gettext("Phiếu còn thiếu: %(items)s.", items="; ".join(named)),
        do=gettext("Bổ sung vào hồ sơ, hoặc ghi lý do không áp dụng cho mục cho phép."),
        who=gettext("người lập phiếu"),
        link_endpoint="certificates.prepare", link_values={"number": facts.request_number},
        link_text=gettext("Mở trang lập phiếu"),
    )


_ITEMS_OF_CALIBRATION = {
    "a": _l("độ không đảm bảo đo của mọi kết quả"), "b": _l("điều kiện môi trường khi hiệu chuẩn"),
    "c": _l("liên kết chuẩn đo lường của chuẩn đã dùng"), "d": _l("kết quả trước và sau hiệu chỉnh"),
}


@gate("calibration-items-complete", ["7.8.4.1", "6.5.1"], _l("Giấy chứng nhận hiệu chuẩn đủ mục riêng"))
def calibration_items_complete(facts: IssueFacts) -> Stop | None:
    """A certificate has U, conditions, a traceability statement that rests on calibrated standards, and both sides of an adjustment."""
    if not facts.calibration_missing:
        return None
    named = [f"{letter}) {_ITEMS_OF_CALIBRATION[letter]}" for letter in facts.calibration_missing]
    return Stop(
        says=gettext("Giấy chứng nhận hiệu chuẩn còn thiếu: %(items)s.", items="; ".join(named)),
        do=gettext("Bổ sung ở việc hiệu chuẩn: chuẩn có giấy chứng nhận, môi trường, các điểm trước và sau hiệu chỉnh."),
        who=gettext("người hiệu chuẩn"),
        link_endpoint="results.jobs", link_values={"q": facts.request_number}, link_text=gettext("Mở việc hiệu chuẩn"),
    )


@gate("uncertainty-within-capability", ["7.6.2", "5.3"], _l("U không nhỏ hơn năng lực đo được công nhận"))
def uncertainty_within_capability(facts: IssueFacts) -> Stop | None:
    """An accredited calibration states no uncertainty smaller than the capability of its scope (ILAC-P14)."""
    if not facts.below_capability:
        return None
    return Stop(
        says=gettext("U nhỏ hơn CMC của phạm vi công nhận: %(lines)s.", lines=_first(list(facts.below_capability))),
        do=gettext("Xem lại bảng độ không đảm bảo đo; U công bố không nhỏ hơn CMC."), who=gettext("phụ trách phương pháp"),
        link_endpoint="test_methods.scope", link_text=gettext("Mở phạm vi"),
    )


@gate("signatory-authorised", ["6.2.6"], _l("Người ký được trao quyền phê duyệt mọi phương pháp trên phiếu"))
def signatory_authorised(facts: IssueFacts) -> Stop | None:
    """The signatory is authorised, on the day of issue, for every method of the paper."""
    if not facts.not_authorised:
        return None
    return Stop(
        says=gettext(
            "%(name)s chưa được trao quyền ký duyệt %(methods)s vào ngày %(day)s.", name=facts.signatory,
            methods=_first(list(facts.not_authorised)), day=facts.issued_on.strftime("%d/%m/%Y"),
        ),
        do=gettext("Trao quyền “phê duyệt” cho các phương pháp này, hoặc chuyển người có quyền ký."),
        who=gettext("lãnh đạo phòng thử nghiệm"),
        link_endpoint="accounts.people", link_text=gettext("Mở danh sách nhân sự"),
    )


@gate("limit-confirmed", ["7.8.6"], _l("Giới hạn chưa xác nhận thì không có kết luận"))
def limit_confirmed(facts: IssueFacts) -> Stop | None:
    """No verdict rests on a limit that nobody has confirmed against its source."""
    open_lines = [line.what for line in facts.lines if line.judged and not line.limit_confirmed]
    if not facts.wants_statement or not open_lines:
        return None
    return Stop(
        says=gettext(
            "%(n)s dòng có kết luận dựa trên giới hạn chưa được xác nhận: %(lines)s.", n=len(open_lines),
            lines=_first(open_lines),
        ),
        do=gettext("Người có quyền đối chiếu văn bản quy chuẩn và xác nhận giới hạn, ghi nguồn."),
        who=gettext("người soát xét, phụ trách chất lượng"),
        link_endpoint="test_methods.regulations", link_text=gettext("Mở danh mục quy chuẩn"),
    )


@gate("not-issued-twice", ["7.8.8"], _l("Một kết quả không phát hành hai lần"))
def not_issued_twice(facts: IssueFacts) -> Stop | None:
    """No paper in force, suspended or being issued already carries these results."""
    if not facts.issued_before:
        return None
    return Stop(
        says=gettext("Các kết quả này đã nằm trên phiếu %(number)s.", number=facts.issued_before),
        do=gettext("Cần sửa thì lập phiếu sửa đổi thay cho phiếu đó; không phát hành lần hai."),
        who=gettext("người ký duyệt"),
        link_endpoint="certificates.report_page", link_values={"code": facts.issued_before_code},
        link_text=gettext("Mở phiếu %(number)s", number=facts.issued_before),
    )


@gate("request-review-current", ["7.1.6"], _l("Yêu cầu còn trong xem xét đã chấp nhận"))
def request_review_current(facts: IssueFacts) -> Stop | None:
    """The request, as it stands now, was accepted by a contract review."""
    if facts.review_current:
        return None
    return Stop(
        says=gettext("Yêu cầu %(number)s đã thay đổi và chưa được xem xét lại.", number=facts.request_number),
        do=gettext("Xem xét lại hợp đồng và chấp nhận trước khi phát hành phiếu."),
        who=gettext("người xem xét hợp đồng"),
        link_endpoint="samples.review_page", link_values={"number": facts.request_number},
        link_text=gettext("Mở xem xét hợp đồng"),
    )


@gate("issued-is-final", ["7.8.8"], _l("Phiếu đã phát hành không sửa, không xóa"))
def issued_is_final(facts: FinalFacts) -> Stop | None:
    """What was issued stands: it is amended by a whole new paper, suspended or withdrawn, never edited or voided."""
    if not facts.touched or facts.status == ISSUING:
        return None
    return Stop(
        says=gettext("Phiếu %(number)s đã phát hành nên không sửa và không hủy số được.", number=facts.number),
        do=gettext("Lập phiếu sửa đổi thay thế, tạm dừng hoặc thu hồi phiếu."),
        who=gettext("người ký duyệt"),
    )


@gate("firmware-answered", ["7.8.1.2", "7.8.2.1"], _l("Kết quả đo trước khi mẫu thay đổi đã được trả lời"))
def firmware_answered(facts: IssueFacts) -> Stop | None:
    """A result measured before the item's firmware or make-up was changed is on the paper only when it was said why it stands."""
    if not facts.unanswered:
        return None
    return Stop(
        says=gettext("Chưa phát hành được: %(n)s kết quả đo trước khi mẫu thay đổi chưa được trả lời: %(which)s.",
                     n=len(facts.unanswered), which=_first(list(facts.unanswered))),
        do=gettext("Với từng kết quả: ghi lý do kỹ thuật để giữ, hoặc đo lại."), who=gettext("người soát xét"), evaluated=False,
        link_endpoint="results.standing", link_values={"code": facts.unanswered_sample}, link_text=gettext("Mở phần trả lời"),
    )


@gate("override-answered", ["7.8.6.1"], _l("Đề nghị sửa kết luận đã được trả lời trước khi phát hành"))
def override_answered(facts: IssueFacts) -> Stop | None:
    """A verdict that somebody proposed to change is confirmed or declined by a second person before a paper prints it."""
    if not facts.overrides_open:
        return None
    return Stop(
        says=gettext("Chưa phát hành được: %(n)s kết quả có đề nghị sửa kết luận chờ người thứ hai: %(which)s.",
                     n=len(facts.overrides_open), which=_first(list(facts.overrides_open))),
        do=gettext("Người thứ hai xác nhận hoặc không đồng ý, hoặc người đề nghị rút lại."), who=gettext("người soát xét"),
        evaluated=False, link_endpoint="results.line_page", link_values={"id": facts.override_line, "_anchor": "override"},
        link_text=gettext("Mở đề nghị"),
    )


@gate("opinion-authorised", ["7.8.7.1", "6.2.6"], _l("Ý kiến, diễn giải do người được trao quyền đưa ra"))
def opinion_authorised(facts: OpinionFacts | IssueFacts) -> Stop | None:
    """Only people authorised for opinions on a method, on that day, interpret its results."""
    if not facts.opinions_unauthorised:
        return None
    named = [f"{name} ({', '.join(methods)})" for name, methods in facts.opinions_unauthorised]
    return Stop(
        says=gettext("Chưa được trao quyền đưa ra ý kiến, diễn giải: %(who)s.", who=_first(named)),
        do=gettext("Trao quyền “ý kiến, diễn giải” cho phương pháp này, hoặc để người có quyền viết ý kiến."),
        who=gettext("lãnh đạo phòng thử nghiệm"), link_endpoint="accounts.people", link_text=gettext("Mở danh sách nhân sự"),
    )


@gate("opinions-current", ["7.8.7.2"], _l("Ý kiến dựa trên đúng kết quả in trên phiếu"))
def opinions_current(facts: IssueFacts) -> Stop | None:
    """An opinion rests on the results the paper prints, not on ones that were measured again since."""
    if not facts.opinions_stale:
        return None
    return Stop(
        says=gettext("Có kết quả ghi sau ý kiến: %(which)s.", which=_first(list(facts.opinions_stale))),
        do=gettext("Người đưa ra ý kiến xem lại: rút lại, rồi viết lại theo kết quả mới nếu còn đúng."),
        who=gettext("người đưa ra ý kiến"), link_endpoint="certificates.opinions", link_values={"number": facts.request_number},
        link_text=gettext("Mở phần ý kiến"),
    )


@gate("simplified-agreed", ["7.8.1.3"], _l("Phiếu rút gọn chỉ khi khách hàng đã đồng ý"))
def simplified_agreed(facts: IssueFacts) -> Stop | None:
    """A simplified report is issued only when the customer agreed to one at the contract review."""
    if not facts.simplified or facts.simplified_agreed:
        return None
    return Stop(
        says=gettext("Khách hàng chưa đồng ý nhận phiếu rút gọn ở lần xem xét yêu cầu %(number)s.", number=facts.request_number),
        do=gettext("Lập phiếu đầy đủ, hoặc ghi thỏa thuận ở phần xem xét yêu cầu."), who=gettext("người xem xét hợp đồng"),
        link_endpoint="samples.review_page", link_values={"number": facts.request_number}, link_text=gettext("Mở xem xét hợp đồng"),
    )


#: What is wrong with the key, and what to do; the rest of the causes share the last answer.
_KEY_TROUBLE = {
    "missing": (_l("Phòng chưa có khóa ký số nên chưa phát hành được tệp nào."),
                _l("Quản trị viên chạy “flask certificates make-key” để tự tạo chứng thư, hoặc đặt SIGNING_KEY tới tệp PKCS#12 "
                   "của chứng thư được cấp.")),
    "expired": (_l("Chứng thư ký số đã hết hạn."), _l("Gia hạn hoặc thay chứng thư rồi phát hành; phiếu đã ký trước đó vẫn đúng.")),
    "early": (_l("Chứng thư ký số chưa có hiệu lực, hoặc đồng hồ máy chủ chạy lùi."),
              _l("Kiểm tra ngày giờ của máy chủ và ngày bắt đầu của chứng thư.")),
    "password": (_l("Không mở được tệp khóa ký số: sai mật khẩu hoặc tệp không phải PKCS#12."),
                 _l("Kiểm tra SIGNING_KEY_PASSWORD (hoặc SIGNING_KEY_PASSWORD_FILE) và tệp SIGNING_KEY.")),
}
_KEY_BROKEN = (_l("Khóa ký số không dùng được."), _l("Kiểm tra thiết bị ký (token) hoặc tệp khóa, xem nhật ký máy chủ."))


@gate("signing-key-ready", ["7.11.3", "7.8.2.1"], _l("Khóa ký số mở được và chứng thư còn hạn"))
def signing_key_ready(facts: IssueFacts) -> Stop | None:
    """No number is taken for a paper whose file could not be signed now: no key, one that does not open, a certificate out of its days."""
    if not facts.key_trouble:
        return None
    says, do = _KEY_TROUBLE.get(facts.key_trouble, _KEY_BROKEN)
    return Stop(says=f"{says} ({facts.key_detail})", do=str(do), who=gettext("quản trị viên"))


#: The gates of an issue in the order a person should hear of them.
ISSUE_GATES = (
    "not-issued-twice", "request-review-current", "not-held", "simplified-agreed", "firmware-answered", "lines-reviewed",
    "override-answered", "signatory-authorised", "no-declared-interest", "opinion-authorised", "opinions-current", "limit-confirmed",
    "report-items-complete", "calibration-items-complete", "uncertainty-within-capability", "signing-key-ready",
)
