"""Traces: level over frequency as an instrument stored it, read from the bytes of its file.

A trace is kept as its file; what is read here is used to screen, to plot and to find the points that
become readings.  Instruments known by their file are read as they write (:mod:`.trace_formats`); any
other delimited text is read by a :class:`TraceMapping` a person confirmed once, proposed by
:func:`guess`.  What cannot be told is refused, with the line, and never guessed: a unit, a decimal
sign, an order of columns.  NUL bytes, mixed line ends and decimal commas are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lab_app.core.quantity import normalise_unit
from lab_app.metrology.rounding import to_decimal
from lab_app.metrology.trace_text import (
    MAX_POINTS,
    Rows,
    TraceError,
    cells_of,
    decimal_sign,
    decode,
    number,
    numbered,
    read_rows,
    unclosed,
)
from lab_app.metrology.units import UNITS

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

__all__ = [
    "MAX_POINTS",
    "Peak",
    "Trace",
    "TraceError",
    "TraceMapping",
    "bandwidth",
    "detector_code",
    "guess",
    "known_unit",
    "parse_mapping",
    "read",
    "read_delimited",
]

GENERIC: Final = "delimited"
_HERTZ: Final = {"hz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9}


class Peak(NamedTuple):
    """The highest point of a trace: frequency in Hz, level in the unit of the trace."""

    frequency: Decimal
    level: Decimal


@dataclass(frozen=True, eq=False)
class Trace:
    """Level over frequency: two arrays of one length, frequencies in Hz never falling.

    ``unit`` is in the spelling of :mod:`lab_app.metrology.units`, empty where the file does not say;
    ``unit_written`` and ``detector`` are as the file writes them.  ``rbw`` in Hz, ``None`` if not stated.
    """

    frequency: NDArray[float64]
    level: NDArray[float64]
    format: str
    unit_written: str = ""
    detector: str = ""
    rbw: Decimal | None = None
    name: str = ""
    header: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def unit(self) -> str:
        """The unit of the level in our spelling, or as written where it is not one we know."""
        return known_unit(self.unit_written)

    @property
    def detector_code(self) -> str:
        """``PK``, ``QP``, ``AV``, ``RMS``, ``NEG`` or ``SAMPLE``; empty where it cannot be told."""
        return detector_code(self.detector)

    def point(self, index: int) -> Peak:
        """One point as decimals: the level to 12 significant digits, the frequency to 15 (a third of 4 MHz keeps its µHz)."""
        return Peak(to_decimal(float(self.frequency[index]), 15), to_decimal(float(self.level[index])))

    def peak(self, low: Decimal | None = None, high: Decimal | None = None) -> Peak:
        """The highest point, the first of equals, between two frequencies in Hz, ends included.

        :raises TraceError: ``no_data`` when no point lies between them.
        """
        import numpy as np

        first = 0 if low is None else int(np.searchsorted(self.frequency, float(low), side="left"))
        end = len(self) if high is None else int(np.searchsorted(self.frequency, float(high), side="right"))
        if first >= end:
            raise TraceError("no_data", "frequency")
        return self.point(first + int(np.argmax(self.level[first:end])))

    def envelope(self, columns: int) -> tuple[NDArray[float64], NDArray[float64], NDArray[float64]]:
        """At most ``columns`` columns for drawing: frequency of the column, lowest and highest level in it.

        No peak is lost, whatever the number of points.
        """
        import numpy as np

        if columns < 1:
            raise TraceError("outside", "columns", str(columns))
        starts = np.unique(np.linspace(0, len(self), min(columns, len(self)) + 1).astype(int)[:-1])
        return (
            self.frequency[starts],
            np.minimum.reduceat(self.level, starts),
            np.maximum.reduceat(self.level, starts),
        )


_FOLDED: Final = {symbol.replace("\u00b5", "u").casefold(): symbol for symbol in UNITS if len(symbol) > 2}


def known_unit(text: str) -> str:
    """A unit as instruments write it in our spelling: ``DBUV``, ``dBuVPerMeter``, ``[dB(µV/m)]``."""
    symbol = normalise_unit(text.strip().strip("[]")).replace("PerMeter", "/m")
    symbol = re.sub(r"^dB\((.+)\)$", r"dB\1", symbol, flags=re.IGNORECASE).strip("() ")
    if symbol in UNITS:
        return symbol
    return _FOLDED.get(symbol.replace("\u00b5", "u").casefold(), symbol)


_DETECTORS: Final = (
    ("QP", r"quasi|\bqp|qpeak|qpk"),
    ("RMS", r"rms"),
    ("AV", r"av(g|erage)?\b|average|c?isprav|mean"),
    ("NEG", r"neg|min ?peak|^-\s*pe?a?k"),
    ("SAMPLE", r"samp"),
    ("PK", r"pe?a?k\b|peak|pos|max"),
)


def detector_code(text: str) -> str:
    """The detector named in a text, as a code; empty where none is named."""
    return next((code for code, pattern in _DETECTORS if re.search(pattern, text, re.IGNORECASE)), "")


# ---- any delimited text ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TraceMapping:
    """How to read a delimited text: a person confirms it once for a kind of file, and it is kept.

    ``decimal``: ``.`` or ``,``; empty to tell it from the numbers, refused where they do not say.
    ``data_after``: the data begin after the first line that begins with this text (``DATA``,
    ``Frequency``); empty: at the first row with numbers in both columns.  Columns count from 1.
    ``encoding`` empty: UTF-8 or Windows-1252.  ``frequency_unit``: Hz, kHz, MHz or GHz.
    """

    delimiter: str
    frequency_column: int = 1
    level_column: int = 2
    decimal: str = ""
    frequency_unit: str = ""
    unit: str = ""
    detector: str = ""
    data_after: str = ""
    encoding: str = ""

    def __post_init__(self) -> None:
        if self.delimiter not in (";", ",", "\t", " ", "|"):
            raise TraceError("unknown", "delimiter", self.delimiter[:10])
        if self.decimal not in ("", ".", ",") or (self.decimal and self.decimal == self.delimiter):
            raise TraceError("unknown", "decimal", self.decimal[:10])
        if self.frequency_unit and self.frequency_unit.casefold() not in _HERTZ:
            raise TraceError("unknown", "frequency_unit", self.frequency_unit[:10])
        columns = (self.frequency_column, self.level_column)
        if min(columns) < 1 or max(columns) > 100 or columns[0] == columns[1]:
            raise TraceError("outside", "level_column", f"{columns[0]} | {columns[1]}")

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`parse_mapping` reads it back."""
        return {name: getattr(self, name) for name in self.__slots__}


