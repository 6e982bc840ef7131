"""Forms of files and captures: the upload, how a text is read, the address an instrument is asked at."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from lab_app.core.forms import Choice, Form, MomentField, TextField, required
from lab_app.metrology.traces import TraceMapping

DELIMITERS = (
    (",", _l("dấu phẩy ,")), (";", _l("dấu chấm phẩy ;")), ("\t", _l("phím Tab")), (" ", _l("khoảng trắng")), ("|", _l("gạch đứng |")),
)
DECIMALS = (("", _l("tự nhận")), (".", _l("dấu chấm .")), (",", _l("dấu phẩy ,")))
ENCODINGS = (("", _l("tự nhận")), ("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("cp1258", "Windows-1258"), ("utf-16", "UTF-16"),
             ("latin-1", "ISO 8859-1"))
FREQUENCY_UNITS = ("Hz", "kHz", "MHz", "GHz")
LEVEL_UNITS = ("dBµV", "dBm", "dBµV/m", "dBµA", "dBµA/m", "dBmV", "dBV", "dBm/MHz", "dBm/Hz", "dB", "dBi", "dB/m", "V", "mV", "W")
DETECTORS = (("", _l("không nêu")), ("PK", _l("đỉnh (PK)")), ("QP", _l("tựa đỉnh (QP)")), ("AV", _l("trung bình (AV)")), ("RMS", "RMS"),
             ("SAMPLE", _l("lấy mẫu")), ("NEG", _l("đỉnh âm")))
KNOWN, DELIMITED, TOUCHSTONE = "known", "delimited", "touchstone"


class UploadForm(Form):
    """A file as the instrument wrote it."""

    file = FileField(_l("Tệp của thiết bị"), [required()],
                     description=_l("CSV, DAT, TXT… nguyên như thiết bị ghi; tệp gốc được giữ cùng mã băm."))
    captured_at = MomentField(_l("Thời điểm đo"), [Optional()], not_future=True, description=_l("Để trống: bây giờ."))


class ReadForm(Form):
    """How a file is read, filled from what the file shows and confirmed by a person."""

    ticket = HiddenField()
    captured_at = MomentField(_l("Thời điểm đo"), [Optional()], not_future=True, description=_l("Để trống: bây giờ."))
    reader = RadioField(_l("Cách đọc"), default=KNOWN, choices=[
        (KNOWN, _l("Theo định dạng của hãng")), (TOUCHSTONE, _l("Tham số S (Touchstone, .s1p, .s2p)")), (DELIMITED, _l("Theo cột"))])
    trace = IntegerField(_l("Đường đo thứ"), [required(), NumberRange(1, 20, _l("Từ 1 đến 20."))], default=1,
                         description=_l("Khi tệp có nhiều đường đo. Tệp .s2p: 1 là S11, 2 là S21, 3 là S12, 4 là S22."))
    unit = Choice(_l("Đơn vị của mức"), empty=_l("như tệp ghi"), choices=[(u, u) for u in LEVEL_UNITS], validate_choice=False)
    delimiter = Choice(_l("Dấu phân cách"), choices=list(DELIMITERS), default=",")
    decimal = Choice(_l("Dấu thập phân"), choices=list(DECIMALS))
    encoding = Choice(_l("Bảng mã"), choices=list(ENCODINGS))
    data_after = TextField(_l("Số liệu bắt đầu sau dòng"), [Optional()], max_length=80,
                           description=_l("Chữ đầu của dòng ngay trước số liệu, ví dụ DATA. Để trống: từ dòng số đầu tiên."))
    frequency_column = IntegerField(_l("Cột tần số"), [required(), NumberRange(1, 100, _l("Từ 1 đến 100."))], default=1)
    frequency_unit = Choice(_l("Đơn vị tần số"), empty=_l("chọn"), choices=[(u, u) for u in FREQUENCY_UNITS])
    level_column = IntegerField(_l("Cột mức"), [required(), NumberRange(1, 100, _l("Từ 1 đến 100."))], default=2)
    detector = Choice(_l("Bộ tách sóng"), choices=list(DETECTORS))
    save_as = TextField(_l("Lưu cách đọc này với tên"), [Optional()], max_length=120,
                        description=_l("Lần sau chọn lại được cho tệp cùng loại."))

    #: Ports of a network file, by its name.
    ports = 2

    def fill(self, mapping: TraceMapping) -> None:
        """Show a mapping in the fields."""
        self.reader.data = DELIMITED
        for name, value in mapping.to_dict().items():
            if name == "unit" and value and value not in LEVEL_UNITS:
                self.unit.choices = [*self.unit.choices, (value, value)]
            self[name].data = value

    def plan(self) -> dict[str, Any]:
        """The plan of `rules.traces` that the fields describe."""
        if self.reader.data == TOUCHSTONE:
            return {"reader": TOUCHSTONE, "ports": self.ports, "trace": self.trace.data or 1}
        if self.reader.data != DELIMITED:
            return {"reader": KNOWN, "trace": self.trace.data or 1, "unit": self.unit.data or ""}
        names = ("delimiter", "decimal", "encoding", "data_after", "frequency_unit", "unit", "detector")
        return {"reader": DELIMITED, **{n: self[n].data or "" for n in names},
                "frequency_column": self.frequency_column.data or 1, "level_column": self.level_column.data or 2}


class AskForm(Form):
    """What an instrument is asked; both kinds are questions that change nothing on it."""

    what = RadioField(_l("Lấy"), default="trace", choices=[
        ("trace", _l("Đường đo 1 (TRAC:DATA? TRACE1)")), ("marker", _l("Mức tại điểm đánh dấu (CALC:MARK1:Y?)")),
        ("level", _l("Mức đang chỉ (READ?)")), ("other", _l("Câu hỏi khác")),
    ])
    query = TextField(_l("Câu hỏi SCPI"), [Optional()], max_length=100,
                      description=_l("Chỉ dùng khi chọn “Câu hỏi khác”; phải là câu hỏi (có dấu ?)."))


class ConnectionForm(Form):
    """Where the instrument is asked, and what it answers."""

    resource = TextField(_l("Địa chỉ VISA"), [Optional()], max_length=120,
                         description=_l("Ví dụ: TCPIP0::192.168.1.20::inst0::INSTR. Để trống: không hỏi thiết bị này."))
    identity = TextField(_l("Câu trả lời *IDN?"), [Optional()], max_length=200,
                         description=_l("Hãng,kiểu,số máy,firmware đúng từng chữ. Để trống: so hãng, kiểu, số máy của danh mục."))
