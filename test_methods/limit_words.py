"""Limits in words, one line a piece, and the sentences for limits that are refused."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.i18n import show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limit_tables import UNNAMED, canonical
from lab_app.metrology.limits import (
    Bounds,
    LimitLine,
    LimitTable,
    Mask,
    ObservationLimit,
    Receiver,
    Segment,
    parse_limit,
)
from lab_app.metrology.masks import BAND_EDGE, BANDWIDTHS, CARRIER

ANSWERS = {"PASS": _l("Đạt"), "FAIL": _l("Không đạt"), "NA": _l("Không áp dụng"), "NT": _l("Không thử")}
LIMIT_TYPES = {
    "": _l("Chưa số hóa"), "upper": _l("Không lớn hơn"), "lower": _l("Không nhỏ hơn"), "range": _l("Trong khoảng"),
    "abs_upper": _l("Giá trị tuyệt đối không lớn hơn"), "line": _l("Đường giới hạn theo tần số"),
    "mask": _l("Mặt nạ phổ"), "table": _l("Bảng theo điều kiện"), "observation": _l("Đánh giá bằng quan sát"),
}
REFERENCES = {CARRIER: _l("sóng mang"), BAND_EDGE: _l("biên băng tần")}
SCALES = {"log": _l("logarit"), "lin": _l("tuyến tính")}
SIDES = {"upper": _l("không lớn hơn"), "lower": _l("không nhỏ hơn")}
DETECTORS = {
    "QP": _l("tựa đỉnh (QP)"), "AV": _l("trung bình (AV)"), "CAV": _l("trung bình CISPR (CAV)"), "RAV": _l("trung bình RMS (RAV)"),
    "PK": _l("đỉnh (PK)"), "RMS": _l("hiệu dụng (RMS)"),
}
CONDITIONS = {
    "band": _l("băng tần"), "class": _l("cấp"), "detector": _l("bộ tách sóng"), "distance": _l("khoảng cách"), "port": _l("cổng"),
    "mode": _l("chế độ"), "bandwidth": _l("băng thông"), UNNAMED: _l("điều kiện"),
}
#: Fields of a limit as people call them.
FIELDS = {
    "limit": _l("giới hạn"), "low": _l("giới hạn dưới"), "high": _l("giới hạn trên"), "unit": _l("đơn vị"), "segments": _l("các đoạn"),
    "scale": _l("thang"), "side": _l("phía"), "reference": _l("gốc của mặt nạ"), "offset_unit": _l("đơn vị của độ lệch"),
    "f_unit": _l("đơn vị tần số"), "level_unit": _l("đơn vị của mức gốc"), "floor": _l("mức sàn"), "edges": _l("hai biên băng tần"),
    "rows": _l("các dòng của bảng"), "when": _l("điều kiện của dòng"), "answers": _l("các câu trả lời"), "detector": _l("bộ tách sóng"),
    "rbw": _l("băng thông phân giải"), "distance": _l("khoảng cách đo"), "frequency": _l("tần số"), "bandwidth": _l("băng thông"),
    "reference_level": _l("mức gốc"), "type": _l("dạng giới hạn"),
}
_REFUSALS = {
    "missing": _l("Thiếu %(field)s."),
    "not_a_decimal": _l("%(Field)s: cần một số."),
    "not_finite": _l("%(Field)s: số không hữu hạn."),
    "not_positive": _l("%(Field)s: cần số dương."),
    "empty_range": _l("Khoảng rỗng: giới hạn dưới lớn hơn giới hạn trên."),
    "absolute_needs_upper": _l("Giới hạn của giá trị tuyệt đối không được âm."),
    "frequencies_not_rising": _l("%(Field)s: tần số phải tăng dần và không chồng lên nhau (xem %(detail)s)."),
    "four_numbers": _l("%(Field)s: mỗi dòng cần đúng bốn số."),
    "two_numbers": _l("%(Field)s: cần đúng hai số."),
    "unknown": _l("%(Field)s: không biết “%(detail)s”."),
    "unknown_unit": _l("Không biết đơn vị “%(detail)s” (%(field)s)."),
    "unit_mismatch": _l("%(Field)s: đơn vị không khớp (%(detail)s)."),
    "amount_with_unit": _l("%(Field)s: ghi một số và đơn vị, ví dụ 120 kHz hoặc 3 m."),
    "not_relative": _l("Mức gốc chỉ dùng với mặt nạ tương đối (dBr, dBc)."),
    "edges_of_a_carrier": _l("Hai biên băng tần chỉ dùng với mặt nạ tính từ biên băng tần."),
    "duplicate": _l("%(Field)s: trùng nhau (%(detail)s)."),
    "too_many": _l("%(Field)s: quá nhiều (%(detail)s)."),
    "log_offset": _l("Thang logarit không vẽ được thành đường theo tần số."),
    "condition_missing": _l("Bảng giới hạn cần biết %(field)s."),
    "no_row": _l("Bảng giới hạn không có dòng cho %(field)s “%(detail)s”."),
    "several_rows": _l("Nhiều dòng của bảng giới hạn cùng đúng; cần nêu rõ %(field)s."),
    "outside": _l("Giới hạn không nói gì ở tần số %(detail)s."),
    "inside_band": _l("Tần số %(detail)s nằm trong băng; mặt nạ chỉ nói về ngoài băng."),
    "observation": _l("Giới hạn này đánh giá bằng quan sát, không có số để so."),
}


def field_words(name: str) -> str:
    """A field or condition as people call it; a condition that somebody named keeps its name."""
    return str(FIELDS.get(name) or CONDITIONS.get(canonical(name)) or name)


def refusal_words(error: MetrologyError) -> str:
    """What is wrong with a limit, in a sentence that names the field."""
    named = field_words(error.field)
    detail = gettext("dòng %(n)s", n=error.detail) if error.detail.isdigit() else error.detail
    sentence = _REFUSALS.get(error.code)
    if sentence is None:
        return gettext("Giới hạn không đúng dạng (%(why)s).", why=str(error))
    return str(sentence) % {"field": named, "Field": named[:1].upper() + named[1:], "detail": detail}


def with_unit(text: str, unit: str) -> str:
    """A number with its unit, kept on one line."""
    return f"{text}{NO_BREAK_SPACE}{unit}" if unit else text


def bounds_words(limit: Bounds) -> str:
    """`≤ 20 dBm`, `80 … 100 %`; an open end of a range carries its sign."""
    upper, lower = ("≤" if limit.high_inclusive else "<"), ("≥" if limit.low_inclusive else ">")
    if limit.absolute and limit.high is not None:
        text = f"|x|{NO_BREAK_SPACE}{upper}{NO_BREAK_SPACE}{show_decimal(limit.high)}"
    elif limit.low is None and limit.high is not None:
        text = f"{upper}{NO_BREAK_SPACE}{show_decimal(limit.high)}"
    elif limit.high is None and limit.low is not None:
        text = f"{lower}{NO_BREAK_SPACE}{show_decimal(limit.low)}"
    else:
        low = show_decimal(limit.low) if limit.low_inclusive else f">{NO_BREAK_SPACE}{show_decimal(limit.low)}"
        high = show_decimal(limit.high) if limit.high_inclusive else f"<{NO_BREAK_SPACE}{show_decimal(limit.high)}"
        text = f"{low} … {high}"
    return with_unit(text, limit.unit)


def sign_of(limit: LimitLine | Mask) -> str:
    """≤, <, ≥ or >."""
    return ("≤" if limit.inclusive else "<") if limit.side == "upper" else ("≥" if limit.inclusive else ">")


def segment_words(part: Segment, sign: str, f_unit: str, unit: str) -> str:
    """One piece: `0,15 – 0,5 MHz: ≤ 66 → 56 dBµV`."""
    by = f"×{NO_BREAK_SPACE}BW" if f_unit == BANDWIDTHS else f_unit
    span = f"{show_decimal(part.f1)} – {show_decimal(part.f2)}{NO_BREAK_SPACE}{by}"
    level = show_decimal(part.l1) if part.l1 == part.l2 else f"{show_decimal(part.l1)} → {show_decimal(part.l2)}"
    return with_unit(f"{span}: {sign}{NO_BREAK_SPACE}{level}", unit)


def receiver_words(receiver: Receiver) -> str:
    """`QP, RBW 120 kHz, 3 m`; empty when nothing is stated."""
    parts = [receiver.detector, f"RBW{NO_BREAK_SPACE}{amount_words(receiver.rbw)}" if receiver.rbw else "", amount_words(receiver.distance)]
    return ", ".join(part for part in parts if part)


def amount_words(text: str) -> str:
    """`120 kHz` in the reader's notation; empty for an empty text."""
    number, _, unit = text.partition(" ")
    return with_unit(show_decimal(Decimal(number)), unit) if text else ""


