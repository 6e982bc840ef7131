"""Spreadsheets that people bring along: Excel and CSV as rows of cells, with what had to be guessed said out loud.

A CSV may come in UTF-8 (with or without mark), UTF-16 or windows-1258, split by semicolons, commas, tabs or bars: the mark at the
beginning decides, then what can be read; the delimiter is the one the heads are split by most. Numbers keep their digits as texts.
"""
from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as BadDeflate

DELIMITERS = (";", ",", "\t", "|")
#: Wider than any list a person keeps; beyond it the sheet is something else.
MOST_COLUMNS = 80
#: An Excel file that unpacks to more is made to stop the machine that opens it.
MOST_UNPACKED = 200_000_000
#: Encodings tried in turn where no mark says which; NUL bytes rule the rest out.
ENCODINGS = ("utf-8", "cp1258")


class SheetRefused(ValueError):
    """A file that is no sheet. `code`: empty, not-a-sheet, too-long, encoding."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Sheet:
    """Heads and rows. Each row has its line number as the person sees it; a cell is a text, a date or empty text.

    `kind`: xlsx or csv; `encoding`, `delimiter`: what was guessed of a CSV.
    """

    heads: list[str]
    rows: list[tuple[int, list[str | date]]]
    kind: str
    encoding: str = ""
    delimiter: str = ""


def read_sheet(data: bytes, most_rows: int, headed: bool = True) -> Sheet:
    """The first sheet of an Excel file, or a CSV; empty lines are left out. Refuses (`SheetRefused`) what cannot be read, a sheet
    without a row beneath its heads, and more than `most_rows`. `headed=False`: the first line is a row like the others."""
    if data[:4] == b"PK\x03\x04":
        kind, encoding, delimiter, lines = "xlsx", "", "", _excel(data, most_rows)
    else:
        text, encoding = _decoded(data)
        delimiter = _delimiter(text)
        kind, lines = "csv", _delimited(text, delimiter)
    filled = ((number, cells) for number, cells in lines if any(cell != "" for cell in cells))
    first = next(filled, None) if headed else (0, [])
    if first is None:
        raise SheetRefused("empty")
    rows = list(islice(filled, most_rows + 1))
    if not rows:
        raise SheetRefused("empty")
    if len(rows) > most_rows:
        raise SheetRefused("too-long")
    heads = [str(cell) for cell in first[1]]
    while heads and not heads[-1]:
        heads.pop()
    return Sheet(heads, rows, kind, encoding, delimiter)


def _excel(data: bytes, most_rows: int) -> Iterator[tuple[int, list[str | date]]]:
    from openpyxl import load_workbook  # it brings numpy along, which most processes never need

    try:
        with ZipFile(BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise SheetRefused("too-long")
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # A sheet may claim any size: no more is looked at than could be taken, empty lines between included.
        for number, row in enumerate(sheet.iter_rows(max_row=4 * most_rows + 10, max_col=MOST_COLUMNS, values_only=True), 1):
            yield number, [_cell(value) for value in row]
    except SheetRefused:
        raise
    except (BadZipFile, BadDeflate, KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError, RuntimeError, OSError,
            EOFError) as error:  # SyntaxError is what XML that is none is called
        raise SheetRefused("not-a-sheet") from error


def _cell(value: Any) -> str | date:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return _clean(str(value))


def _clean(text: str) -> str:
    """NFC (windows-1258 writes marks apart), no control characters, no blanks at the ends."""
    kept = "".join(c if unicodedata.category(c) != "Cc" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.replace("\u00a0", " ").split())


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise SheetRefused("encoding") from error
    if b"\x00" in data:
        raise SheetRefused("not-a-sheet")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise SheetRefused("encoding")


def _delimiter(text: str) -> str:
    """What splits the first filled line most often; a comma where nothing does."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    counts = {sign: len(next(csv.reader([head], delimiter=sign), [])) for sign in DELIMITERS}
    best = max(counts.values())
    return "," if best < 2 else next(sign for sign in DELIMITERS if counts[sign] == best)


def _delimited(text: str, delimiter: str) -> Iterator[tuple[int, list[str | date]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRefused("not-a-sheet") from error
        # The line a quoted cell ends on is where the person finds the row.
        yield reader.line_num, [_clean(cell) for cell in cells[:MOST_COLUMNS]]
