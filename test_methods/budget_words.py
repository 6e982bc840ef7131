"""Uncertainty budgets in words: how quantities are given, coverage, warnings, and the sentences for what is refused."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.core.i18n import show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.metrology.coverage import DofRule
from lab_app.metrology.rounding import round_significant
from test_methods.rules.budgets import BadBudget
from test_methods.workflow.uncertainty import SIMULATION

KINDS = {
    "components": _l("Bảng thành phần"), "model": _l("Mô hình đo"), "table": _l("U theo khoảng giá trị"),
}
#: How a component of a table is evaluated.
EVALUATED = {
    "normal": _l("chuẩn: U của giấy chứng nhận, ước số k"), "readings": _l("loại A: từ số đọc lặp"),
    "rectangular": _l("chữ nhật: nửa khoảng"), "triangular": _l("tam giác: nửa khoảng"), "u-shape": _l("chữ U: nửa khoảng"),
    "trapezoidal": _l("hình thang: nửa khoảng, β"),
}
#: How a quantity of a model is given.
GIVEN = {
    "standard": _l("u đã biết"), "expanded": _l("giấy chứng nhận: U và k"), "rectangular": _l("chữ nhật: nửa khoảng"),
    "triangular": _l("tam giác: nửa khoảng"), "u-shape": _l("chữ U: nửa khoảng"), "trapezoidal": _l("hình thang: nửa khoảng, β"),
    "readings": _l("loại A: từ số đọc lặp"), "complex": _l("số phức: phần thực, phần ảo"),
    "polar": _l("số phức: |Γ| và góc pha"), "mismatch": _l("mất phối hợp: |Γ| hai phía, không biết pha"),
}
#: The same, as a column of a table shows it.
SHAPES = {
    "normal": _l("chuẩn"), "standard": _l("chuẩn"), "expanded": _l("chuẩn (U/k)"), "rectangular": _l("chữ nhật"),
    "triangular": _l("tam giác"), "u-shape": _l("chữ U"), "trapezoidal": _l("hình thang"), "readings": _l("chuẩn (loại A)"),
    "complex": _l("chuẩn hai chiều"), "polar": _l("chuẩn hai chiều"), "mismatch": _l("chữ U"),
}
COVERAGES = {
    "fixed": _l("k cố định"), "truncated": _l("k từ bậc tự do hiệu dụng, làm tròn xuống (GUM G.4.1)"),
    "real": _l("k từ bậc tự do hiệu dụng, giữ số thực"),
}
FIELDS = {
    "source": _l("Nguồn"), "value": _l("Giá trị"), "distribution": _l("Phân bố"), "divisor": _l("Ước số"), "c_i": _l("Hệ số nhạy"),
    "sensitivity": _l("Hệ số nhạy"), "dof": _l("Bậc tự do"), "beta": _l("β"), "unit": _l("Đơn vị"), "readings": _l("Số đọc lặp"),
    "name": _l("Ký hiệu"), "given": _l("Cách cho"), "x": _l("Ước lượng"), "y": _l("Giá trị thứ hai"), "u": _l("Độ không đảm bảo"),
    "v": _l("Độ không đảm bảo thứ hai"), "k": _l("k"), "r": _l("Hệ số tương quan"), "low": _l("Từ"), "high": _l("Đến"), "U": _l("U"),
    "percent": _l("U, %"), "a": _l("Đại lượng thứ nhất"), "b": _l("Đại lượng thứ hai"), "p": _l("Xác suất phủ"),
}


def coverage_words(coverage: Mapping[str, Any], k: Decimal) -> str:
    """The coverage option stated on a budget, as it is printed with it."""
    if not coverage.get("p"):
        return gettext("k cố định = %(k)s", k=show_decimal(k))
    percent = show_decimal(round_significant(Decimal(str(coverage["p"])) * 100))
    if coverage.get("dof_rule") == DofRule.REAL:
        return gettext("k = t(ν hiệu dụng) cho %(p)s %%, ν giữ số thực", p=percent)
    return gettext("k = t(ν hiệu dụng) cho %(p)s %%, ν làm tròn xuống số nguyên (GUM G.4.1)", p=percent)


def warning_words(code: str, name: str) -> str:
    """What a reader of a budget has to know about how it was computed."""
    found = {
        "stationary": _l("“%(name)s” có độ không đảm bảo nhưng không đóng góp gì ở bậc nhất: mô hình đứng ở điểm dừng của nó, hoặc giá trị "
                         "của đại lượng nhân với nó bằng 0. Phần bậc hai bị bỏ qua; hãy chạy Monte Carlo.", name=name),
        "zero": _l("Không thành phần nào đóng góp ở bậc nhất; hãy chạy Monte Carlo."),
        "correlated_dof": _l("Công thức Welch–Satterthwaite chỉ đúng cho đại lượng độc lập; ở đây có tương quan, bậc tự do nhỏ nhất của "
                             "các đại lượng tương quan được lấy làm cận an toàn."),
        "u_shaped": _l("Thành phần hình chữ U “%(name)s” chiếm phần lớn: kết quả không có phân bố chuẩn, k = 2 không ứng với 95 %%. "
                       "Hãy chạy Monte Carlo.", name=name),
        "dominant": _l("Thành phần chữ nhật “%(name)s” lấn át (EA-4/02 S9): k = 2 cho khoảng rộng hơn 95 %%.", name=name),
        "few_dof": _l("“%(name)s” chiếm quá nửa mà chỉ có ít bậc tự do: k = 2 có thể quá nhỏ; nên lấy k từ bậc tự do hiệu dụng.",
                      name=name),
    }
    return str(found.get(code, code))


def _sentence(error: BadBudget) -> Any:
    detail = error.detail[:60]
    sentences = {
        "missing": _l("Chưa chọn phân bố: không có phân bố thì không tính được u.") if error.field in ("distribution", "given")
        else _l("Cần điền mục này."),
        "not_a_decimal": _l("Không phải một số."), "not_finite": _l("Phải là một số hữu hạn; NaN và vô cực không nhận."),
        "negative": _l("Không được âm."), "not_positive": _l("Phải lớn hơn 0."),
        "exponent": _l("Số mũ quá lớn: %(detail)s.", detail=detail), "number": _l("Số quá lớn hoặc quá dài: %(detail)s.", detail=detail),
        "divisor_contradicts_distribution": _l("Ước số trái với phân bố; bỏ trống để tính."),
        "below_one": _l("Bậc tự do ít nhất là 1."), "unknown_unit": _l("Không biết đơn vị “%(detail)s”.", detail=detail),
        "unit_mismatch": _l("Đơn vị không khớp: %(detail)s.", detail=detail.replace(" | ", " ≠ ")),
        "too_few": _l("Cần ít nhất hai số đọc: một số đọc không có độ tản mạn."),
        "empty": _l("Chưa có số đọc lặp nào.") if error.field == "readings" else _l("Cần ít nhất một dòng.") if error.part != "model"
        else _l("Chưa gõ mô hình."),
        "too_long": _l("Quá dài."), "too_deep": _l("Mô hình lồng quá sâu."), "duplicate": _l("Bị trùng: %(detail)s.", detail=detail),
        "unknown_name": _l("Không có đại lượng “%(detail)s”.", detail=detail), "unknown": _l("Lựa chọn không có trong danh sách."),
        "unknown_function": _l("Không có hàm “%(detail)s”.", detail=detail),
        "character": _l("Không đọc được từ “%(detail)s”: mô hình chỉ gồm số, ký hiệu đại lượng, + - * / ** và các hàm đã biết.",
                        detail=detail),
        "syntax": _l("Không đọc được biểu thức, từ “%(detail)s”.", detail=detail),
        "not_allowed": _l("Không dùng được “%(detail)s” trong mô hình.", detail=detail),
        "arguments": _l("Hàm “%(detail)s” có số đối số không đúng.", detail=detail),
        "bad_field": _l("Ký hiệu “%(detail)s” không dùng được; gồm chữ, số và dấu gạch dưới, bắt đầu bằng chữ.", detail=detail),
        "division_by_zero": _l("Mô hình chia cho 0 tại các ước lượng đã cho."),
        "domain": _l("Mô hình không có giá trị thực tại các ước lượng đã cho (%(detail)s).", detail=detail),
        "overflow": _l("Mô hình cho số quá lớn."),
        "zero": _l("Không thành phần nào đóng góp: U = 0 không phải một phép đo."),
        "complex_result": _l("Kết quả của mô hình là số phức; lấy mag(), phase(), real() hoặc imag()."),
        "complex_correlated": _l("Đại lượng phức không ghép tương quan với đại lượng khác được."),
        "same_name": _l("Một đại lượng không tương quan với chính nó."), "outside": _l("Ngoài khoảng cho phép: %(detail)s.", detail=detail),
        "not_positive_semidefinite": _l("Các hệ số tương quan mâu thuẫn nhau: ma trận không nửa xác định dương."),
        "one_of_two": _l("Ghi U hoặc %, đúng một trong hai."), "not_rising": _l("Các khoảng phải tăng dần và không chồng nhau."),
        "percent_of_level": _l("Phần trăm của một mức dB không có nghĩa; ghi U bằng dB."),
        "no_model": _l("U theo khoảng giá trị không có mô hình để mô phỏng."),
        "correlation_needs_normal": _l(
            "“%(detail)s” tương quan mà không có phân bố chuẩn: hệ số tương quan không đủ xác định phân bố chung (JCGM 101 6.4.8).",
            detail=detail),
    }
    return sentences.get(error.code, _l("Không tính được (%(why)s).", why=str(error)))


def refusal(error: BadBudget) -> str:
    """What is wrong with a budget, in the reader's language, naming the row's field where one is at fault."""
    says = str(_sentence(error))
    if error.part == "components" and error.code == "unit_mismatch":
        says += " " + gettext(
            "Ghi hệ số nhạy để đổi sang đơn vị của U (điện áp lệch một phần trăm là 0,0869 dB; "
            "công suất lệch một phần trăm là 0,0434 dB).")
    return says


def placed(error: BadBudget) -> str:
    """The refusal with the row and the field it concerns, for where no field can carry it."""
    field = str(FIELDS.get(error.field, error.field))
    if error.row is None:
        return refusal(error) if not field else f"{field}: {refusal(error)}"
    return gettext("Dòng %(n)s, %(field)s: %(says)s", n=error.row + 1, field=field, says=refusal(error))


def with_unit(text: str, unit: str) -> str:
    """A number with its unit, never parted at the end of a line."""
    return f"{text}{NO_BREAK_SPACE}{unit}" if unit else text


def failure_words(code: str) -> str:
    """Why a simulation failed; `code` as it is kept: part, code, detail."""
    part, _, rest = code.partition("|")
    why, _, detail = rest.partition("|")
    return refusal(BadBudget(part, why, detail=detail)) if why else code


def say() -> None:
    """Name budgets, where they apply and their simulations for histories."""
    history.say_kinds({"budget-choice": _l("Chỗ dùng bảng độ không đảm bảo"), "budget-simulation": _l("Mô phỏng Monte Carlo")})
    history.say_fields("uncertainty-budget", {
        "quantity": _l("Đại lượng"), "unit": _l("Đơn vị"), "components": _l("Thành phần"), "u_c": _l("u tổng hợp"),
        "k": _l("Hệ số phủ k"), "u_expanded": _l("U mở rộng"), "recorded_at": _l("Ghi lúc"), "kind": _l("Dạng"),
        "model": _l("Mô hình đo"), "inputs": _l("Đại lượng vào"), "correlations": _l("Tương quan"), "coverage": _l("Cách lấy k"),
        "ranges": _l("Khoảng giá trị"), "estimate": _l("Ước lượng y"), "nu_eff": _l("Bậc tự do hiệu dụng"),
        "issue": _l("Lần ban hành"), "change_reason": _l("Vì sao sửa"), "series": _l("Mã gốc"),
    })
    history.say_values("uncertainty-budget", "kind", KINDS)
    history.say_fields("budget-choice", {
        "low": _l("Từ tần số"), "high": _l("Đến tần số"), "unit": _l("Đơn vị"), "valid_from": _l("Từ ngày"),
        "valid_to": _l("Đến trước ngày"), "reason": _l("Lý do"), "recorded_at": _l("Ghi lúc"), "ended_recorded_at": _l("Ghi kết thúc lúc"),
    })
    history.say_fields("budget-simulation", {
        "state": _l("Tình trạng"), "seed": _l("Số khởi đầu (seed)"), "digits": _l("Chữ số có nghĩa"), "p": _l("Xác suất phủ"),
        "most_trials": _l("Nhiều nhất bao nhiêu lần thử"), "trials": _l("Số lần thử"), "y": _l("Ước lượng y"), "u": _l("u mô phỏng"),
        "low": _l("Đầu dưới khoảng phủ"), "high": _l("Đầu trên khoảng phủ"), "validated": _l("Bậc nhất đủ dùng"),
        "stable": _l("Đã ổn định"),
        "asked_at": _l("Yêu cầu lúc"), "finished_at": _l("Xong lúc"), "error": _l("Lý do"), "libraries": _l("Bộ sinh số"),
    })
    history.say_values("budget-simulation", "state", {code: state.word for code, state in SIMULATION.items()})
