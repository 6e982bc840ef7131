"""Words of competence: kinds, ways, outcomes, reasons, as a person reads them."""
from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.accounts.competence.workflow import TRAINING
from lab_app.accounts.queries import Leave
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import history
from lab_app.core.i18n import show_date
from lab_app.core.workflow import State

CRITERIA_WORDS = {
    "education": _l("Học vấn"), "training": _l("Đào tạo"), "knowledge": _l("Kiến thức"), "skill": _l("Kỹ năng"),
    "experience": _l("Kinh nghiệm"),
}
QUALIFICATION_WORDS = {
    "education": _l("Bằng cấp"), "certificate": _l("Chứng chỉ"), "experience": _l("Kinh nghiệm làm việc"),
    "cv": _l("Lý lịch chuyên môn (CV)"),
}
TRAINING_WORDS = {
    "induction": _l("Nhập môn"), "internal": _l("Nội bộ"), "external": _l("Bên ngoài"), "coaching": _l("Kèm cặp tại chỗ"),
    "self-study": _l("Tự học có kiểm tra"),
}
OBSERVATION_WORDS = {
    "supervised": _l("Làm có giám sát"), "witnessed": _l("Thử có người chứng kiến"), "evaluation": _l("Đánh giá tay nghề"),
}
WAY_WORDS = {
    "witnessed": _l("Chứng kiến khi làm"), "records": _l("Xem lại hồ sơ, kết quả"), "retest": _l("Thử lại mẫu đã biết"),
    "proficiency": _l("Kết quả thử nghiệm thành thạo"), "interview": _l("Hỏi đáp"),
}
OUTCOMES = {"passed": State("passed", _l("Đạt"), "ok"), "failed": State("failed", _l("Chưa đạt"), "bad")}
ANSWERS = {
    "": State("open", _l("Chưa trả lời"), "warn"), "carried": State("carried", _l("Quyền áp dụng tiếp"), "ok"),
    "training": State("training", _l("Cần đào tạo trước"), "bad"),
}
#: How an authorisation stands with its monitoring.
DUE_STATES = {
    "none": State("none", _l("Chưa có kế hoạch theo dõi"), "warn"), "overdue": State("overdue", _l("Quá hạn theo dõi"), "bad"),
    "soon": State("soon", _l("Sắp đến hạn theo dõi"), "warn"), "fine": State("fine", _l("Đang được theo dõi"), "ok"),
}


def why_not(leave: Leave) -> str:
    """Why nobody's leave lets this person work, as the end of a sentence; empty where nothing better than "none" is known."""
    day = show_date(leave.day) if leave.day else ""
    return {
        "withdrawn": gettext("quyền đã thu lại từ %(day)s", day=day),
        "lapsed": gettext("quyền tạm ngưng vì quá hạn theo dõi năng lực (hạn %(day)s)", day=day),
        "unsatisfactory": gettext("quyền tạm ngưng vì lần theo dõi năng lực gần nhất chưa đạt"),
        "unanswered": gettext("chưa ai trả lời quyền có áp dụng tiếp cho phiên bản phương pháp này không"),
        "retraining": gettext("cần đào tạo theo phiên bản phương pháp này trước"),
    }.get(leave.why, "")


def _met_in_words(stored: str) -> str:
    return "; ".join(f"{CRITERIA_WORDS.get(name, name)}: {how}" for name, how in json.loads(stored).items())


def _tasks_in_words(stored: str) -> str:
    return ", ".join(str(TASK_WORDS.get(name, name)) for name in json.loads(stored))


def say() -> None:
    """Name these records and their fields for histories."""
    history.say_kinds({
        "lab-function": _l("Chức năng"), "competence-criteria": _l("Tiêu chí năng lực"), "function-grant": _l("Giao chức năng"),
        "qualification": _l("Bằng cấp, kinh nghiệm"), "training": _l("Đào tạo"), "competence-observation": _l("Chứng kiến, đánh giá"),
        "competence-monitoring": _l("Theo dõi năng lực"), "version-answer": _l("Quyền với phiên bản mới"),
    })
    when: dict[str, Any] = {"recorded_at": _l("Ghi lúc"), "day": _l("Ngày"), "method_code": _l("Phương pháp"), "outcome": _l("Kết quả")}
    history.say_fields("lab-function", {"title_vi": _l("Tên"), "title_en": _l("Tên tiếng Anh"), "tasks": _l("Được làm"), **when})
    history.say_fields("competence-criteria", {
        **CRITERIA_WORDS, "edition": _l("Lần ban hành"), "change_note": _l("Nội dung đổi"), "effective_from": _l("Hiệu lực từ ngày"),
        "approved_at": _l("Phê duyệt lúc"), **when})
    history.say_fields("function-grant", {
        "valid_from": _l("Từ ngày"), "met": _l("Đáp ứng tiêu chí"), "ended_on": _l("Thôi từ ngày"), "ended_reason": _l("Lý do thôi"),
        "ended_recorded_at": _l("Ghi thôi lúc"), **when})
    history.say_fields("qualification", {
        "kind": _l("Loại"), "issuer": _l("Nơi cấp"), "valid_to": _l("Đến hết ngày"), "struck_at": _l("Gạch bỏ lúc"),
        "struck_reason": _l("Lý do gạch bỏ"), **when, "title": _l("Nội dung")})
    history.say_fields("training", {
        "kind": _l("Hình thức"), "title": _l("Nội dung"), "need": _l("Nhu cầu"), "provider": _l("Người dạy, nơi dạy"),
        "planned_on": _l("Kế hoạch ngày"), "done_on": _l("Học xong ngày"), "done_recorded_at": _l("Ghi học xong lúc"),
        "content": _l("Đã học gì"), "evaluated_on": _l("Đánh giá ngày"), "evaluated_recorded_at": _l("Ghi đánh giá lúc"),
        "evaluation": _l("Đánh giá"), **when})
    history.say_fields("competence-observation", {"kind": _l("Loại"), "job_code": _l("Việc thử nghiệm"), "observed": _l("Đã thấy"), **when})
    history.say_fields("competence-monitoring", {
        "kind": _l("Loại"), "months": _l("Chu kỳ (tháng)"), "due_on": _l("Theo dõi tiếp chậm nhất"), "way": _l("Cách theo dõi"),
        "findings": _l("Nhận xét"), **when})
    history.say_fields("version-answer", {"answer": _l("Trả lời"), "from_day": _l("Từ ngày"), "reason": _l("Lý do"), **when})
    history.say_values("lab-function", "tasks", _tasks_in_words)
    history.say_values("function-grant", "met", _met_in_words)
    history.say_values("qualification", "kind", QUALIFICATION_WORDS)
    history.say_values("training", "kind", TRAINING_WORDS)
    history.say_values("training", "status", {state.code: state.word for state in TRAINING.states})
    history.say_values("competence-observation", "kind", OBSERVATION_WORDS)
    history.say_values("competence-observation", "outcome", {code: state.word for code, state in OUTCOMES.items()})
    history.say_values("competence-monitoring", "kind", {"plan": _l("kế hoạch"), "check": _l("theo dõi")})
    history.say_values("competence-monitoring", "outcome", {code: state.word for code, state in OUTCOMES.items()})
    history.say_values("competence-monitoring", "way", WAY_WORDS)
    history.say_values("version-answer", "answer", {code: state.word for code, state in ANSWERS.items() if code})
