"""What an electronic signature is before it is a row: its meanings, what a person confirmed, and the gate that asks for it."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate

TESTED = "tested"
REVIEWED = "reviewed"
AUTHORISED = "authorised"
DECIDED = "decided"
UNDERTAKEN = "undertaken"
DECLARED = "declared"
#: What a signature says, in the words of the signer.
MEANINGS = {
    TESTED: _l("Tôi đã thử nghiệm, kết quả nộp đúng với số đọc gốc"),
    REVIEWED: _l("Tôi đã soát xét kết quả"),
    AUTHORISED: _l("Tôi cho phép phát hành"),
    DECIDED: _l("Tôi quyết định"),
    UNDERTAKEN: _l("Tôi đã đọc và cam kết giữ bí mật, làm việc khách quan"),
    DECLARED: _l("Tôi khai đầy đủ và đúng các lợi ích của tôi"),
}

#: How the person was recognised.
PASSWORD = "password"
PASSWORD_AND_CODE = "password+totp"
LOADER = "loader"
METHODS = {
    PASSWORD: _l("mật khẩu"),
    PASSWORD_AND_CODE: _l("mật khẩu và mã một lần"),
    LOADER: _l("dữ liệu minh họa, không có người gõ mật khẩu"),
}

#: A confirmation is for the act it was given for: it does not wait.
FRESH = timedelta(minutes=5)


@dataclass(frozen=True)
class Confirmation:
    """A person recognised anew, for one act. Made by `services.signatures.confirm` alone, never by a form.

    `shown_sha256` is the hash of what the person had before their eyes. `given_with` names the signature of an act that signed many
    papers at once (its own time then counts).
    """

    person_id: int
    meaning: str
    shown_sha256: str
    method: str
    at: datetime
    code_counter: int | None = None
    given_with: int | None = None

    @property
    def told(self) -> bool:
        """Whether the demonstration's loader stands for the person: it sees what it signs as it is."""
        return self.method == LOADER and not self.shown_sha256


@dataclass(frozen=True)
class SignatureFacts:
    """What the gate compares: who acts, which meaning the act needs, the hash of the records now, and what the person confirmed."""

    person_id: int | None
    person: str
    meaning: str
    shown_sha256: str
    now: datetime
    confirmed: Confirmation | None = None


@gate("signed-by-person", ("7.8.1.1", "7.5.1", "7.11.3"), _l("Người thực hiện tự ký bằng cách xác nhận lại danh tính"))
def signed_by_person(facts: SignatureFacts) -> Stop | None:
    """Submitting, approving, issuing and deciding are signed: the acting person, recognised anew, over exactly what was shown."""
    given = facts.confirmed
    again = gettext("Gõ lại mật khẩu của bạn để ký.")
    if given is None:
        return Stop(says=gettext("Chưa có chữ ký của %(person)s.", person=facts.person or "–"), do=again, who=gettext("chính người ký"),
                    evaluated=False)
    if facts.person_id is None or given.person_id != facts.person_id:
        return Stop(says=gettext("Xác nhận danh tính này không phải của %(person)s.", person=facts.person or "–"), do=again,
                    who=gettext("chính người ký"))
    if given.told:
        return None
    if given.meaning != facts.meaning:
        return Stop(says=gettext("Chữ ký được xác nhận với ý nghĩa khác."), do=again, who=gettext("chính người ký"))
    if given.given_with is None and not timedelta(0) <= facts.now - given.at <= FRESH:
        return Stop(says=gettext("Xác nhận danh tính đã quá lâu."), do=again, who=gettext("chính người ký"))
    if given.shown_sha256 != facts.shown_sha256:
        return Stop(
            says=gettext("Chưa ký được: hồ sơ đã khác với những gì trang cho xem."),
            do=gettext("Đọc lại trang vừa mở lại với nội dung hiện tại, rồi ký."), who=gettext("chính người ký"),
        )
    return None
