"""A list to be checked, pasted or as a file: which column is what, and one question a row. Pure but for reading the sheet.

Columns are known by their heads. A list without heads is understood only where it cannot be misread: the column of numbers or codes,
and one of hashes; no other column is guessed.
"""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certificates import rules
from certificates.lookups.writing import LONGEST
from lab_app.core.search import fold
from lab_app.core.sheets import SheetRefused, read_sheet

#: So many rows one check takes.
MOST = 5_000
#: A number or a code is never longer, an address with a code in it neither.
LONGEST_PAPER = 120
PAPER, BRAND, MODEL, HARDWARE, FIRMWARE, SHA256 = "paper", "brand", "model", "hardware", "firmware", "sha256"
COLUMNS = (PAPER, BRAND, MODEL, HARDWARE, FIRMWARE, SHA256)

_HEADS: Mapping[str, tuple[str, ...]] = {
    PAPER: ("so phieu", "ma tra cuu", "so phieu hoac ma tra cuu", "so phieu hoac ma", "phieu", "so", "ma", "so giay", "so chung nhan",
            "giay chung nhan", "so giay chung nhan", "so phieu ket qua", "phieu ket qua", "so bao cao", "report", "report no",
            "report number", "number", "no", "code", "certificate", "certificate no",
            "certificate number", "test report", "test report no", "paper"),
    BRAND: ("nhan hieu", "thuong hieu", "hang", "nhan", "brand", "trademark", "make"),
    MODEL: ("kieu", "kieu loai", "kieu may", "model", "model no", "model number", "model name", "ky hieu", "type"),
    HARDWARE: ("phan cung", "phien ban phan cung", "hardware", "hardware version", "hw", "hw version"),
    FIRMWARE: ("firmware", "phien ban", "phien ban firmware", "phien ban phan mem", "phan mem", "software", "software version",
               "firmware version", "fw", "fw version"),
    SHA256: ("sha256", "sha 256", "ma bam", "ma bam sha 256", "ma bam tep", "hash", "file hash", "checksum"),
}
_BY_HEAD = {head: column for column, heads in _HEADS.items() for head in heads}
_HASH = re.compile(r"[0-9a-f]{64}")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NUMBER = re.compile(r"[A-ZĐ]{2,}[A-ZĐ0-9]*[-/.](?=.*\d).{2,}")


class TableRefused(ValueError):
    """A list that cannot be checked. `code`: those of `SheetRefused`, and no-paper, twice, ambiguous; `about`: what it is about."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(frozen=True)
class Question:
    """One row: its line as the person sees it, and what stands in its columns (only those that were filled)."""

    line: int
    asked: dict[str, str]
    same_as: int = 0


@dataclass(frozen=True)
class Table:
    """A list understood: its questions, and how it was read, for saying so. `columns`: head or place → what it is, empty: left out."""

    questions: list[Question]
    columns: list[tuple[str, str]] = field(default_factory=list)
    headed: bool = True
    kind: str = "csv"
    encoding: str = ""


def head_of(text: str) -> str:
    """What a head names (`Số phiếu`, `Report No.`); empty where it is no known one."""
    return _BY_HEAD.get(" ".join(re.findall(r"[0-9a-z]+", fold(text))), "")


def meant(typed: str) -> tuple[str, str]:
    """What somebody means by a cell: ("code", …) from a code or the address a symbol holds, ("number", …), or ("", "") for neither."""
    text = " ".join(typed.split())
    if not text or len(text) > LONGEST_PAPER:
        return "", ""
    code = rules.as_code(text.split("?")[0].rstrip("/").rsplit("/", 1)[-1]) or rules.as_code(text)
    if code is not None:
        return "code", code
    number = rules.as_number(text)
    return ("number", number) if any(c.isdigit() for c in number) else ("", "")


def understood(data: bytes) -> Table:
    """The list as questions. TableRefused where it cannot be read, is too long, or where the column of papers is not to be found."""
    try:
        sheet = read_sheet(data, MOST + 1, headed=False)
    except SheetRefused as refused:
        raise TableRefused(refused.code) from refused
    cells = [(line, [_text(cell) for cell in row]) for line, row in sheet.rows]
    known = [head_of(cell) for cell in cells[0][1]]
    headed = PAPER in known or sum(map(bool, known)) >= 2
    body = cells[1:] if headed else cells
    if not body:
        raise TableRefused("empty")
    if len(body) > MOST:
        raise TableRefused("too-long")
    columns = _by_heads(cells[0][1], known) if headed else _by_content(body)
    names = cells[0][1] if headed else [str(n) for n in range(1, max(len(row) for _, row in body) + 1)]
    shown = [(names[n] if n < len(names) else str(n + 1), columns.get(n, "")) for n in range(max(len(names), max(columns) + 1))]
    return Table(_questions(body, columns), [one for one in shown if one[0] or one[1]], headed, sheet.kind, sheet.encoding)


def _text(cell: str | date) -> str:
    return cell.isoformat() if isinstance(cell, date) else cell


def _by_heads(heads: Sequence[str], known: Sequence[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for n, column in enumerate(known):
        if column and column in found.values():
            raise TableRefused("twice", heads[n])
        if column:
            found[n] = column
    if PAPER not in found.values():
        raise TableRefused("no-paper", ", ".join(head for head in heads if head)[:120])
    return found


def _by_content(body: Sequence[tuple[int, Sequence[str]]]) -> dict[int, str]:
    """Of a list without heads: the one column where most cells are codes or numbers of papers, and the one of hashes."""
    width = max(len(row) for _, row in body)
    sample = [row for _, row in body[:200]]
    papers, likely, hashes = [], [], []
    for n in range(width):
        cells = [row[n] for row in sample if n < len(row) and row[n]]
        if not cells:
            continue
        if sum(1 for cell in cells if is_hash(hash_of(cell))) * 2 > len(cells):
            hashes.append(n)
        elif sum(1 for cell in cells if _is_paper(cell)) * 2 > len(cells):
            papers.append(n)
        elif sum(1 for cell in cells if _NUMBER.fullmatch(rules.as_number(cell))) * 2 > len(cells):
            likely.append(n)
    papers = papers or likely
    if not papers and width == 1:
        papers = [0]
    if len(papers) != 1 or len(hashes) > 1:
        raise TableRefused("ambiguous" if papers else "no-paper")
    return {papers[0]: PAPER, **{n: SHA256 for n in hashes}}


def _is_paper(cell: str) -> bool:
    """A code, or a number with its year: models look like numbers without one."""
    what, value = meant(cell)
    return what == "code" or (what == "number" and bool(_NUMBER.fullmatch(value)) and bool(_YEAR.search(value)))


def is_hash(text: str) -> bool:
    """Whether a text is a SHA-256."""
    return _HASH.fullmatch(text) is not None


def hash_of(text: str) -> str:
    """A hash however grouped: small letters, no blanks, no label before it."""
    return re.sub(r"[\s:]", "", text.casefold().removeprefix("sha256:").removeprefix("sha-256:"))[:80]


def _questions(body: Sequence[tuple[int, Sequence[str]]], columns: Mapping[int, str]) -> list[Question]:
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    found = []
    for line, row in body:
        asked: dict[str, Any] = {}
        for n, column in columns.items():
            value = row[n] if n < len(row) else ""
            if value:
                asked[column] = hash_of(value) if column == SHA256 else value[:LONGEST]
        if not asked:
            continue  # only columns that are left out were filled
        first = seen.setdefault(tuple(sorted(asked.items())), line)
        found.append(Question(line, asked, first if first != line else 0))
    if not found:
        raise TableRefused("empty")
    return found
