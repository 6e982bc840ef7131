"""Touchstone version 1 files (``.s1p``, ``.s2p`` ...): scattering parameters over frequency.

Source: Touchstone File Format Specification, version 1.1 as kept by the IBIS Open Forum.  Two-port rows
stand in the order S11 S21 S12 S22; from three ports on the matrix stands row by row.  Cable losses,
attenuators and antennas arrive in this form.
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lab_app.metrology.rounding import to_decimal
from lab_app.metrology.trace_text import MAX_POINTS, TraceError, decode, number

if TYPE_CHECKING:
    from numpy import complex128, float64
    from numpy.typing import NDArray

    from lab_app.metrology.traces import Trace

_HERTZ: Final = {"HZ": 1.0, "KHZ": 1e3, "MHZ": 1e6, "GHZ": 1e9}
_FORMATS: Final = frozenset({"RI", "MA", "DB"})
_PARAMETERS: Final = frozenset("SYZHG")
MAX_PORTS: Final = 16


@dataclass(frozen=True, eq=False)
class Network:
    """Scattering parameters: ``s[point, i, j]`` is S(i+1)(j+1); frequencies in Hz, strictly rising.

    ``options`` is the option line as written, ``reference`` the reference resistance in ohms.
    """

    frequency: NDArray[float64]
    s: NDArray[complex128]
    reference: Decimal
    options: str

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def ports(self) -> int:
        """Number of ports."""
        return int(self.s.shape[1])

    def _at(self, index: int, i: int, j: int) -> complex:
        if not (1 <= i <= self.ports and 1 <= j <= self.ports):
            raise TraceError("outside", "port", f"{i} | {j}")
        return complex(self.s[index, i - 1, j - 1])

    def hertz(self, index: int) -> Decimal:
        """The frequency of a point in Hz, 15 significant digits."""
        return to_decimal(float(self.frequency[index]), 15)

    def decibels(self, index: int, i: int, j: int) -> Decimal | None:
        """``20 lg |Sij|`` of a point; ``None`` where it is zero."""

        magnitude = abs(self._at(index, i, j))
        return to_decimal(20 * math.log10(magnitude)) if magnitude else None

    def degrees(self, index: int, i: int, j: int) -> Decimal:
        """The phase of Sij of a point, in degrees within -180 and 180."""

        return to_decimal(math.degrees(cmath.phase(self._at(index, i, j))))

    def vswr(self, index: int, port: int) -> Decimal | None:
        """Standing wave ratio at a port, ``(1 + |Sii|) / (1 - |Sii|)``; ``None`` at total reflection."""
        magnitude = abs(self._at(index, port, port))
        return to_decimal((1 + magnitude) / (1 - magnitude)) if magnitude < 1 else None


def ports_of(file_name: str) -> int | None:
    """The number of ports a file name ends in (``.s2p``), ``None`` for another name."""
    found = re.search(r"\.s([0-9]{1,2})p$", file_name, re.IGNORECASE)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _Options:
    hertz: float = 1e9
    format: str = "MA"
    reference: float = 50.0
    written: str = ""


def _options(text: str, line: int) -> _Options:
    words = text[1:].upper().split()
    hertz, form, reference = 1e9, "MA", 50.0
    rest = iter(words)
    for word in rest:
        if word in _HERTZ:
            hertz = _HERTZ[word]
        elif word in _FORMATS:
            form = word
        elif word == "R":
            value = number(next(rest, ""))
            if value is None or value <= 0:
                raise TraceError("not_a_number", "R", text[:40], line)
            reference = value
        elif word in _PARAMETERS:
            if word != "S":
                raise TraceError("unsupported", "parameter", word, line)
        else:
            raise TraceError("unknown", "options", word[:20], line)
    return _Options(hertz, form, reference, text.strip())


def _content(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Lines without comments and blanks, with their numbers."""
    for line, text in enumerate(lines, 1):
        plain = text.partition("!")[0].strip()
        if plain:
            yield line, plain