def parse_mapping(data: Mapping[str, Any]) -> TraceMapping:
    """Read a stored mapping.

    :raises TraceError: naming the field.
    """
    known = set(TraceMapping.__slots__)
    for name, value in data.items():
        wanted = int if name.endswith("_column") else str
        if name not in known or isinstance(value, bool) or not isinstance(value, wanted):
            raise TraceError("unknown", str(name)[:40])
    if "delimiter" not in data:
        raise TraceError("missing", "delimiter")
    return TraceMapping(**data)


# A number in any spelling; whether it can be read is another question.
_NUMBER_LIKE: Final = re.compile(r"[-+\u2212]?[.,]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?")


def _starts(lines: Sequence[str], mapping: TraceMapping) -> int:
    """Index of the first line of data."""
    if mapping.data_after:
        wanted = mapping.data_after.casefold()
        for index, line in enumerate(lines):
            if line.strip().casefold().startswith(wanted):
                return index + 1
        raise TraceError("no_data", "data_after", mapping.data_after[:40])
    columns = (mapping.frequency_column - 1, mapping.level_column - 1)
    for index, line in enumerate(lines):
        cells = cells_of(line, mapping.delimiter)
        if len(cells) > max(columns) and all(_NUMBER_LIKE.fullmatch(cells[column]) for column in columns):
            return index
    raise TraceError("no_data")


def _header(lines: Sequence[str], delimiter: str) -> dict[str, str]:
    header: dict[str, str] = {}
    for line in lines:
        key, value = (line.strip(), "")
        for mark in (delimiter, "=", ":"):
            if mark.strip() and mark in line:
                key, _, value = line.partition(mark)
                break
        key = key.strip().rstrip(":")
        if key and key not in header:
            header[key] = value.strip().strip(delimiter).strip()
    return header


def read_delimited(data: bytes, mapping: TraceMapping, max_points: int = MAX_POINTS) -> Trace:
    """Read any delimited text by a mapping.

    :raises TraceError: with the line at fault.
    """
    if not mapping.frequency_unit:
        raise TraceError("frequency_unit_unknown", "frequency_unit")
    lines = decode(data, mapping.encoding)
    start = _starts(lines, mapping)
    frequency, level = mapping.frequency_column - 1, mapping.level_column - 1
    decimal: str | None = mapping.decimal
    if not decimal:
        split = [cells_of(line, mapping.delimiter) for line in lines[start : start + max_points]]
        width = max((len(row) for row in split), default=0)
        cells = (row[i] for row in split for i in (frequency, level) if len(row) > i)
        decimal = decimal_sign(cells, mapping.delimiter, width)
        if decimal is None:
            raise TraceError("decimal_sign_unknown", "decimal", lines[start][:40], start + 1)
    rows = Rows(mapping.delimiter, decimal, frequency, level, _HERTZ[mapping.frequency_unit.casefold()])
    frequencies, levels = read_rows(numbered(lines, start), rows, max_points, last=unclosed(lines))
    header = _header(lines[:start], mapping.delimiter)
    rbw = next((value for key, value in header.items() if re.match(r"(rbw|res\w* ?b)", key, re.I)), "")
    return Trace(
        frequencies,
        levels,
        GENERIC,
        mapping.unit,
        mapping.detector,
        bandwidth(rbw, decimal),
        header=header,
    )


