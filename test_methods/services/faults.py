"""What is wrong with a part of a method, in the reader's language, hung on the field it stands in."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.errors import FieldRefused
from test_methods.formula import FormulaError
from test_methods.rules import BadParameter
from test_methods.rules.trace_rules import BadTraceRule

FORMULA = {
    "empty": _l("công thức trống"), "too_long": _l("quá dài"), "too_deep": _l("lồng ngoặc quá sâu"),
    "character": _l("ký tự không dùng được: %(detail)s"), "syntax": _l("viết không đúng cú pháp"),
    "number": _l("số không dùng được: %(detail)s"), "exponent": _l("số mũ quá lớn: %(detail)s"),
    "unknown_name": _l("không có trường hay bước nào tên %(detail)s"), "unknown_function": _l("không có hàm %(detail)s"),
    "not_allowed": _l("phép tính không được dùng: %(detail)s"),
    "list_field": _l("%(detail)s có nhiều giá trị: đặt trong min, max, mean hoặc worst"),
    "arguments": _l("số đối số của %(detail)s không đúng"), "bad_field": _l("tên không dùng được: %(detail)s"),
    "missing_value": _l("thiếu giá trị của %(detail)s"), "bad_value": _l("giá trị của %(detail)s không dùng được"),
    "empty_list": _l("%(detail)s không có giá trị nào"), "division_by_zero": _l("chia cho 0"),
    "domain": _l("ngoài miền xác định của %(detail)s"), "overflow": _l("kết quả quá lớn hoặc quá nhỏ"),
}
WORDS = {
    "duplicate": _l("Khóa bị trùng: %(detail)s."), "missing": _l("Cần điền ô này."), "label": _l("%(detail)s thiếu nhãn."),
    "source": _l("Trường %(detail)s có nguồn số liệu không rõ."), "frequency": _l("Giới hạn theo tần số cần trường %(detail)s."),
    "composite": _l("Giới hạn theo tần số chỉ nhận một kết quả."),
    "bad_key": _l("Khóa là chữ không dấu, chữ số và gạch dưới, bắt đầu bằng chữ, không trùng tên hàm: %(detail)s."),
    "cycle": _l("Các bước cần nhau thành vòng: %(detail)s."), "unit_unknown": _l("Không biết đơn vị “%(detail)s”."),
    "unit_mismatch": _l("Đơn vị không khớp: %(detail)s."), "too_many": _l("Tối đa %(detail)s dòng."),
    "span": _l("Khoảng bị ngược: %(detail)s."), "number": _l("“%(detail)s” không phải là số."),
    "count": _l("Số lượng từ 1 đến 999."), "judgement": _l("Đạt hay không đạt: %(detail)s không đọc được."),
    "replicates": _l("Số lần lặp lại từ 0 đến 100."),
    "replicates_field": _l("Lặp lại %(detail)s lần cần một trường đo nhận nhiều giá trị."),
    "results": _l("Số kết quả không khớp với công thức: %(detail)s."),
    "operators_field": _l("Dấu < và > cần một trường đo nhận một giá trị."),
}
TRACE_RULE = {
    "missing": _l("Cần điền mục này."), "not_a_decimal": _l("Cần một số."), "not_finite": _l("Cần một số."),
    "not_whole": _l("Cần một số nguyên."), "negative": _l("Không nhận số âm."), "not_positive": _l("Phải lớn hơn 0."),
    "outside": _l("Số nằm ngoài khoảng cho phép."), "unknown_unit": _l("Không biết đơn vị này."),
    "frequencies_not_rising": _l("Nhiễu nền, dòng %(row)s: tần số sau phải lớn hơn tần số trước."), "not_a_list": _l("Cần một bảng."),
}


def formula_fault(code: str, detail: str) -> str:
    """Why a formula is refused or gives nothing."""
    return str(FORMULA.get(code, code)) % {"detail": detail}


def fault(error: BadParameter) -> str:
    """What is wrong, as a sentence."""
    if error.code.startswith("formula_"):
        return gettext("Công thức không đọc được (%(why)s).", why=formula_fault(error.code.removeprefix("formula_"), error.detail))
    found = WORDS.get(error.code)
    return str(found) % {"detail": error.detail} if found is not None else str(error)


@contextmanager
def at_its_field(field: str = "") -> Iterator[None]:
    """Turn the refusals of the pure rules into ones that name their field (`field` where the rule names none)."""
    try:
        yield
    except BadParameter as error:
        raise FieldRefused(error.field or field, fault(error)) from error
    except FormulaError as error:
        raise FieldRefused(field or "formula", gettext(
            "Công thức không đọc được (%(why)s).", why=formula_fault(error.code, error.detail))) from error
    except BadTraceRule as error:
        said = TRACE_RULE.get(error.code)
        raise FieldRefused(
            f"ambient-{error.row}" if error.row else error.field,  # a row of a table is said above the form
            str(said) % {"row": error.row} if said else gettext("Giá trị này không dùng được.")) from error