def _records(
    rows: Iterator[tuple[int, str]], size: int, noise: bool, max_points: int
) -> Iterator[tuple[int, list[float]]]:
    """Rows of numbers gathered into records of ``size``: a frequency and its matrix.

    A two-port file may end in noise parameters: five numbers a row from a frequency that does not rise.
    """
    record: list[float] = []
    previous, line, count = -1.0, 0, 0
    for line, text in rows:
        words = text.split()
        values = [number(word) for word in words]
        if None in values:
            raise TraceError("not_a_number", "row", text[:40], line)
        row = [value for value in values if value is not None]
        if not record:
            if noise and count and len(row) == 5 and row[0] <= previous:
                return
            if row[0] <= previous:
                raise TraceError("frequency_order", "frequency", words[0][:40], line)
            if count >= max_points:
                raise TraceError("too_many_points", "points", str(max_points), line)
            previous = row[0]
        record += row
        if len(record) > size:
            raise TraceError("more_columns", "row", f"{len(record)} | {size}", line)
        if len(record) == size:
            count += 1
            yield line, record
            record = []
    if record:
        raise TraceError("cut_short", "row", f"{len(record)} | {size}", line)


def read_touchstone(data: bytes, ports: int, max_points: int = MAX_POINTS) -> Network:
    """Read scattering parameters of a version 1 file of ``ports`` ports (:func:`ports_of` its name).

    The first option line holds, later ones are ignored, as the specification says; without one, GHz,
    magnitude and angle, 50 Ω.

    :raises TraceError: ``unsupported`` for version 2 keywords and for Y, Z, H and G parameters;
        ``not_a_number``, ``cut_short``, ``more_columns``, ``frequency_order``, ``no_data`` with the line.
    """
    import numpy as np

    if not 1 <= ports <= MAX_PORTS:
        raise TraceError("outside", "ports", str(ports))
    options: _Options | None = None
    rows: list[tuple[int, str]] = []
    for line, text in _content(decode(data)):
        if text.startswith("["):
            raise TraceError("unsupported", "version", text[:40], line)
        if not text.startswith("#"):
            rows.append((line, text))
        elif options is None:
            options = _options(text, line)
    options = options or _Options()
    size = 1 + 2 * ports**2
    records = [record for _, record in _records(iter(rows), size, ports == 2, max_points)]
    if not records:
        raise TraceError("no_data", "points")
    table = np.array(records)
    a, b = table[:, 1::2], table[:, 2::2]
    if options.format == "RI":
        flat = a + 1j * b
    else:
        magnitude = 10 ** (a / 20) if options.format == "DB" else a
        flat = magnitude * np.exp(1j * np.deg2rad(b))
    matrix = flat.reshape(len(records), ports, ports)
    if ports == 2:
        matrix = matrix.transpose(0, 2, 1)
    return Network(table[:, 0] * options.hertz, matrix, to_decimal(options.reference), options.written)


def as_trace(network: Network, number: int) -> Trace:
    """One scattering parameter as a trace, ``20 lg |Sij|`` in dB over frequency in Hz.

    ``number`` counts as the file does: S11, S21, S12, S22 for two ports, row by row otherwise.

    :raises TraceError: ``outside`` for another number; ``unsupported`` where the parameter is zero, which no decibel says.
    """
    import numpy as np

    from lab_app.metrology.traces import Trace

    if not 1 <= number <= network.ports**2:
        raise TraceError("outside", "trace", f"{number} | {network.ports**2}")
    i, j = divmod(number - 1, network.ports)
    if network.ports == 2:
        i, j = j, i
    magnitude = np.abs(network.s[:, i, j])
    if not magnitude.all():
        raise TraceError("unsupported", "level", "0")
    return Trace(
        frequency=network.frequency, level=20 * np.log10(magnitude), format="Touchstone", unit_written="dB", name=f"S{i + 1}{j + 1}",
        header={"options": network.options, "reference": f"{network.reference:f} Ω"},
    )