def mask_words(limit: Mask) -> list[str]:
    """A mask: where its offsets count from, each piece, what a relative value rests on."""
    if limit.edges is not None:
        low, high = (show_decimal(edge) for edge in limit.edges)
        lines = [gettext("độ lệch ra ngoài băng %(low)s – %(high)s %(unit)s", low=low, high=high, unit=limit.f_unit)]
    elif limit.symmetric:
        lines = [gettext("độ lệch về hai phía từ %(reference)s", reference=REFERENCES[limit.reference])]
    else:
        lines = [gettext("độ lệch có dấu từ %(reference)s", reference=REFERENCES[limit.reference])]
    lines += [segment_words(part, sign_of(limit), limit.offset_unit, limit.unit) for part in limit.segments]
    if limit.floor is not None:
        lines.append(gettext("không thấp hơn %(floor)s", floor=with_unit(show_decimal(limit.floor), limit.level_unit)))
    return lines


def when_words(when: Iterable[tuple[str, str]]) -> str:
    """The conditions of a table's row: `cấp B, bộ tách sóng AV`."""
    return ", ".join(value if name == UNNAMED else f"{field_words(name)}{NO_BREAK_SPACE}{value}" for name, value in when)


def _lines(limit: Bounds | LimitLine | Mask) -> list[str]:
    if isinstance(limit, Bounds):
        return [bounds_words(limit)]
    lines = mask_words(limit) if isinstance(limit, Mask) else [
        segment_words(part, sign_of(limit), limit.f_unit, limit.unit) for part in limit.segments
    ]
    read = receiver_words(limit.receiver)
    return [*lines, read] if read else lines


