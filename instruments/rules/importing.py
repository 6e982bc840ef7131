"""A list of instruments from a spreadsheet, read row by row: what each column is called, what it takes, what is wrong with a cell.

One row is one instrument. A row that carries only the code of the row before it and a range adds a range to that instrument.
Nothing here asks the register; what stands there already is compared by `services.importing`.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from instruments.rules.register import Entry, faults
from instruments.rules.words import KINDS, OWNERSHIP, QUANTITIES, TRACEABILITY, Words
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import find_unit

Cell = str | date


@dataclass(frozen=True)
class Column:
    """A column of the list: its key, its heads (Vietnamese, English, others met with), what it takes."""

    key: str
    vi: str
    en: str
    others: tuple[str, ...] = ()
    takes: str = "text"
    longest: int = 200


COLUMNS: tuple[Column, ...] = (
    Column("code", "Mã", "Code", ("Mã thiết bị", "Mã số", "Equipment code", "ID"), longest=40),
    Column("kind", "Loại", "Kind", ("Loại thiết bị",), "kind"),
    Column("name_vi", "Tên", "Name", ("Tên thiết bị", "Tên gọi", "Equipment", "Equipment name", "Description")),
    Column("name_en", "Tên tiếng Anh", "English name", ("Name in English",)),
    Column("maker", "Hãng", "Manufacturer", ("Hãng sản xuất", "Nhà sản xuất", "Maker", "Brand"), longest=120),
    Column("type", "Kiểu", "Model", ("Kiểu loại", "Model", "Type", "Ký hiệu"), longest=120),
    Column("serial", "Số máy", "Serial no.", ("Số serial", "Số seri", "Serial", "Serial number", "S/N"), longest=120),
    Column("firmware", "Firmware", "Firmware", ("Phiên bản firmware", "Version"), longest=60),
    Column("room", "Phòng", "Room", ("Mã phòng",)),
    Column("location", "Nơi đặt", "Location", ("Vị trí",)),
    Column("ownership", "Sở hữu", "Ownership", (), "ownership"),
    Column("owner", "Chủ sở hữu", "Owner"),
    Column("pool", "Nhóm dùng chung", "Pool", ("Nhóm",), longest=80),
    Column("acquired_on", "Ngày nhận", "Acquired", ("Ngày mua", "Date received"), "date"),
    Column("range_text", "Dải đo", "Range", ("Phạm vi đo", "Measuring range"), longest=300),
    Column("uncertainty_text", "Độ không đảm bảo đo", "Uncertainty", ("Độ chính xác", "Accuracy"), longest=300),
    Column("shelf_life", "Hạn dùng", "Use by", ("Hạn sử dụng", "Expiry"), "date"),
    Column("acceptance", "Tiêu chí chấp nhận", "Acceptance criteria", longest=2000),
    Column("no_calibration_reason", "Lý do không hiệu chuẩn", "Reason for no calibration", (), longest=1000),
    Column("quantity", "Đại lượng", "Quantity", (), "quantity"),
    Column("low", "Từ", "From", (), "number"),
    Column("high", "Đến", "To", (), "number"),
    Column("unit", "Đơn vị", "Unit", (), "unit", 20),
    Column("u", "U (k = 2)", "U (k=2)", ("U",), "number"),
    Column("u_unit", "Đơn vị của U", "Unit of U", (), "unit", 20),
    Column("certificate_no", "Số giấy chứng nhận", "Certificate no.", ("Giấy chứng nhận", "Certificate"), longest=80),
    Column("laboratory", "Phòng hiệu chuẩn", "Calibration laboratory", ("Nơi hiệu chuẩn", "Calibrated by")),
    Column("accreditation", "Số công nhận", "Accreditation no.", (), longest=120),
    Column("traceability", "Liên kết chuẩn", "Traceability", (), "traceability"),
    Column("done_on", "Ngày hiệu chuẩn", "Calibrated on", ("Calibration date", "Ngày HC"), "date"),
    Column("valid_through", "Dùng đến hết", "Valid through", ("Hạn hiệu chuẩn", "Hiệu lực đến"), "date"),
)
BY_KEY = {column.key: column for column in COLUMNS}
RANGE_KEYS = ("quantity", "low", "high", "unit", "u", "u_unit")
#: What makes a row speak of a calibration; the last day alone does not (an exported list carries it).
CALIBRATION_KEYS = ("certificate_no", "laboratory", "done_on")
REQUIRED = ("name_vi",)


def folded(text: str) -> str:
    """A head or a choice as it is compared: no marks, no case, no signs."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


_HEADS = {folded(head): column.key for column in COLUMNS for head in (column.vi, column.en, *column.others)}


