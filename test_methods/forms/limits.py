"""The form of a limit, one for every kind: numbers, pieces of a line or mask, rows of a table, answers of an observation."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, SelectMultipleField, SubmitField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from lab_app.core.forms import (
    Choice,
    DayField,
    DecimalField,
    Form,
    LongTextField,
    TextField,
    not_a_number,
    required,
    version_field,
)
from lab_app.core.i18n import lang
from lab_app.core.quantity import NO_BREAK_SPACE, NotANumber, format_decimal, parse_decimal
from lab_app.metrology.limit_tables import UNNAMED
from lab_app.metrology.masks import BANDWIDTHS
from lab_app.metrology.receiver import DETECTORS
from lab_app.metrology.units import UNITS
from test_methods import limit_words
from test_methods.forms.regulations import plain

#: Empty rows an editor opens with, and how many one press of the button adds.
SEGMENT_ROWS, TABLE_ROWS, MORE_ROWS = 3, 3, 4
MOST_SEGMENTS, MOST_TABLE_ROWS = 120, 60
CURVES = ("line", "mask")
_PAIR = re.compile(r"\s*([^:=;]{1,40}?)\s*[:=]\s*([^;]+?)\s*")


class SegmentRow(PlainForm):
    """One piece: from where to where, from which value to which."""

    f1 = DecimalField(_l("Từ"), [Optional()])
    f2 = DecimalField(_l("Đến"), [Optional()])
    l1 = DecimalField(_l("Giới hạn đầu"), [Optional()])
    l2 = DecimalField(_l("Giới hạn cuối"), [Optional()])

    def numbers(self) -> list[Any]:
        """The four fields."""
        return [self.f1, self.f2, self.l1, self.l2]


class TableRow(PlainForm):
    """One row of a table by conditions."""

    when = TextField(_l("Điều kiện"), [Optional()], max_length=300)
    kind = Choice(_l("Dạng"), choices=[(k, limit_words.LIMIT_TYPES[k]) for k in ("upper", "lower", "range", "abs_upper", "line", "mask")],
                  default="upper")
    low = DecimalField(_l("Giới hạn dưới"), [Optional()])
    high = DecimalField(_l("Giới hạn (trên)"), [Optional()])
    pieces = TextField(_l("Các đoạn"), [Optional()], max_length=2000)
    read = TextField(_l("Cách đọc"), [Optional()], max_length=80)

    @property
    def filled(self) -> bool:
        """Whether anything was typed in the row."""
        return bool(self.when.data or self.pieces.data or self.low.raw or self.high.raw or self.low.data or self.high.data)


class Checks(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LimitPart(Form):
    """The shape of a limit: its type and its numbers."""

    kind = Choice(_l("Dạng giới hạn"), choices=[(k, w) for k, w in limit_words.LIMIT_TYPES.items() if k],
                  empty=limit_words.LIMIT_TYPES[""])
    unit = TextField(_l("Đơn vị"), [Optional()], max_length=20, description=_l("Ví dụ dBm, dBµV/m, %; mặt nạ tương đối: dBr."))
    low = DecimalField(_l("Giới hạn dưới"), [Optional()])
    high = DecimalField(_l("Giới hạn (trên)"), [Optional()])
    inclusive = BooleanField(_l("Kể cả giá trị bằng giới hạn"), default=True)
    low_inclusive = BooleanField(_l("Khoảng kể cả đầu dưới"), default=True)
    high_inclusive = BooleanField(_l("Khoảng kể cả đầu trên"), default=True)
    side = Choice(_l("Phía"), choices=list(limit_words.SIDES.items()), default="upper")
    scale = Choice(_l("Nội suy"), [Optional()], choices=list(limit_words.SCALES.items()),
                   empty=_l("đường: logarit; mặt nạ: tuyến tính"))
    f_unit = Choice(_l("Đơn vị tần số"), choices=[(u, u) for u in ("kHz", "MHz", "GHz")], default="MHz")
    detector = Choice(_l("Bộ tách sóng"), [Optional()], choices=list(limit_words.DETECTORS.items()), empty=_l("không nêu"))
    rbw = TextField(_l("Băng thông phân giải"), [Optional()], max_length=20, description=_l("Số và đơn vị: 120 kHz."))
    distance = TextField(_l("Khoảng cách đo"), [Optional()], max_length=20, description=_l("Số và đơn vị: 3 m."))
    reference = Choice(_l("Độ lệch tính từ"), [Optional()], choices=list(limit_words.REFERENCES.items()), empty=_l("chưa chọn"))
    offset_unit = Choice(_l("Đơn vị của độ lệch"), default="MHz", choices=[
        ("kHz", "kHz"), ("MHz", "MHz"), ("GHz", "GHz"), (BANDWIDTHS, _l("bội số băng thông"))])
    symmetric = BooleanField(_l("Như nhau ở hai phía"), default=True)
    edge_low = DecimalField(_l("Biên dưới của băng"), [Optional()])
    edge_high = DecimalField(_l("Biên trên của băng"), [Optional()])
    level_unit = TextField(_l("Đơn vị của mức gốc"), [Optional()], max_length=20,
                           description=_l("Mặt nạ dBr so với một mức đo được: đơn vị của mức đó. Bỏ trống: số đọc đã là dBr."))
    floor = DecimalField(_l("Không thấp hơn"), [Optional()])
    rows = FieldList(FormField(SegmentRow), label=_l("Các đoạn"), min_entries=SEGMENT_ROWS, max_entries=MOST_SEGMENTS)
    segments = LongTextField(_l("Hoặc dán các đoạn"), [Optional()], max_length=8000, description=_l(
        "Mỗi dòng bốn số: từ, đến, giới hạn đầu, giới hạn cuối. Dán từ bảng tính được."))
    table = FieldList(FormField(TableRow), label=_l("Các dòng của bảng"), min_entries=TABLE_ROWS, max_entries=MOST_TABLE_ROWS)
    answers = Checks(_l("Câu trả lời cho phép"), choices=list(limit_words.ANSWERS.items()), default=list(limit_words.ANSWERS))
    more_segments = SubmitField(_l("Thêm đoạn"))
    more_table = SubmitField(_l("Thêm dòng"))
    preview = SubmitField(_l("Xem trước"))

    #: What the text of the segments says, once validated.
    pasted: tuple[list[str], ...] = ()

    def asks_for_more(self) -> bool:
        """Whether the form was sent for more rows or a look, not to be saved; adds the rows."""
        if self.more_segments.data:
            _grow(self.rows, MOST_SEGMENTS)
        if self.more_table.data:
            _grow(self.table, MOST_TABLE_ROWS)
        return bool(self.more_segments.data or self.more_table.data or self.preview.data)

    # ---- reading ----

    def limit(self) -> dict[str, Any]:
        """The limit as data; what it means is checked by the service."""
        kind = self.kind.data or ""
        if not kind:
            return {}
        if kind == "observation":
            return {"type": kind, "answers": list(self.answers.data or ())}
        if kind == "table":
            return {"type": kind, "rows": [self._row(row.form) for row in self.table if row.form.filled]}
        return self._one(kind, self.low.data, self.high.data, self.segment_texts())

    def _one(self, kind: str, low: Decimal | None, high: Decimal | None, segments: Sequence[Sequence[str]]) -> dict[str, Any]:
        flag, unit = bool(self.inclusive.data), (self.unit.data or "").strip()
        if kind == "line":
            return self._curve(kind, segments) | {"scale": self.scale.data or "log"}
        if kind == "mask":
            data = self._curve(kind, segments) | {
                "reference": self.reference.data or "", "offset_unit": self.offset_unit.data, "symmetric": bool(self.symmetric.data),
                "level_unit": (self.level_unit.data or "").strip(), "scale": self.scale.data or "lin",
            }
            if self.edge_low.data is not None or self.edge_high.data is not None:
                data["edges"] = [plain(self.edge_low.data), plain(self.edge_high.data)]
            if self.floor.data is not None:
                data["floor"] = plain(self.floor.data)
            return data
        if kind == "range":
            return {"type": kind, "low": plain(low), "high": plain(high), "low_inclusive": bool(self.low_inclusive.data),
                    "high_inclusive": bool(self.high_inclusive.data), "unit": unit}
        return {"type": kind, "limit": plain(low if kind == "lower" else high), "inclusive": flag, "unit": unit}

    def _curve(self, kind: str, segments: Sequence[Sequence[str]]) -> dict[str, Any]:
        return {
            "type": kind, "side": self.side.data, "inclusive": bool(self.inclusive.data), "f_unit": self.f_unit.data,
            "unit": (self.unit.data or "").strip(), "detector": self.detector.data or "", "rbw": _amount(self.rbw.data),
            "distance": _amount(self.distance.data), "segments": [list(part) for part in segments],
        }

    def _row(self, row: TableRow) -> dict[str, Any]:
        kind = str(row.kind.data)
        pieces = read_segments(str(row.pieces.data or "").replace(";", "\n")) if kind in CURVES else []
        limit = self._one(kind, row.low.data, row.high.data, pieces)
        if kind in CURVES and row.read.data:
            limit |= read_receiver(row.read.data)
        return {"when": read_when(row.when.data or ""), "limit": limit}

    def segment_texts(self) -> list[list[str]]:
        """The pieces typed in rows, then those pasted."""
        fields = [row.form.numbers() for row in self.rows]
        typed = [[str(plain(f.data)) for f in row] for row in fields if any(f.data is not None for f in row)]
        return [*typed, *self.pasted]

    # ---- checking ----

    def validate_segments(self, field: Any) -> None:
        """Each line is four numbers in the reader's notation."""
        try:
            self.pasted = tuple(read_segments(field.data or ""))
        except ValueError as error:
            raise StopValidation(str(error)) from error

    def validate(self, *args: Any, **kw: Any) -> bool:
        """Rows that are half filled, and pieces that do not rise, are refused where they stand."""
        ok = super().validate(*args, **kw)
        kind = self.kind.data or ""
        for checked, rows, wanted in ((self._check_rows, self.rows, kind in CURVES), (self._check_table, self.table, kind == "table")):
            if wanted and not checked():
                rows.errors = [row.errors for row in rows]  # the list read its rows' errors before they were complete
                ok = False
        return ok

    def _check_rows(self) -> bool:
        end: Decimal | None = None
        ok = True
        for row in self.rows:
            fields = row.form.numbers()
            if all(f.data is None and not f.errors for f in fields):
                continue
            for field in fields:
                if field.data is None and not field.errors:
                    field.errors = [gettext("Cần điền mục này.")]
            if any(f.errors for f in fields):
                ok = False
                continue
            f1, f2 = row.form.f1, row.form.f2
            if f2.data <= f1.data:
                f2.errors, ok = [gettext("Phải lớn hơn đầu đoạn: tần số tăng dần.")], False
            elif end is not None and f1.data < end:
                f1.errors, ok = [gettext("Chồng lên đoạn trước: tần số tăng dần.")], False
            end = f2.data
        return ok

    def _check_table(self) -> bool:
        ok = True
        for row in (entry.form for entry in self.table):
            if not row.filled:
                continue
            wanted = [row.when]
            wanted += {"lower": [row.low], "range": [row.low, row.high], "line": [row.pieces], "mask": [row.pieces]}.get(
                str(row.kind.data), [row.high])
            for field in wanted:
                if field.data in (None, "") and not field.errors:
                    field.errors, ok = [gettext("Cần điền mục này.")], False
            if row.kind.data not in CURVES:
                continue
            for field, reader in ((row.pieces, lambda text: read_segments(text.replace(";", "\n"))), (row.read, read_receiver)):
                try:
                    reader(field.data or "")
                except ValueError as error:
                    field.errors, ok = [str(error)], False
        return ok

    def field_of(self, name: str) -> str:
        """Where a refusal of the service about a part of the limit is shown."""
        numbers = {"lower": "low", "range": "low"}.get(self.kind.data or "", "high")
        found = {"limit": numbers, "edges": "edge_low", "type": "kind", "rows": "kind", "when": "kind"}.get(name, name)
        return found if found in self._fields else "kind"

    # ---- showing ----

    @classmethod
    def shape_of(cls, limit: Mapping[str, Any], unit: str) -> dict[str, Any]:
        """A stored limit as the form shows it."""
        kind = limit.get("type", "")
        base = dict(limit)
        shape: dict[str, Any] = {"kind": kind, "unit": limit.get("unit", unit)}
        if kind == "table":
            rows = limit["rows"]
            shape["unit"] = rows[0]["limit"].get("unit", unit)
            shape["table"] = [_table_row(row) for row in rows]
            base = dict(next((row["limit"] for row in rows if row["limit"].get("type") in CURVES), rows[0]["limit"]))
            for name in ("detector", "rbw", "distance"):  # each row says its own
                base.pop(name, None)
        if kind == "observation":
            return shape | {"answers": list(limit.get("answers", ()))}
        if kind in CURVES:
            shape["rows"] = [dict(zip(("f1", "f2", "l1", "l2"), map(Decimal, part), strict=True)) for part in limit["segments"]]
        else:
            shape |= _numbers(limit)
        for name in ("inclusive", "low_inclusive", "high_inclusive", "symmetric"):
            shape[name] = base.get(name, True)
        for name in ("side", "scale", "f_unit", "detector", "reference", "offset_unit", "level_unit"):
            if base.get(name):
                shape[name] = base[name]
        for name in ("rbw", "distance"):
            shape[name] = _typed_amount(base.get(name))
        edges = base.get("edges") or (None, None)
        return shape | {
            "edge_low": _number(edges[0]), "edge_high": _number(edges[1]), "floor": _number(base.get("floor")),
        }


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _numbers(limit: Mapping[str, Any]) -> dict[str, Any]:
    one = _number(limit.get("limit"))
    if limit.get("type") == "lower":
        return {"low": one, "high": None}
    return {"low": _number(limit.get("low")), "high": _number(limit.get("high")) if one is None else one}


