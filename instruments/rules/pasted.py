"""A table pasted from a spreadsheet, cut into cells by column; numbers are read elsewhere, in the reader's notation."""
from __future__ import annotations

import unicodedata
from typing import Any, Final

from flask_babel import lazy_gettext as _l

#: Columns of a table of points: key → its name on pages.
COLUMNS: Final[dict[str, Any]] = {
    "argument": _l("Đối số"), "reference": _l("Giá trị chuẩn"), "indicated": _l("Chỉ thị"), "u": _l("U"), "k": _l("k"),
    "tolerance": _l("Dung sai (±)"), "condition": _l("Điều kiện"), "unit": _l("Đơn vị"), "u_unit": _l("Đơn vị của U"),
    "argument_unit": _l("Đơn vị đối số"), "stage": _l("Trước, sau hiệu chỉnh"),
}
#: Columns of a table without a heading line, from the left.
PLAIN: Final = ("argument", "reference", "indicated", "u", "k", "tolerance", "condition")
_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "argument": ("doi so", "argument", "tan so", "frequency", "freq", "f", "diem", "point"),
    "reference": ("gia tri chuan", "chuan", "reference", "ref", "standard", "nominal", "danh nghia"),
    "indicated": ("chi thi", "indicated", "indication", "reading", "so chi", "uut"),
    "u": ("u", "u (k=2)", "u(k=2)", "uncertainty", "dkdbd", "do khong dam bao do"),
    "k": ("k", "he so phu", "coverage factor"),
    "tolerance": ("dung sai", "dung sai (±)", "tolerance", "limit", "gioi han", "mpe"),
    "condition": ("dieu kien", "condition", "ghi chu", "note"),
    "unit": ("don vi", "unit"),
    "u_unit": ("don vi u", "don vi cua u", "unit of u", "u unit"),
    "argument_unit": ("don vi doi so", "argument unit", "don vi tan so", "frequency unit"),
    "stage": ("truoc, sau", "truoc, sau hieu chinh", "stage", "lan"),
}
_BY_NAME: Final = {name: key for key, names in _HEADS.items() for name in names}
_STAGES: Final = {
    "truoc": "as_found", "truoc hieu chinh": "as_found", "as found": "as_found", "found": "as_found", "f": "as_found",
    "sau": "as_left", "sau hieu chinh": "as_left", "as left": "as_left", "left": "as_left", "l": "as_left",
    "as_found": "as_found", "as_left": "as_left",
}
MOST_ROWS: Final = 200
_CLOSED: Final = "\ufeff\u200b"


class PasteRefused(ValueError):
    """Why a pasted table cannot be cut into cells."""

    def __init__(self, says: Any) -> None:
        super().__init__(str(says))
        self.says = says


def plain(text: str) -> str:
    """A name without marks, in lower case, blanks joined."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split())


def stage_of(text: str) -> str:
    """The stage that a cell names; empty for an empty cell. Refuses other words."""
    if not text.strip():
        return ""
    try:
        return _STAGES[plain(text)]
    except KeyError:
        raise PasteRefused(_l("“%(text)s”: ghi “trước” hoặc “sau”.", text=text[:20])) from None


def cut(text: str) -> list[dict[str, str]]:
    """Lines into cells by column: tabs where there are any, else semicolons. A first line of names says which column is which.

    Mixed line ends, NUL bytes and a byte order mark are what spreadsheets leave behind; they are dropped. Empty lines too.
    Refuses an unknown name, a name twice, more cells than columns, too many lines.
    """
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip(_CLOSED)
    lines = [line for line in cleaned.split("\n") if line.strip()]
    if not lines:
        return []
    mark = "\t" if any("\t" in line for line in lines) else ";"
    rows = [[cell.strip() for cell in line.split(mark)] for line in lines]
    columns: tuple[str, ...] = PLAIN
    if not any(c.isdigit() for cell in rows[0] for c in cell.replace("k=2", "")):
        columns = _columns(rows.pop(0))
    if len(rows) > MOST_ROWS:
        raise PasteRefused(_l("Bảng dài %(n)s dòng; nhiều nhất %(most)s dòng một lần.", n=len(rows), most=MOST_ROWS))
    out = []
    for number, cells in enumerate(rows, 1):
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if len(cells) > len(columns):
            raise PasteRefused(_l("Dòng %(n)s: có %(cells)s ô, nhiều hơn %(columns)s cột.", n=number, cells=len(cells),
                                  columns=len(columns)))
        out.append(dict(zip(columns, cells, strict=False)))
    return out


def _columns(names: list[str]) -> tuple[str, ...]:
    while names and not names[-1]:
        names.pop()
    unknown = [name for name in names if plain(name) not in _BY_NAME]
    if unknown:
        raise PasteRefused(_l("Không hiểu tên cột “%(name)s”.", name=unknown[0][:40]))
    found = tuple(_BY_NAME[plain(name)] for name in names)
    if len(set(found)) != len(found):
        raise PasteRefused(_l("Một cột được nêu hai lần trong dòng đầu."))
    return found
