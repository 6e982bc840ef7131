"""A table of readings as text becomes rows: which columns there are, which cell stands where, what is wrong in which line. Pure."""
from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import nfc
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.trace_text import decode

MOST_ROWS = 500
DELIMITERS = (";", "\t", ",", "|")
#: What a column may be called; the first is what a table to fill in says in Vietnamese, the one in `ENGLISH` in English.
COLUMNS: dict[str, tuple[str, ...]] = {
    "line": ("dòng", "dong", "line", "position", "stt", "no", "no."),
    "parameter": ("chỉ tiêu", "chi tieu", "mã chỉ tiêu", "parameter", "parameter code"),
    "conditions": ("điều kiện", "dieu kien", "condition", "conditions"),
    "value": ("giá trị", "gia tri", "value", "số đọc", "reading value"),
    "frequency": ("tần số", "tan so", "frequency"),
    "measured_at": ("thời điểm đo", "thoi diem do", "đo lúc", "measured at", "measured_at"),
    "instruments": ("thiết bị", "thiet bi", "instrument", "instruments"),
    "environment": ("môi trường", "moi truong", "environment"),
    "observation": ("quan sát", "quan sat", "observation"),
    "note": ("ghi chú", "ghi chu", "note"),
    "late_reason": ("lý do ghi muộn", "ly do ghi muon", "late reason"),
}
ENGLISH = {"line": "line", "parameter": "parameter", "conditions": "conditions", "measured_at": "measured at", "instruments": "instruments",
           "observation": "observation", "note": "note"}
_BY_NAME = {name: key for key, names in COLUMNS.items() for name in names}


@dataclass(frozen=True)
class TableRow:
    """One line of the file: its number from 1, its cells by column; `wrong` when the cells do not fit the heading."""

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""


def column_of(title: str, fields: Mapping[str, str]) -> str | None:
    """The column a heading names: one of `COLUMNS`, or a raw reading (`raw:key`) by its key or label; unit in brackets aside."""
    bare = nfc(title).split("(")[0].split("[")[0].strip().casefold()
    if bare in fields:
        return f"raw:{fields[bare]}"
    return _BY_NAME.get(bare)


def names_of(fields: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the columns of raw readings may be called → key of the field."""
    found: dict[str, str] = {}
    for f in fields:
        for name in (f["key"], f.get("label_vi"), f.get("label_en")):
            if name:
                found.setdefault(nfc(str(name)).split("(")[0].strip().casefold(), str(f["key"]))
    return found


def read_table(data: bytes, fields: Mapping[str, str]) -> list[TableRow]:
    """The rows of a delimited text with a heading. NUL bytes, mixed line ends and any of four delimiters are read.

    Refuses (`FieldRefused` on *file*, with the line): no text, no heading, a column that is unknown or stands twice, no rows, too
    many. A row whose cells do not fit the heading is answered as wrong, so that the good ones can be told from it.
    """
    try:
        lines = decode(data)
    except MetrologyError as error:
        says = gettext("Tệp không có số liệu.") if error.code == "no_data" else gettext("Tệp không phải là văn bản đọc được.")
        raise FieldRefused("file", says) from error
    start = next(index for index, line in enumerate(lines) if line.strip())
    delimiter = max(DELIMITERS, key=lambda d: sum(column_of(c, fields) is not None for c in _cells(lines[start], d)))
    columns = _columns(_cells(lines[start], delimiter), fields, start + 1)
    rows: list[TableRow] = []
    for number, line in enumerate(lines[start + 1:], start + 2):
        if not line.strip(f"{delimiter} \t"):
            continue
        if len(rows) >= MOST_ROWS:
            raise FieldRefused("file", gettext("Dòng %(n)s: tệp có hơn %(most)s dòng số đọc.", n=number, most=MOST_ROWS))
        cells = _cells(line, delimiter)
        if len(cells) > len(columns) and not any(cells[len(columns):]):
            cells = cells[:len(columns)]
        if len(cells) != len(columns):
            rows.append(TableRow(number, {}, gettext("dòng có %(n)s ô, tiêu đề có %(m)s: thiếu ô, hoặc dấu phẩy thập phân lẫn với "
                                                     "dấu phân cách", n=len(cells), m=len(columns))))
            continue
        rows.append(TableRow(number, dict(zip(columns, cells, strict=True))))
    if not rows:
        raise FieldRefused("file", gettext("Tệp chỉ có tiêu đề, không có số đọc nào."))
    return rows


def _cells(line: str, delimiter: str) -> list[str]:
    return [nfc(cell).strip() for cell in next(csv.reader([line], delimiter=delimiter))]


def _columns(titles: list[str], fields: Mapping[str, str], number: int) -> list[str]:
    columns: list[str] = []
    for title in titles:
        column = column_of(title, fields)
        if column is None:
            raise FieldRefused("file", gettext("Dòng %(n)s: không biết cột “%(name)s”.", n=number, name=title[:40]))
        if column in columns:
            raise FieldRefused("file", gettext("Dòng %(n)s: cột “%(name)s” có hai lần.", n=number, name=title[:40]))
        columns.append(column)
    if "line" not in columns and "parameter" not in columns:
        raise FieldRefused("file", gettext("Dòng %(n)s: cần cột “dòng” hoặc “chỉ tiêu”.", n=number))
    return columns