def bandwidth(text: str, decimal: str = ".", unit: str = "Hz") -> Decimal | None:
    """A bandwidth such as ``9 kHz`` or ``10000`` (in ``unit``) in Hz."""
    found = re.match(r"\s*([0-9.,eE+]+)[\s;,]*([kMG]?Hz)?", text)
    value = number(found[1].rstrip(","), decimal) if found else None
    if found is None or value is None or value <= 0:
        return None
    return to_decimal(value * _HERTZ[(found[2] or unit).casefold()])


# ---- proposing a mapping --------------------------------------------------------------------------------


def _numeric(line: str, delimiter: str) -> int:
    """How many cells a line of numbers has; 0 when it is not one."""
    cells = [cell for cell in cells_of(line, delimiter) if cell]
    good = all(number(cell) is not None or number(cell, ",") is not None for cell in cells)
    return len(cells) if good and len(cells) >= 2 else 0


def _block(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """Index and length of the longest block of lines with one number of numeric cells."""
    best = (0, 0)
    start, width = 0, 0
    for index, line in enumerate([*lines, ""]):
        found = _numeric(line, delimiter)
        if found != width:
            if width and index - start > best[1]:
                best = (start, index - start)
            start, width = index, found
    return best


def _titles(lines: Sequence[str], start: int, delimiter: str, width: int) -> list[str]:
    """The words above each column: the two lines before the data, where they have as many cells."""
    titles = [""] * width
    for line in lines[max(0, start - 2) : start]:
        cells = cells_of(line, delimiter)
        if len(cells) >= width and not any(number(cell) is not None for cell in cells):
            titles = [f"{title} {cell}".strip() for title, cell in zip(titles, cells, strict=False)]
    return titles


def _rises(cells: Sequence[str]) -> bool:
    """Whether a column may be a frequency: never negative, never falling, not all the same."""
    values = [number(cell) if "," not in cell else number(cell, ",") for cell in cells]
    if any(value is None or value < 0 for value in values):
        return False
    known = [value for value in values if value is not None]
    return known[0] < known[-1] and all(a <= b for a, b in zip(known, known[1:], strict=False))


_LEVEL_UNIT: Final = re.compile(r"dB[\w\u00b5\u03bc]*(?:\([\w\u00b5\u03bc/]+\))?(?:/\w+)?", re.IGNORECASE)


# A layout shows in the first lines; no header is as long as this.
_LOOKED_AT: Final = 2000


def guess(data: bytes) -> TraceMapping | None:
    """Propose a mapping for a delimited text, ``None`` where no table of numbers is found.

    A person confirms it: what the file does not say (unit, detector, decimal sign) is left empty.
    """
    try:
        lines = decode(data)[:_LOOKED_AT]
    except TraceError:
        return None
    # A decimal comma must not be taken for a delimiter: of equally long blocks the earlier wins.
    found = {delimiter: _block(lines, delimiter) for delimiter in (";", "\t", "|", ",", " ")}
    delimiter = max(found, key=lambda one: found[one][1])
    start, length = found[delimiter]
    if length < 2:
        return None
    rows = [cells_of(line, delimiter) for line in lines[start : start + length]]
    width = min(len(row) for row in rows)
    titles = _titles(lines, start, delimiter, width)
    rising = [i for i in range(width) if _rises([row[i] for row in rows])]
    if not rising:
        return None
    named = (i for i in rising if re.search(r"hz\b|freq|tần", titles[i], re.IGNORECASE))
    frequency = next(named, rising[0])
    level = next((i for i, t in enumerate(titles) if i != frequency and _LEVEL_UNIT.search(t)), None)
    if level is None:
        level = 1 if frequency == 0 else 0
    unit = _LEVEL_UNIT.search(titles[level])
    hertz = re.search(r"[kMG]?Hz", titles[frequency], re.IGNORECASE)
    sign = decimal_sign((row[i] for row in rows for i in (frequency, level)), delimiter, width)
    return TraceMapping(
        delimiter,
        frequency + 1,
        level + 1,
        sign or "",
        {"hz": "Hz", "khz": "kHz", "mhz": "MHz", "ghz": "GHz"}[hertz[0].casefold()] if hertz else "",
        known_unit(unit[0]) if unit else "",
        detector_code(titles[level]),
    )


# ---- any file -------------------------------------------------------------------------------------------

Reader = Callable[[Sequence[str], int, int], Trace]


def read(
    data: bytes, mapping: TraceMapping | None = None, max_points: int = MAX_POINTS, trace: int = 1
) -> Trace:
    """Read a trace: by ``mapping`` when one is given, else as the instrument the file shows itself to be from.

    ``trace`` chooses one of several traces of a file, from 1.

    :raises TraceError: ``unknown_format`` when the file is of no known instrument and no mapping is given.
    """
    from lab_app.metrology.trace_formats import recognise

    if mapping is not None:
        return read_delimited(data, mapping, max_points)
    lines = decode(data)
    reader = recognise(lines)
    if reader is None:
        raise TraceError("unknown_format")
    if trace < 1:
        raise TraceError("outside", "trace", str(trace))
    return reader(lines, max_points, trace)
