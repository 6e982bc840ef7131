"""Forms of competence."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField
from wtforms.validators import Optional

from lab_app.accounts.competence import wording
from lab_app.accounts.competence.models import CRITERIA
from lab_app.accounts.forms import CheckList, at_least_one
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import clock
from lab_app.core.forms import (
    Choice,
    CodeField,
    DayField,
    Form,
    LongTextField,
    TextField,
    WholeField,
    required,
    version_field,
)

PAPER = {"accept": "application/pdf,image/png,image/jpeg,image/webp,text/plain"}


class FunctionForm(Form):
    """A function that influences results; `code` on a new one, `active` and `reason` on one that stands."""

    code = CodeField(_l("Mã chức năng"), [required()], max_length=30, description=_l("Ví dụ CN-TN; không đổi về sau."))
    title_vi = TextField(_l("Tên chức năng"), [required()])
    title_en = TextField(_l("Tên tiếng Anh"), [Optional()])
    tasks = CheckList(_l("Người giữ chức năng có thể được trao quyền"), [Optional()], choices=list(TASK_WORDS.items()),
                      description=_l("Bỏ trống với chức năng không thử, soát xét hay ký, ví dụ tiếp nhận mẫu."))
    active = BooleanField(_l("Còn dùng"))
    reason = LongTextField(_l("Lý do sửa"), [required()], max_length=1000)
    version = version_field()


class CriteriaForm(Form):
    """One edition of a function's criteria (6.2.2)."""

    education = LongTextField(wording.CRITERIA_WORDS["education"], [Optional()], max_length=2000)
    training = LongTextField(wording.CRITERIA_WORDS["training"], [Optional()], max_length=2000)
    knowledge = LongTextField(wording.CRITERIA_WORDS["knowledge"], [Optional()], max_length=2000)
    skill = LongTextField(wording.CRITERIA_WORDS["skill"], [Optional()], max_length=2000)
    experience = LongTextField(wording.CRITERIA_WORDS["experience"], [Optional()], max_length=2000)
    change_note = LongTextField(_l("Nội dung đổi so với lần trước"), [Optional()], max_length=1000)

    def criteria(self) -> dict[str, Any]:
        """What was typed, criterion by criterion."""
        return self.clean(*CRITERIA)


class ApproveForm(Form):
    """From when an edition counts."""

    effective_from = DayField(_l("Hiệu lực từ ngày"), [required()], default=clock.today)
    version = version_field()


class GrantForm(Form):
    """A function given to a person: first which and from when, then how each of its criteria is met (the other fields go)."""

    function = Choice(_l("Chức năng"), [required()], choices=[])
    valid_from = DayField(_l("Từ ngày"), [required()], default=clock.today)
    education = LongTextField(wording.CRITERIA_WORDS["education"], [required()], max_length=1000)
    training = LongTextField(wording.CRITERIA_WORDS["training"], [required()], max_length=1000)
    knowledge = LongTextField(wording.CRITERIA_WORDS["knowledge"], [required()], max_length=1000)
    skill = LongTextField(wording.CRITERIA_WORDS["skill"], [required()], max_length=1000)
    experience = LongTextField(wording.CRITERIA_WORDS["experience"], [required()], max_length=1000)


class EndForm(Form):
    """A function that ends on a day."""

    from_day = DayField(_l("Thôi từ ngày"), [required()], default=clock.today)
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)


class QualificationForm(Form):
    """A line of the file with its paper."""

    kind = Choice(_l("Loại"), [required()], choices=list(wording.QUALIFICATION_WORDS.items()))
    title = TextField(_l("Nội dung"), [required()], max_length=300, description=_l("Ví dụ: Kỹ sư Điện tử – Viễn thông."))
    issuer = TextField(_l("Nơi cấp, nơi làm"), [Optional()])
    day = DayField(_l("Ngày cấp, ngày bắt đầu"), [required()], not_future=True)
    valid_to = DayField(_l("Đến hết ngày"), [Optional()])
    file = FileField(_l("Bản chụp"), [Optional()], render_kw=PAPER, description=_l("PDF hoặc ảnh; lý lịch chuyên môn cần có tệp."))


