"""What an emergency asks of the person who lets it happen, and which gates it may touch: decided gate by gate, with the reason."""
from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

#: A reason of fewer words says nothing to whoever reads it a year later.
REASON_WORDS = 6
#: What a page showed may be acted on for so long; later the refusal is read anew.
FRESH = timedelta(minutes=10)

#: Why a gate may be passed: the harm of waiting can be larger, and what it guards can be judged afterwards.
ALLOWED = {
    "contract-review-approved": _l(
        "Mẫu sắp hỏng hoặc sự cố đang diễn ra: đo trước, xem xét yêu cầu sau; phiếu vẫn chờ yêu cầu được chấp nhận."),
    "deviation-answered": _l("Khách hàng không liên lạc được mà mẫu không chờ được; phiếu nêu sai lệch và việc vượt chốt."),
    "instrument-fit": _l("Không có thiết bị khác; ảnh hưởng được đánh giá sau bằng hiệu chuẩn, kiểm tra lại."),
    "environment-within-limits": _l("Không dời được phép đo; ảnh hưởng của môi trường được đánh giá sau."),
    "control-not-rejected": _l("Không dời được phép đo; điểm kiểm soát được điều tra sau, kết quả chờ kết luận đó."),
    "conditioning-finished": _l("Mẫu không chờ được hết thời gian ổn định; ảnh hưởng được đánh giá sau."),
    "site-validated": _l("Không có phòng đo khác; xác nhận giá trị làm sau sẽ nói kết quả có dùng được không."),
}

PAPER = _l("Phiếu rời khỏi phòng thử nghiệm thì không gọi lại được: không có trường hợp khẩn cấp nào cho phép phát hành khi còn thiếu.")
FINAL = _l("Phiếu đã phát hành và nhật ký thay đổi không bao giờ sửa.")
OWN = _l("Không ai tự duyệt, tự quyết định việc của mình, kể cả khi khẩn cấp.")
SIGNED = _l("Chữ ký và cam kết chỉ của chính người ký.")
COMPETENCE = _l("Không ai tự cho mình hoặc cho người khác năng lực chưa được xác nhận.")
WORDS = _l("Chỉ cần ghi cho đủ: việc đó không phải chờ ai.")
RECORD = _l("Không phải việc đang chờ: hồ sơ làm sau vẫn được, khẩn cấp thì vượt chốt ở lúc đo.")
TRUTH = _l("Vượt chốt sẽ ghi điều không có thật.")
AGREED = _l("Có cách làm theo thỏa thuận hoặc lý do ghi sẵn trong phần mềm.")
RELEASED = _l("Có lối ra riêng: người có quyền, khác người giữ lại, ký cho làm tiếp.")
CLOSING = _l("Đóng hồ sơ không bao giờ khẩn cấp: hồ sơ để mở đến khi đủ.")
GONE = _l("Hủy rồi không lấy lại được.")
PLANNED = _l("Làm theo bản hoặc nguồn đang được duyệt; không phép đo nào phải dừng vì chốt này.")
NONE = _l("Chưa có lý do khẩn cấp nào được chấp nhận cho chốt này.")

#: Why the others may not be passed, by gate; a gate that stands in neither table may not be passed either.
REFUSED = {
    **dict.fromkeys((
        "lines-reviewed", "report-items-complete", "calibration-items-complete", "uncertainty-within-capability", "signatory-authorised",
        "limit-confirmed", "not-issued-twice", "request-review-current", "firmware-answered", "override-answered", "opinion-authorised",
        "opinions-current", "simplified-agreed", "signing-key-ready", "public-as-agreed", "validity-within-kind"), PAPER),
    **dict.fromkeys(("issued-is-final", "worksheet-not-closed"), FINAL),
    **dict.fromkeys((
        "reviewer-is-another", "approver-is-another", "budget-used-by-another", "interval-approver-is-another", "stop-released-by-another",
        "deviation-by-another", "override-by-second-person", "recall-decided-by-another", "change-approved-by-another",
        "competence-judged-by-another", "complaint-decider-not-involved", "disposal-by-another", "document-approved-by-another",
        "document-reviewed-by-another", "effectiveness-by-another", "hold-released-by-another", "no-declared-interest",
        "not-own-supplier", "risk-approved-by-another"), OWN),
    **dict.fromkeys(("signed-by-person", "undertaking-filed", "declaration-current"), SIGNED),
    **dict.fromkeys((
        "person-authorised", "reviewer-authorised", "authorisation-alone", "competence-evidenced", "function-has-criteria"), COMPETENCE),
    **dict.fromkeys(("not-held",), RELEASED),
    **dict.fromkeys((
        "affected-disposed", "complaint-complete", "complaint-investigated", "corrective-cause-and-evidence", "corrective-or-reason",
        "corrective-stage-order", "corrective-system-answered", "customers-told", "effectiveness-not-early", "excursion-answered",
        "excursion-assessed", "nonconformity-answered", "recall-all-decided", "recurrence-forces-corrective", "risk-treated"), CLOSING),
    **dict.fromkeys(("disposal-approved", "record-kept"), GONE),
    **dict.fromkeys((
        "change-approved", "change-assessed", "document-effective-served", "document-steps-in-order", "incoming-accepted",
        "incoming-looked-at", "order-complete", "order-to-approved", "proficiency-provider-approved", "provider-approved",
        "supplier-evaluated", "vectors-pass", "version-verified"), PLANNED),
    **dict.fromkeys((
        "calibration-evaluated", "extension-before-due", "factors-decided", "loan-fit", "trace-instrument-fit",
        "verified-before-service"), RECORD),
    **dict.fromkeys(("late-entry-reason", "correction-has-reason", "override-proposed-with-reason", "steps-answered", "job-complete",
                     "record-complete"), WORDS),
    **dict.fromkeys(("time-plausible", "sample-here", "trace-belongs", "not-its-own-standard", "trace-after-reception",
                     "trace-detectors-ordered", "capture-identity", "capture-error-free", "loan-returned",
                     "rejudgement-of-standing-result"), TRUTH),
    **dict.fromkeys(("method-in-force", "rule-agreed", "rule-agreed-at-review", "method-current", "deviation-complete",
                     "contract-review-complete", "sampling-recorded"), AGREED),
}


def why(name: str, allowed: bool) -> object:
    """Why the gate may be passed in an emergency, or may not."""
    return ALLOWED.get(name, "") if allowed else REFUSED.get(name, NONE)


def says_enough(reason: str) -> bool:
    """Whether a reason has enough words, not one of them many times."""
    return len({word.casefold() for word in reason.split()}) >= REASON_WORDS
