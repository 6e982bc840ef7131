"""The parts of an item's file: which columns each table has, what a row must say, which changes touch the item itself. Pure."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core.i18n import show_decimal
from test_methods.properties import BY_KEY, PROPERTIES

MOST_ROWS = 40
MOST_TEXT = 300


@dataclass(frozen=True)
class Part:
    """A column of a table: its key, its words, the codes it takes, and whether a row must fill it."""

    key: str
    words: Any
    required: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)
    number: bool = False
    unit: str = ""


class BadFile(ValueError):
    """A file that cannot be kept: the part it stands in, the row from 1 (0: none), and a sentence for the person."""

    def __init__(self, part: str, row: int, says: Any) -> None:
        super().__init__(f"{part} {row}")
        self.part, self.row, self.says = part, row, says


PORT_KINDS = {
    "ac": _l("nguồn a.c."), "dc": _l("nguồn d.c."), "signal": _l("tín hiệu, điều khiển"), "telecom": _l("viễn thông"),
    "antenna": _l("ăng ten"), "enclosure": _l("vỏ máy"), "earth": _l("nối đất"),
}
SHIELDS = {"no": _l("không bọc chắn"), "foil": _l("bọc lá"), "braid": _l("bọc lưới"), "both": _l("bọc lá và lưới")}
YES_NO = {"yes": _l("có"), "no": _l("không")}

#: Tables of the file: key → columns in their order.
TABLES: Mapping[str, tuple[Part, ...]] = {
    "modes": (
        Part("name", _l("Chế độ"), required=True), Part("settings", _l("Cách đặt: kênh, điều chế, công suất, tải")),
        Part("worst", _l("Chế độ bất lợi nhất"), choices=YES_NO),
    ),
    "ports": (
        Part("name", _l("Cổng"), required=True), Part("kind", _l("Loại cổng"), required=True, choices=PORT_KINDS),
        Part("count", _l("Số cổng"), number=True), Part("note", _l("Ghi chú")),
    ),
    "cables": (
        Part("port", _l("Nối vào cổng"), required=True), Part("type", _l("Loại cáp"), required=True),
        Part("length", _l("Dài"), number=True, unit="m"), Part("shield", _l("Bọc chắn"), choices=SHIELDS),
        Part("termination", _l("Đầu kia nối với")),
    ),
    "auxiliary": (
        Part("name", _l("Thiết bị phụ trợ"), required=True), Part("model", _l("Kiểu (model)")), Part("serial", _l("Số máy")),
        Part("note", _l("Dùng để làm gì")),
    ),
}
VERSIONS: tuple[Part, ...] = (
    Part("hardware", _l("Phiên bản phần cứng")), Part("firmware", _l("Firmware")), Part("software", _l("Phần mềm điều khiển khi thử")),
)
TABLE_WORDS = {
    "properties": _l("Thuộc tính sản phẩm"), "versions": _l("Phiên bản"), "modes": _l("Chế độ làm việc khi thử"), "ports": _l("Cổng"),
    "cables": _l("Cáp"), "auxiliary": _l("Thiết bị phụ trợ"),
}
PARTS = ("properties", "versions", *TABLES)


def empty() -> dict[str, Any]:
    """A file in which nothing stands."""
    return {"properties": {}, "versions": {}, **{name: [] for name in TABLES}}


def is_empty(content: Mapping[str, Any]) -> bool:
    """Whether nobody has written anything into the file."""
    return not any(content.get(name) for name in PARTS)


def _number(text: str, part: str, row: int, words: Any) -> str:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0 or found > 100_000:
        raise BadFile(part, row, _l("“%(what)s” phải là một số không âm: “%(text)s”.", what=words, text=text[:40]))
    return format(found, "f")


def _cell(part: Part, text: str, table: str, row: int) -> str:
    if len(text) > MOST_TEXT:
        raise BadFile(table, row, _l("“%(what)s” dài quá %(n)s ký tự.", what=part.words, n=MOST_TEXT))
    if not text:
        if part.required:
            raise BadFile(table, row, _l("Dòng %(row)s thiếu “%(what)s”.", row=row, what=part.words))
        return ""
    if part.choices and text not in part.choices:
        raise BadFile(table, row, _l("Lựa chọn không có trong danh sách."))
    return _number(text, table, row, part.words) if part.number else text


def read_table(name: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The rows of a table that say anything, each with every column. Raises `BadFile` for a row without what it must say."""
    out = []
    for n, given in enumerate(rows, 1):
        texts = {part.key: str(given.get(part.key) or "").strip() for part in TABLES[name]}
        if not any(text for key, text in texts.items() if key not in ("kind", "shield", "worst")):
            continue
        out.append({part.key: _cell(part, texts[part.key], name, n) for part in TABLES[name]})
    if len(out) > MOST_ROWS:
        raise BadFile(name, 0, _l("Tối đa %(n)s dòng.", n=MOST_ROWS))
    return out


def read_properties(given: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that were stated, each in its kind's form. Raises `BadFile` naming the property."""
    unknown = next((key for key in given if key not in BY_KEY), None)
    if unknown is not None:
        raise BadFile("properties", 0, _l("Không có thuộc tính này."))
    out: dict[str, Any] = {}
    for known in PROPERTIES:
        value = given.get(known.key)
        if known.kind == "several":
            chosen = [str(v) for v in value or []]
            if any(v not in known.choices for v in chosen):
                raise BadFile(known.key, 0, _l("Lựa chọn không có trong danh sách."))
            if chosen:
                out[known.key] = [v for v in known.choices if v in chosen]
            continue
        if known.kind == "flag":
            if value in ("yes", "no", True, False):
                out[known.key] = value in ("yes", True)
            elif value not in ("", None):
                raise BadFile(known.key, 0, _l("Lựa chọn không có trong danh sách."))
            continue
        text = str(value if value is not None else "").strip()
        if not text:
            continue
        if known.kind == "choice" and text not in known.choices:
            raise BadFile(known.key, 0, _l("Lựa chọn không có trong danh sách."))
        if len(text) > MOST_TEXT:
            raise BadFile(known.key, 0, _l("“%(what)s” dài quá %(n)s ký tự.", what=known.words, n=MOST_TEXT))
        out[known.key] = _number(text, known.key, 0, known.words) if known.kind == "number" else text
    return out


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """A whole file in its kept form; parts left out are empty. Raises `BadFile`."""
    versions = {part.key: str((given.get("versions") or {}).get(part.key) or "").strip() for part in VERSIONS}
    for part in VERSIONS:
        _cell(part, versions[part.key], "versions", 0)
    return {
        "properties": read_properties(given.get("properties") or {}), "versions": {k: v for k, v in versions.items() if v},
        **{name: read_table(name, given.get(name) or []) for name in TABLES},
    }


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the parts that are not the same."""
    return [name for name in PARTS if (before.get(name) or None) != (after.get(name) or None)]


def property_text(key: str, value: Any) -> str:
    """A property's value as a person reads it, with its unit; the decimal mark is the reader's (`show_decimal`)."""
    known = BY_KEY.get(key)
    if known is None:
        return str(value)
    if known.kind == "flag":
        return str(YES_NO["yes" if value else "no"])
    if known.kind == "number":
        return f"{show_decimal(Decimal(str(value)))} {known.unit}".strip()
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(str(known.choices.get(str(v), v)) for v in chosen)


def cell_text(part: Part, text: str) -> str:
    """A cell of a table as a person reads it, with its unit."""
    if not text:
        return ""
    if part.number:
        return f"{show_decimal(Decimal(text))} {part.unit}".strip()
    return str(part.choices.get(text, text))