def _table_row(row: Mapping[str, Any]) -> dict[str, Any]:
    limit = row["limit"]
    pieces = "; ".join(" ".join(format_decimal(Decimal(part), lang()) for part in segment) for segment in limit.get("segments", ()))
    read = "; ".join(filter(None, (limit.get("detector", ""), _typed_amount(limit.get("rbw")), _typed_amount(limit.get("distance")))))
    return {"when": when_text(row["when"]), "kind": limit.get("type"), "pieces": pieces, "read": read, **_numbers(limit)}


def _typed_amount(text: Any) -> str:
    return limit_words.amount_words(str(text or "")).replace(NO_BREAK_SPACE, " ")


def _grow(rows: Any, most: int) -> None:
    for _ in range(min(MORE_ROWS, most - len(rows.entries))):
        rows.append_entry()


def _amount(text: str | None) -> str:
    """`120 kHz`, `1,5 m` in the reader's notation as limits keep it; what cannot be read goes on as it is and is refused there."""
    number, _, unit = (text or "").replace("\u00a0", " ").replace("\u202f", " ").strip().partition(" ")
    try:
        return f"{format(parse_decimal(number, lang()), 'f')} {unit.strip()}".strip() if number else ""
    except NotANumber:
        return (text or "").strip()


def read_receiver(text: str) -> dict[str, str]:
    """`QP; 120 kHz; 3 m` as detector, resolution bandwidth and distance. `ValueError` in the reader's words for a piece that is none."""
    out: dict[str, str] = {}
    for piece in filter(None, (part.strip() for part in text.split(";"))):
        unit = _amount(piece).rpartition(" ")[2]
        name = "detector" if piece.upper() in DETECTORS else {"frequency": "rbw", "length": "distance"}.get(
            UNITS[unit].dimension if unit in UNITS else "", "")
        if not name or name in out:
            raise ValueError(gettext(
                "“%(piece)s”: cần bộ tách sóng, băng thông phân giải hoặc khoảng cách (QP; 120 kHz; 3 m).", piece=piece))
        out[name] = piece.upper() if name == "detector" else _amount(piece)
    return out


