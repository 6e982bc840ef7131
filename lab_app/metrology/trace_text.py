"""The text of instrument files: lines, cells, decimal signs and rows of numbers, read without guessing."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from lab_app.metrology.errors import MetrologyError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

MAX_POINTS: Final = 200_000


class TraceError(MetrologyError):
    """A file that is refused; ``line`` counts from 1, ``None`` where the whole file is meant.

    Codes: ``no_data``, ``cut_short``, ``too_many_points``, ``frequency_order``, ``fewer_columns``,
    ``not_a_number``, ``decimal_sign_unknown``, ``frequency_unit_unknown``, ``unknown_format``,
    ``not_text``, ``undecodable``, ``unknown``, ``outside``, ``unsupported``.
    """

    def __init__(self, code: str, field: str = "", detail: str = "", line: int | None = None) -> None:
        super().__init__(code, field, detail if line is None else f"{detail} (line {line})".strip())
        self.line = line


def decode(data: bytes, encoding: str = "") -> list[str]:
    """The lines of a file: NUL bytes dropped, any line end, a byte order mark obeyed.

    Without ``encoding``: UTF-16 by its mark, else UTF-8, else Windows-1252.

    :raises TraceError: ``no_data``, ``not_text``, ``undecodable``, ``unknown`` (encoding).
    """
    if not data.strip(b"\0 \t\r\n"):
        raise TraceError("no_data")
    if encoding:
        try:
            text = data.decode(codecs.lookup(encoding).name)
        except LookupError:
            raise TraceError("unknown", "encoding", encoding[:40]) from None
        except ValueError:
            raise TraceError("undecodable", "encoding", encoding[:40]) from None
    else:
        text = _decoded(data)
    text = text.replace("\0", "").removeprefix("\ufeff").rstrip("\x1a")
    if re.search(r"[\x01-\x08\x0e-\x1f]", text[:10_000]):
        raise TraceError("not_text")
    return re.split(r"\r\n|\n|\r", text)


def _decoded(data: bytes) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for name in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(name)
        except ValueError:
            continue
    return data.decode("latin-1")


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line, stripped; a blank delimiter is any run of white space, quotes are obeyed."""
    if not delimiter.strip(" "):
        return line.split()
    if '"' in line:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    return [cell.strip() for cell in line.split(delimiter)]


_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def number(text: str, decimal: str = ".") -> float | None:
    """A finite number with the decimal sign given, or ``None``."""
    plain = text.strip().replace("\u2212", "-")
    if decimal == ",":
        if "." in plain:
            return None
        plain = plain.replace(",", ".")
    value = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    return value if math.isfinite(value) else None


class Rows(NamedTuple):
    """How rows of numbers stand in the text: which cells, and what one frequency unit is in Hz."""

    delimiter: str
    decimal: str
    frequency: int
    level: int
    hertz: float = 1.0


def numbered(lines: Iterable[str], start: int) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1, from index ``start`` on."""
    for index, line in enumerate(lines):
        if index >= start:
            yield index + 1, line


def _pair(cells: Sequence[str], rows: Rows, previous: float, line: int) -> tuple[float, float]:
    """Frequency in Hz and level of one row."""
    if len(cells) <= max(rows.frequency, rows.level) or not (cells[rows.frequency] and cells[rows.level]):
        raise TraceError("fewer_columns", "row", str(len(cells)), line)
    frequency, level = number(cells[rows.frequency], rows.decimal), number(cells[rows.level], rows.decimal)
    if frequency is None or level is None:
        wrong = "frequency" if frequency is None else "level"
        raise TraceError("not_a_number", wrong, cells[getattr(rows, wrong)][:40], line)
    frequency *= rows.hertz
    if frequency < previous:
        raise TraceError("frequency_order", "frequency", cells[rows.frequency][:40], line)
    return frequency, level


def read_rows(
    lines: Iterable[tuple[int, str]], rows: Rows, max_points: int, expected: int | None = None, last: int = 0
) -> tuple[NDArray[float64], NDArray[float64]]:
    """Frequencies in Hz and levels of the rows, checked.

    ``expected``: the number of points the header states.  ``last``: number of the last line of the
    file; a bad row there means the file was cut off.  Blank lines are skipped.
    """
    import numpy as np

    frequencies: list[float] = []
    levels: list[float] = []
    seen = 0
    width = 0
    for seen, line in lines:
        if not line.strip():
            continue
        if len(frequencies) >= max_points:
            raise TraceError("too_many_points", "points", str(max_points), seen)
        cells = cells_of(line, rows.delimiter)
        width = width or len(cells)
        try:
            frequency, level = _pair(cells, rows, frequencies[-1] if frequencies else 0.0, seen)
            if seen == last and len(cells) < width:
                raise TraceError("fewer_columns", "row", f"{len(cells)} | {width}", seen)
        except TraceError as refusal:
            if seen == last:
                raise TraceError("cut_short", refusal.field, line[:40], seen) from refusal
            raise
        frequencies.append(frequency)
        levels.append(level)
    if not frequencies:
        raise TraceError("no_data", "points", line=seen or None)
    if expected is not None and len(frequencies) != expected:
        code = "cut_short" if len(frequencies) < expected else "more_than_stated"
        raise TraceError(code, "points", f"{len(frequencies)} | {expected}", seen)
    if len(frequencies) > 1 and frequencies[0] == frequencies[-1]:
        raise TraceError("frequency_order", "frequency", "zero span", seen)
    return np.array(frequencies), np.array(levels)


_GROUPED: Final = re.compile(r"[+-]?0*[1-9][0-9]{0,2}[.,][0-9]{3}")


def decimal_sign(cells: Iterable[str], delimiter: str, columns: int = 2) -> str | None:
    """The decimal sign of the cells, ``None`` where they do not say.

    ``30.000`` may be thirty or thirty thousand: a sign that stands before exactly three digits in every
    cell says nothing.  Whole numbers alone need none, unless a comma also parts more than two columns.
    """
    certain: set[str] = set()
    doubtful = False
    for cell in cells:
        signs = set(cell) & {".", ","}
        if len(signs) > 1 or any(cell.count(sign) > 1 for sign in signs):
            return None
        if signs and _GROUPED.fullmatch(cell.strip()):
            doubtful = True
        else:
            certain |= signs
    if len(certain) == 1:
        return certain.pop()
    if certain or doubtful or (delimiter == "," and columns > 2):
        return None
    return "."


def unclosed(lines: Sequence[str]) -> int:
    """Number of the last line when it is not closed by a line end (cut off there), else 0."""
    return len(lines) if lines[-1].strip() else 0