class TrainingForm(Form):
    """A plan of training (6.2.5 c)."""

    title = TextField(_l("Học gì"), [required()], max_length=300)
    kind = Choice(_l("Hình thức"), [required()], choices=list(wording.TRAINING_WORDS.items()))
    method_code = Choice(_l("Phương pháp"), [Optional()], choices=[], empty=_l("không riêng phương pháp nào"))
    need = LongTextField(_l("Vì sao cần"), [required()], max_length=1000)
    provider = TextField(_l("Người dạy, nơi dạy"), [Optional()])
    planned_on = DayField(_l("Học xong trước ngày"), [required()])


class FinishForm(Form):
    """Training that was given."""

    done_on = DayField(_l("Học xong ngày"), [required()], not_future=True, default=clock.today)
    content = LongTextField(_l("Đã học gì"), [required()], max_length=2000)
    file = FileField(_l("Chứng nhận, bài kiểm tra"), [Optional()], render_kw=PAPER)


class JudgeForm(Form):
    """Whether training worked."""

    evaluated_on = DayField(_l("Đánh giá ngày"), [required()], not_future=True, default=clock.today)
    effective = RadioField(_l("Kết quả"), [required()], choices=[("1", _l("Đạt")), ("0", _l("Chưa đạt"))])
    evaluation = LongTextField(_l("Đánh giá bằng gì, thấy gì"), [required()], max_length=2000)


class ObservationForm(Form):
    """Work that somebody saw."""

    kind = Choice(_l("Loại"), [required()], choices=list(wording.OBSERVATION_WORDS.items()))
    method_code = Choice(_l("Phương pháp"), [required()], choices=[])
    job_code = CodeField(_l("Mã việc thử nghiệm"), [Optional()], max_length=40, description=_l("Cần có khi chứng kiến một phép thử."))
    by = Choice(_l("Người giám sát, chứng kiến"), [required()], choices=[])
    day = DayField(_l("Ngày"), [required()], not_future=True, default=clock.today)
    outcome = RadioField(_l("Kết quả"), [required()], choices=[(code, state.word) for code, state in wording.OUTCOMES.items()])
    observed = LongTextField(_l("Đã thấy gì"), [required()], max_length=4000,
                             description=_l("Bước nào, số liệu nào, xử lý tình huống bất thường ra sao."))
    file = FileField(_l("Phiếu chứng kiến, ảnh"), [Optional()], render_kw=PAPER)


class MonitorForm(Form):
    """One look at somebody's work, for several of their authorisations (6.2.5 f)."""

    authorisations = CheckList(_l("Cho các quyền"), [at_least_one], choices=[])
    day = DayField(_l("Ngày theo dõi"), [required()], not_future=True, default=clock.today)
    by = Choice(_l("Người theo dõi"), [required()], choices=[])
    way = Choice(_l("Cách theo dõi"), [required()], choices=list(wording.WAY_WORDS.items()))
    outcome = RadioField(_l("Kết quả"), [required()], choices=[(code, state.word) for code, state in wording.OUTCOMES.items()],
                         description=_l("Chưa đạt: các quyền này tạm ngưng từ ngày theo dõi, đến khi có lần theo dõi đạt."))
    findings = LongTextField(_l("Nhận xét"), [required()], max_length=4000)
    months = WholeField(_l("Theo dõi lại sau (tháng)"), [Optional()], description=_l("Bỏ trống để giữ chu kỳ của từng quyền."))


class PlanForm(Form):
    """Another period of monitoring."""

    months = WholeField(_l("Theo dõi mỗi (tháng)"), [required()])
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)


class AnswerForm(Form):
    """Whether authorisations carry over to a version: the same answer for those that are ticked."""

    questions = CheckList(_l("Trả lời cho"), [at_least_one], choices=[])
    answer = RadioField(_l("Quyền với phiên bản này"), [required()], choices=[
        ("carried", _l("Áp dụng tiếp: không cần đào tạo thêm, hoặc đã đào tạo")), ("training",
                                                                                   _l("Cần đào tạo trước: tạm ngưng với phiên bản này"))])
    reason = LongTextField(_l("Lý do"), [required()], max_length=2000,
                           description=_l("Điểm nào đổi, người này đã biết bằng cách nào."))