def read_when(text: str) -> dict[str, str]:
    """`cấp: B; bộ tách sóng: AV` as named conditions; a piece without a name is a condition by itself."""
    out: dict[str, str] = {}
    for piece in text.split(";"):
        found = _PAIR.fullmatch(piece)
        if found:
            out[found[1]] = found[2]
        elif piece.strip():
            out[UNNAMED] = f"{out[UNNAMED]}; {piece.strip()}" if UNNAMED in out else piece.strip()
    return out


def when_text(when: Mapping[str, str]) -> str:
    """Conditions as :func:`read_when` reads them back."""
    return "; ".join(value if name == UNNAMED else f"{name}: {value}" for name, value in when.items())


def read_segments(text: str) -> list[list[str]]:
    """Lines of four numbers in the reader's notation. `ValueError` in the reader's words, naming the line."""
    read: list[list[str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.replace(";", " ").split()
        if not parts:
            continue
        if len(parts) != 4:
            raise ValueError(gettext("Dòng %(n)s: cần đúng bốn số.", n=number))
        read.append(_four(parts, number))
    return read


def _four(parts: Iterable[str], number: int) -> list[str]:
    try:
        return [format(parse_decimal(part, lang()), "f") for part in parts]
    except NotANumber as error:
        raise ValueError(gettext("Dòng %(n)s: %(why)s", n=number, why=not_a_number(error))) from error


class RequirementForm(LimitPart):
    """A parameter that a regulation limits."""

    code = TextField(_l("Mã"), [required()], max_length=60)
    name_vi = TextField(_l("Tên"), [required()], max_length=300)
    name_en = TextField(_l("Tên tiếng Anh"), [Optional()], max_length=300)
    clause = TextField(_l("Điều"), [Optional()], max_length=80)
    conditions = LongTextField(_l("Điều kiện"), [Optional()], max_length=1000)


class LimitForm(LimitPart):
    """A limit written anew, with the reason."""

    in_force_from = DayField(_l("Có hiệu lực từ"), [Optional()], description=_l(
        "Ngày sửa đổi có hiệu lực. Bỏ trống: sửa cho đúng văn bản, từ đầu đã như vậy."))
    reason = LongTextField(_l("Lý do"), [required()], max_length=1000)
    version = version_field()
