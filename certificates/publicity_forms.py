"""Forms of what is public about a paper: an entry of the directory, an exhibit."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from certificates.disclosure import EXHIBITS
from lab_app.core.forms import Choice, DayField, Form, TextField, required


class ConsentForm(Form):
    """Who of the customer agreed, when, and where that is written (4.2.1)."""

    agreed_by = TextField(_l("Người của khách hàng đã đồng ý"))
    agreed_on = DayField(_l("Ngày đồng ý"))
    evidence = TextField(_l("Nơi lưu thỏa thuận"), max_length=300, description=_l("Số công văn, email, mục trong yêu cầu."))


class ExhibitForm(ConsentForm):
    """A document to be shown beside a paper from a day on."""

    file = FileField(_l("Tệp"), [required()], render_kw={"accept": "application/pdf,image/png,image/jpeg,image/webp"})
    kind = Choice(_l("Loại"), choices=list(EXHIBITS.items()))
    title_vi = TextField(_l("Tên tài liệu"), [required()])
    title_en = TextField(_l("Tên tiếng Anh"))
    public_on = DayField(_l("Công khai từ ngày"), [required()])
