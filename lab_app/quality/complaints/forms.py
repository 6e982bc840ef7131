"""Forms of complaints. The public form is no form of this kind: it carries its own note and needs no session."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.accounts.signing import SignatureFields
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
from lab_app.core.i18n import LANGUAGES
from lab_app.quality.complaints import workflow

LANGUAGE_WORDS = {"vi": _l("Tiếng Việt"), "en": _l("Tiếng Anh")}


class ComplaintForm(Form):
    """A complaint that one of us takes down."""

    channel = Choice(_l("Nhận bằng"), [required()], choices=[(k, v) for k, v in workflow.CHANNELS.items() if k != workflow.FORM])
    title = TextField(_l("Khiếu nại về việc gì"), [required()], description=_l("Một câu, ví dụ: Phiếu ghi sai số máy."))
    words = LongTextField(_l("Nội dung khiếu nại, theo lời người khiếu nại"), [required()], max_length=5000)
    about = TextField(_l("Số phiếu hoặc số yêu cầu"), [Optional()], max_length=120,
                      description=_l("Như người khiếu nại đọc; gắn vào hồ sơ ở bước sau."))
    role = Choice(_l("Người khiếu nại là"), [required()], choices=list(workflow.ROLES.items()))
    name = TextField(_l("Họ tên"), [Optional()])
    organisation = TextField(_l("Cơ quan, doanh nghiệp"), [Optional()])
    email = TextField(_l("Thư điện tử"), [Optional()], max_length=255)
    phone = TextField(_l("Điện thoại"), [Optional()], max_length=40)
    language = Choice(_l("Ngôn ngữ thư trả lời"), [required()], choices=[(one, LANGUAGE_WORDS[one]) for one in LANGUAGES])
    confidential = BooleanField(_l("Giữ kín người khiếu nại: chỉ người giải quyết khiếu nại thấy tên (4.2.3)"), default=True)


class MessageForm(Form):
    """What is said to the complainant, by which way, on which day."""

    words = LongTextField(_l("Nội dung"), [required()], max_length=5000)
    way = Choice(_l("Bằng cách"), [required()], choices=list(workflow.WAYS.items()))
    said_on = DayField(_l("Ngày báo"), [required()], not_future=True, default=clock.today)
    version = version_field()


class NoteForm(Form):
    """A note for ourselves."""

    words = LongTextField(_l("Nội dung"), [required()], max_length=5000,
                          description=_l("Chỉ người giải quyết khiếu nại đọc; không hiện trên trang theo dõi của người khiếu nại."))
    version = version_field()


class SubjectForm(Form):
    """A record that the complaint is about."""

    kind = Choice(_l("Loại hồ sơ"), [required()], choices=list(workflow.SUBJECTS.items()))
    subject_code = CodeField(_l("Số hoặc mã"), [required()], max_length=60,
                             description=_l("Số phiếu, số yêu cầu, mã mẫu, mã việc; quét được."))


class ConcernedForm(Form):
    """People named by hand, where the matter hangs on no record."""

    people = SelectMultipleField(_l("Người liên quan"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    reason = LongTextField(_l("Vì sao không gắn với hồ sơ nào"), [required()], max_length=1000,
                           description=_l("Người được nêu tên không được quyết định khiếu nại này (7.9.6)."))
    version = version_field()


class TakeForm(Form):
    """That the complaint is about the laboratory's work, and who investigates."""

    relevance = LongTextField(_l("Khiếu nại liên quan tới hoạt động nào của phòng"), [required()], max_length=2000)
    owner = Choice(_l("Người điều tra"), [required()], empty=_l("Chọn một người"))
    version = version_field()


class InvestigationForm(Form):
    """What was found; parts may be written one after the other."""

    investigation = LongTextField(_l("Kết quả điều tra"), [Optional()],
                                  description=_l("Đã xem hồ sơ nào, hỏi ai, thấy gì. Ghi dần được; quyết định thì cần đủ."))
    cause = LongTextField(_l("Nguyên nhân"), [Optional()], description=_l("Khiếu nại không có căn cứ: vì sao người khiếu nại hiểu khác."))
    action = LongTextField(_l("Hành động"), [Optional()], description=_l("Không cần khi khiếu nại không có căn cứ."))
    action_done_on = DayField(_l("Làm xong ngày"), [Optional()], not_future=True)
    version = version_field()


class DecisionForm(SignatureFields):
    """The outcome in words that the complainant may read, signed."""

    outcome = Choice(_l("Kết luận"), [required()])
    decision = LongTextField(_l("Quyết định và lý do"), [required()], description=_l("Viết để người khiếu nại đọc."))
    version = version_field()


class TermsForm(Form):
    """How complaints are handled, as the public page tells it."""

    acknowledge_days = WholeField(_l("Báo đã nhận trong vòng (ngày làm việc)"), [required()])
    decide_days = WholeField(_l("Quyết định trong vòng (ngày làm việc)"), [required()])
    words_vi = LongTextField(_l("Điều muốn nói thêm trên trang công khai"), [Optional()])
    words_en = LongTextField(_l("Cũng điều đó bằng tiếng Anh"), [Optional()])
    reason = TextField(_l("Lý do sửa"), [Optional()], max_length=300)
    version = version_field()


class EvidenceForm(Form):
    """A file that belongs to the case."""

    file = FileField(_l("Tệp (PDF hoặc ảnh)"), [required()])
    caption = TextField(_l("Chú thích"), [Optional()], max_length=300)
