"""Words of complaints in histories."""
from __future__ import annotations

import json

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.quality.complaints import workflow


def say() -> None:
    """Name the records, their fields and states."""
    history.say_kinds({
        "complaint": _l("Khiếu nại"), "complaint-subject": _l("Hồ sơ bị khiếu nại"), "complaint-message": _l("Lời trao đổi"),
        "complaint-terms": _l("Cách giải quyết khiếu nại"),
    })
    history.say_fields("complaint", {
        "channel": _l("Nhận bằng"), "language": _l("Ngôn ngữ thư trả lời"), "role": _l("Người khiếu nại là"),
        "confidential": _l("Giữ kín người khiếu nại"), "from_name": _l("Họ tên"), "from_organisation": _l("Cơ quan, doanh nghiệp"),
        "from_email": _l("Thư điện tử"), "from_phone": _l("Điện thoại"), "about": _l("Số phiếu hoặc số yêu cầu"), "title": _l("Việc gì"),
        "words": _l("Nội dung"), "received_at": _l("Nhận lúc"), "acknowledge_by": _l("Hạn báo đã nhận"),
        "acknowledged_at": _l("Báo đã nhận lúc"), "decide_by": _l("Hạn quyết định"), "relevance": _l("Liên quan tới hoạt động nào"),
        "concerned": _l("Người liên quan"), "concerned_reason": _l("Vì sao không gắn với hồ sơ nào"),
        "investigation": _l("Kết quả điều tra"), "cause": _l("Nguyên nhân"), "action": _l("Hành động"),
        "action_done_on": _l("Làm xong ngày"), "outcome": _l("Kết luận"), "decision": _l("Quyết định và lý do"),
        "decided_at": _l("Quyết định lúc"), "involved": _l("Người đã tham gia, lúc quyết định"),
        "notified_on": _l("Báo kết thúc ngày"), "not_notified": _l("Vì sao không báo được"), "corrective_code": _l("Hành động khắc phục"),
        "closed_at": _l("Kết thúc lúc"), "recorded_at": _l("Ghi lúc"), "token_hash": _l("Dấu của trang theo dõi"),
        "nonce": _l("Số của biểu mẫu"),
    })
    history.say_fields("complaint-subject", {
        "kind": _l("Loại hồ sơ"), "subject_id": _l("Khóa hồ sơ"), "struck_at": _l("Gỡ lúc"), "struck_reason": _l("Lý do gỡ"),
        "recorded_at": _l("Ghi lúc")})
    history.say_fields("complaint-message", {
        "kind": _l("Loại"), "way": _l("Bằng cách"), "words": _l("Nội dung"), "said_on": _l("Ngày báo"), "mailed": _l("Đã gửi thư"),
        "to_address": _l("Gửi tới"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("complaint-terms", {
        "acknowledge_days": _l("Ngày làm việc để báo đã nhận"), "decide_days": _l("Ngày làm việc để quyết định"),
        "words_vi": _l("Lời trên trang công khai"), "words_en": _l("Lời tiếng Anh trên trang công khai"), "recorded_at": _l("Ghi lúc")})
    history.say_values("complaint", "status", {s.code: s.word for s in workflow.COMPLAINT.states})
    history.say_values("complaint", "channel", dict(workflow.CHANNELS))
    history.say_values("complaint", "role", dict(workflow.ROLES))
    history.say_values("complaint", "outcome", dict(workflow.OUTCOMES))
    history.say_values("complaint", "involved", lambda text: gettext("%(n)s người", n=len(json.loads(text or "{}"))))
    history.say_values("complaint-subject", "kind", dict(workflow.SUBJECTS))
    history.say_values("complaint-message", "kind", dict(workflow.MESSAGES))
    history.say_values("complaint-message", "way", dict(workflow.WAYS))