def importing_key(head: str) -> str | None:
    """The column that a head names; `None` for one nobody knows."""
    return _HEADS.get(folded(head))


_CHOICES: dict[str, Mapping[str, Words]] = {
    "kind": KINDS, "ownership": OWNERSHIP, "quantity": QUANTITIES, "traceability": TRACEABILITY,
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: line, the head of its column, what to say."""

    line: int
    head: str
    says: Words


@dataclass
class Entered:
    """One instrument of the list: its line, what was understood of it, what is wrong with it."""

    line: int
    facts: dict[str, Any]
    ranges: list[dict[str, Any]] = field(default_factory=list)
    calibration: dict[str, Any] | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def identity(self) -> tuple[str, str, str] | None:
        """Maker, type and serial number as they are compared; `None` without a serial number."""
        serial = self.facts["serial"]
        if not serial.strip("-–. "):
            return None
        return self.facts["maker"].casefold(), self.facts["type"].casefold(), serial.casefold()


@dataclass
class Listed:
    """A list as it was read: entries in order, heads nobody knows, what is wrong with the heads themselves."""

    entries: list[Entered]
    unknown: list[str] = field(default_factory=list)
    refused: Words | None = None


def read_list(heads: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]], locale: str, today: date) -> Listed:
    """Every row as an entry with its faults; a list without a column of names is refused as a whole.

    `locale` reads the numbers (vi: decimal comma; a decimal point is read too where it cannot be a thousand).
    """
    places: dict[str, int] = {}
    unknown, doubled = [], []
    for place, head in enumerate(heads):
        key = _HEADS.get(folded(head))
        if key is None:
            unknown += [head] if head else []
        elif key in places:
            doubled.append(head)
        else:
            places[key] = place
    missing = [BY_KEY[key] for key in REQUIRED if key not in places]
    if missing:
        return Listed([], unknown, _l("Không thấy cột “%(head)s”. Dòng đầu phải là tên cột, ví dụ: Mã, Tên, Hãng, Kiểu, Số máy.",
                                      head=missing[0].vi))
    if doubled:
        return Listed([], unknown, _l("Cột “%(head)s” có hai lần; giữ một cột.", head=doubled[0]))
    shown = {key: heads[place] for key, place in places.items()}
    entries: list[Entered] = []
    for line, cells in rows:
        row = {key: cells[place] if place < len(cells) else "" for key, place in places.items()}
        _take(entries, line, row, shown, locale, today)
    _doubles(entries, shown)
    return Listed(entries, unknown)


def _take(
    entries: list[Entered], line: int, row: dict[str, Cell], shown: dict[str, str], locale: str, today: date,
) -> None:
    found: list[Fault] = []
    facts: dict[str, Any] = {key: "" for key in BY_KEY}
    facts |= {key: None for key, column in BY_KEY.items() if column.takes in ("date", "number")}
    for key, cell in row.items():
        if cell == "":
            continue
        try:
            facts[key] = _understood(BY_KEY[key], cell, locale)
        except ValueError as error:
            found.append(Fault(line, shown[key], error.args[0]))
    filled = {key for key, cell in row.items() if cell != ""}
    more = filled <= {"code", *RANGE_KEYS} and "quantity" in filled and entries and facts["code"] in ("", entries[-1].facts["code"])
    entry = entries[-1] if more else Entered(line, facts)
    if filled & set(RANGE_KEYS):
        part = {key: facts[key] for key in RANGE_KEYS}
        wrong = _range_faults(line, part, shown)
        found += [] if any(f.head == w.head for f in found for w in wrong) else wrong
        entry.ranges.append(part)
    entry.faults += found
    if more:
        return
    entries.append(entry)
    _complete(entry, shown, today)


def _complete(entry: Entered, shown: dict[str, str], today: date) -> None:
    """Defaults, the calibration, and what the rules of the register have against the entry."""
    facts, line = entry.facts, entry.line
    facts["kind"] = facts["kind"] or "instrument"
    facts["ownership"] = facts["ownership"] or "own"
    said = {f.head for f in entry.faults}

    def fault(key: str, says: Words) -> None:
        head = shown.get(key, BY_KEY[key].vi)
        if head not in said:
            entry.faults.append(Fault(line, head, says))

    if not facts["name_vi"]:
        fault("name_vi", _l("Cần tên thiết bị."))
    # The list says the last day of use, the register the first day it may not be used.
    facts["expires_on"] = facts["shelf_life"] + timedelta(days=1) if facts["shelf_life"] else None
    names = ("kind", "maker", "type", "serial", "ownership", "owner", "acquired_on", "expires_on", "acceptance")
    for name, says in faults(Entry(**{name: facts[name] for name in names}), today):
        fault("shelf_life" if name == "expires_on" else name, says)
    if any(facts[key] for key in CALIBRATION_KEYS):
        for key in (*CALIBRATION_KEYS, "valid_through"):
            if not facts[key]:
                fault(key, _l("Ghi hiệu chuẩn thì cần đủ: số giấy, phòng hiệu chuẩn, ngày hiệu chuẩn, dùng đến hết ngày nào."))
        done, through = facts["done_on"], facts["valid_through"]
        if done is not None and done > today:
            fault("done_on", _l("Ngày này ở tương lai."))
        if done is not None and through is not None and through < done:
            fault("valid_through", _l("Trước ngày hiệu chuẩn."))
        if done is not None and through is not None:
            entry.calibration = {
                "certificate_no": facts["certificate_no"], "laboratory": facts["laboratory"], "done_on": done,
                "laboratory_accreditation": facts["accreditation"], "traceability": facts["traceability"],
                "due_on": through + timedelta(days=1),
            }


def _range_faults(line: int, part: dict[str, Any], shown: dict[str, str]) -> list[Fault]:
    for key in ("quantity", "low", "high", "unit"):
        if part[key] in ("", None):
            return [Fault(line, shown.get(key, BY_KEY[key].vi), _l("Dải đo cần đủ: đại lượng, từ, đến, đơn vị."))]
    if part["high"] < part["low"]:
        return [Fault(line, shown["high"], _l("Dải đo: đầu trên nhỏ hơn đầu dưới."))]
    if part["u"] is not None and part["u"] <= 0:
        return [Fault(line, shown["u"], _l("Độ không đảm bảo phải lớn hơn 0."))]
    return []


def _doubles(entries: Sequence[Entered], shown: dict[str, str]) -> None:
    """The same code or the same physical thing twice in the list."""
    codes: dict[str, int] = {}
    things: dict[tuple[str, str, str], int] = {}
    for entry in entries:
        code = entry.facts["code"]
        if code:
            first = codes.setdefault(code, entry.line)
            if first != entry.line:
                entry.faults.append(Fault(entry.line, shown["code"], _l("Trùng mã với dòng %(line)s.", line=first)))
        if entry.identity is not None:
            first = things.setdefault(entry.identity, entry.line)
            if first != entry.line:
                entry.faults.append(Fault(entry.line, shown["serial"], _l("Trùng hãng, kiểu, số máy với dòng %(line)s.", line=first)))


def _understood(column: Column, cell: Cell, locale: str) -> Any:
    """A cell as its column takes it; ValueError says what is wrong and what would be taken."""
    if column.takes == "date":
        return _day(cell)
    text = f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)
    if column.takes == "number":
        return _number(text, locale)
    if column.takes == "unit":
        try:
            return find_unit(text).symbol
        except MetrologyError as error:
            raise ValueError(_l("Không biết đơn vị “%(unit)s”; nhận: MHz, GHz, dB, dBm, V, A, °C, %%RH …", unit=text[:20])) from error
    if column.takes in _CHOICES:
        return _choice(_CHOICES[column.takes], text)
    if len(text) > column.longest:
        raise ValueError(_l("Dài quá %(n)s ký tự.", n=column.longest))
    return _code(text) if column.key == "code" else text


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", text) or "/" in text:
        raise ValueError(_l("Mã chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới; ví dụ EQ-021."))
    return text.upper()


def _day(cell: Cell) -> date:
    if isinstance(cell, date):
        return cell
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", cell)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(cell)
    except ValueError:
        day = date.min
    if day.year < 1950:
        raise ValueError(_l("“%(text)s” không phải ngày; nhận dd/mm/yyyy, ví dụ 05/01/2026.", text=cell[:20]))
    return day


def _number(text: str, locale: str) -> Decimal:
    try:
        return parse_decimal(text, locale)
    except NotANumber as error:
        if error.code == "ambiguous":
            raise ValueError(_l("“%(text)s” có thể đọc thành hai số; ghi 1234 hoặc 1,234 (dấu phẩy thập phân).", text=text[:20])) from error
        raise ValueError(_l("“%(text)s” không phải là số; nhận 0,45 hoặc 1200.", text=text[:20])) from error


def _choice(choices: Mapping[str, Words], text: str) -> str:
    asked = folded(text)
    for key, word in choices.items():
        if asked in (folded(key), folded(str(word))):
            return key
    raise ValueError(_l("“%(text)s” không có trong danh sách; nhận: %(choices)s.", text=text[:30],
                        choices=", ".join(str(word) for word in list(choices.values())[:8])))