def limit_lines(data: Mapping[str, Any] | None) -> list[str]:
    """A limit in words, one line a piece; empty when nobody has written it down."""
    if not data:
        return []
    limit = parse_limit(data)
    if isinstance(limit, ObservationLimit):
        return [" / ".join(str(ANSWERS[answer.value]) for answer in limit.answers)]
    if isinstance(limit, LimitTable):
        return [f"{when_words(row.when)}: {'; '.join(_lines(row.limit))}" for row in limit.rows]
    return _lines(limit)


def limit_short(data: Mapping[str, Any] | None) -> str:
    """A limit in one short phrase for lists: what it spans rather than every piece."""
    if not data:
        return ""
    limit = parse_limit(data)
    if isinstance(limit, ObservationLimit):
        return gettext("quan sát")
    if isinstance(limit, LimitTable):
        return gettext("theo bảng điều kiện (%(names)s)", names=", ".join(field_words(name) for name in limit.names))
    if isinstance(limit, Bounds):
        return bounds_words(limit)
    values = sorted({value for part in limit.segments for value in (part.l1, part.l2)})
    span = show_decimal(values[0]) if len(values) == 1 else f"{show_decimal(values[0])} … {show_decimal(values[-1])}"
    first, last = limit.segments[0], limit.segments[-1]
    if isinstance(limit, Mask):
        unit = "× BW" if limit.offset_unit == BANDWIDTHS else limit.offset_unit
        return gettext(
            "%(sign)s %(span)s theo độ lệch từ %(reference)s, %(low)s … %(high)s %(unit)s", sign=sign_of(limit),
            span=with_unit(span, limit.unit), reference=REFERENCES[limit.reference], low=show_decimal(first.f1),
            high=show_decimal(last.f2), unit=unit)
    return gettext(
        "%(sign)s %(span)s theo tần số, %(low)s … %(high)s %(unit)s", sign=sign_of(limit), span=with_unit(span, limit.unit),
        low=show_decimal(first.f1), high=show_decimal(last.f2), unit=limit.f_unit)
