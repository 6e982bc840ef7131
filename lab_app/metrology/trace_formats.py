"""Readers of the files instruments write: Keysight, Agilent, Tektronix, Rohde & Schwarz.

Each reader takes the lines of the file, the largest number of points and which trace is wanted (from
1), and refuses what it does not recognise rather than skip it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lab_app.metrology.trace_text import (
    Rows,
    TraceError,
    cells_of,
    decimal_sign,
    number,
    numbered,
    read_rows,
    unclosed,
)
from lab_app.metrology.traces import Reader, Trace, bandwidth

# What the E4411B writes in the column of a trace that is off.
_EMPTY_LEVEL: Final = -2147.0


def recognise(lines: Sequence[str]) -> Reader | None:
    """The reader of the instrument that wrote the lines, by marks no other format has."""
    head = [line.strip() for line in lines[:400]]
    if any(line.startswith("[Global Parameters]") for line in head[:5]):
        return read_tektronix
    if "DATA" in head and any(line.startswith("Number of Points,") for line in head):
        return read_keysight
    if any(line.startswith("Trace Data:") for line in head):
        return read_n9340b
    if any(re.match(r"Num Points:\s*,", line) for line in head):
        return read_e4411b
    if head and re.match(r"Type\s*[;,]", head[0]) and any(re.match(r"Values\s*[;,]", line) for line in head):
        return read_rohde_schwarz
    return None


def _count(text: str, line: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
        raise TraceError("not_a_number", "points", text[:40], line)
    return int(text)


def read_keysight(lines: Sequence[str], max_points: int, trace: int = 1) -> Trace:
    """Keysight X-series and MXE: ``key,value`` lines until ``DATA``, then frequency and level.

    A file of several traces has a column for each, in the header too.
    """
    start = next(index for index, line in enumerate(lines) if line.strip() == "DATA")
    header: dict[str, str] = {}
    points: int | None = None
    for index, line in enumerate(lines[:start], 1):
        key, *values = cells_of(line, ",")
        if not key or not values:
            continue
        header.setdefault(key, values[min(trace, len(values)) - 1])
        if key == "Number of Points":
            points = _count(header[key], index)
    _few(max_points, points)
    hertz = header.get("X Axis Units", "Hz")
    if hertz != "Hz":
        raise TraceError("unsupported", "X Axis Units", hertz[:20])
    frequency, level = read_rows(
        numbered(lines, start + 1), Rows(",", ".", 0, trace), max_points, points, unclosed(lines)
    )
    return Trace(
        frequency,
        level,
        "keysight",
        header.get("Y Axis Units", ""),
        header.get("Detector", ""),
        bandwidth(header.get("RBW", "")),
        header.get("Trace Name", ""),
        header,
    )


def _few(max_points: int, stated: int | None) -> None:
    """Refuse by the header alone, before any row is read."""
    if stated is not None and stated > max_points:
        raise TraceError("too_many_points", "points", f"{stated} | {max_points}")


def read_n9340b(lines: Sequence[str], max_points: int, trace: int = 1) -> Trace:
    """Agilent N9340B: pairs of cells, ``Trace Data:(Unit:dBm)``, a line of titles, rows to the end.

    The file does not state the number of points; the sweep must reach the stop frequency.
    """
    start = next(index for index, line in enumerate(lines) if line.strip().startswith("Trace Data:"))
    header: dict[str, str] = {}
    for line in lines[:start]:
        cells = [cell for cell in cells_of(line, ",") if cell not in ("AUTO", "MAN", "")]
        header.update(zip(cells[::2], cells[1::2], strict=False))
    unit = re.search(r"Unit:\s*([^)]+)\)", lines[start])
    titles = cells_of(lines[start + 1], ",") if start + 1 < len(lines) else []
    if not titles or not titles[0].startswith("Frequency(Hz)"):
        raise TraceError("unsupported", "titles", (titles or [""])[0][:40], start + 2)
    frequency, level = read_rows(
        numbered(lines, start + 2), Rows(",", ".", 0, trace), max_points, last=unclosed(lines)
    )
    stop = number(header.get("Stop Freq", ""))
    if stop is not None and len(frequency) > 1 and frequency[-1] + (frequency[-1] - frequency[-2]) <= stop:
        raise TraceError("cut_short", "frequency", f"{frequency[-1]} | {stop}", len(lines))
    return Trace(
        frequency,
        level,
        "agilent-n9340b",
        unit[1].strip() if unit else "",
        header.get("Detector", ""),
        bandwidth(header.get("RBW", "")),
        titles[trace] if trace < len(titles) else "",
        header,
    )


def read_e4411b(lines: Sequence[str], max_points: int, trace: int = 1) -> Trace:
    """Agilent E4411B (ESA): ``key: ,value,unit``, a line of trace names, a line of units, three traces.

    A trace that was off is filled with -2147.48 and is refused as ``no_data``.
    """
    titles = next((i for i, line in enumerate(lines) if re.match(r"\s*,\s*Trace 1", line)), None)
    if titles is None or titles + 1 >= len(lines):
        raise TraceError("cut_short", "titles", line=len(lines))
    header: dict[str, str] = {}
    points: int | None = None
    for index, line in enumerate(lines[:titles], 1):
        key, *values = cells_of(line, ",")
        header.setdefault(key.rstrip(":").strip(), " ".join(value for value in values if value))
        if key.startswith("Num Points"):
            points = _count(values[0], index)
    _few(max_points, points)
    units, names = cells_of(lines[titles + 1], ","), cells_of(lines[titles], ",")
    if units[0] != "Hz":
        raise TraceError("unsupported", "frequency_unit", units[0][:20], titles + 2)
    frequency, level = read_rows(
        numbered(lines, titles + 2), Rows(",", ".", 0, trace), max_points, points, unclosed(lines)
    )
    if float(level.max()) < _EMPTY_LEVEL:
        raise TraceError("no_data", "trace", str(trace))
    return Trace(
        frequency,
        level,
        "agilent-e4411b",
        units[trace] if trace < len(units) else "",
        header.get("Detector", ""),
        bandwidth(header.get("Resolution Bandwidth", "")),
        names[trace] if trace < len(names) else "",
        {key: value for key, value in header.items() if key},
    )


def _tektronix_header(lines: Sequence[str], name: str) -> dict[str, str]:
    """The values of all sections; those under ``[Trace Parameters]`` only of the trace named."""
    header: dict[str, str] = {}
    section, owner, opened = "", "", False
    enabled = True
    for line in lines:
        if line.startswith("["):
            section, owner, opened = line.strip("[] \t"), "", True
            continue
        key, *values = cells_of(line, ",")
        if section == "Trace Parameters" and opened and key:
            owner, opened = key, False
        value = " ".join(value for value in values if value)
        if not key or not value or (owner and owner != name):
            continue
        if key.endswith("Enabled"):
            enabled = value.lower() == "true"
        if key == "Detector Type" and not enabled:
            continue
        header.setdefault(key, value)
    return header


def _tektronix_axis(lines: Sequence[str], start: int) -> tuple[dict[str, list[str]], int]:
    """The lines between the name of a trace and its rows, by key, and the index of the first row."""
    axis: dict[str, list[str]] = {}
    for index in range(start, len(lines)):
        key, *values = cells_of(lines[index], ",")
        if number(key) is not None:
            return axis, index
        axis[key] = values
    raise TraceError("no_data", "points", line=len(lines))


def read_tektronix(lines: Sequence[str], max_points: int, trace: int = 1) -> Trace:
    """Tektronix SignalVu and EMCVu: ``[sections]``, then one ``[Trace]`` block for each trace.

    With ``XStart`` and ``XStop`` the rows are level, frequency; with ``XUnits`` frequency, level.
    """
    blocks = [index for index, line in enumerate(lines) if line.strip() == "[Trace]"]
    if len(blocks) < trace:
        raise TraceError("no_data" if trace == 1 else "outside", "trace", str(trace))
    begin = blocks[trace - 1]
    end = next((i for i in range(begin + 1, len(lines)) if lines[i].startswith("[")), len(lines))
    if begin + 1 >= end:
        raise TraceError("no_data", "trace", str(trace), begin + 1)
    name, *rest = cells_of(lines[begin + 1], ",")
    axis, first = _tektronix_axis(lines[:end], begin + 2)
    points = _count((axis.get("NumberPoints") or [""])[0], begin + 3)
    _few(max_points, points)
    swapped = "XStart" in axis
    unit_of_x = axis["XStart"][1] if swapped and len(axis["XStart"]) > 1 else (axis.get("XUnits") or [""])[0]
    if unit_of_x != "Hz":
        raise TraceError("unsupported", "XUnits", unit_of_x[:20], begin + 3)
    rows = Rows(",", ".", 1, 0) if swapped else Rows(",", ".", 0, 1)
    body = (row for row in numbered(lines[:end], first))
    frequency, level = read_rows(body, rows, max_points, points, unclosed(lines))
    header = _tektronix_header(lines[:begin], name)
    return Trace(
        frequency,
        level,
        "tektronix",
        next((cell for cell in rest if cell), ""),
        header.get("Detection") or header.get("Detector Type", ""),
        bandwidth(header.get("RBW") or header.get("Resolution Bandwidth", "")),
        name,
        header,
    )


def _rohde_schwarz_header(lines: Sequence[str], delimiter: str, until: int) -> dict[str, str]:
    header: dict[str, str] = {}
    for line in lines[:until]:
        key, *values = cells_of(line, delimiter)
        # Later lines hold for the later trace: each trace repeats what differs.
        if key and values and not re.match(r"^[-+0-9.,]+$", key):
            header[key.rstrip(":")] = " ".join(value for value in values if value)
    return header


def _unit_of(header: Mapping[str, str], key: str) -> str:
    return header.get(key, "").split(" ")[-1]


def read_rohde_schwarz(lines: Sequence[str], max_points: int, trace: int = 1) -> Trace:
    """Rohde & Schwarz ASCII export (``.DAT``): ``Key;Value;Unit`` until ``Values;N``, then rows.

    The decimal sign is a setting of the instrument and is told from the rows.  With the detector AUTOPEAK a
    row has two levels, the larger first.
    """
    delimiter = lines[0].strip()[4:].strip()[0]
    starts = [i for i, line in enumerate(lines) if re.match(rf"\s*Values\s*{delimiter}", line)]
    if len(starts) < trace:
        raise TraceError("outside", "trace", str(trace))
    begin = starts[trace - 1]
    points = _count(cells_of(lines[begin], delimiter)[1], begin + 1)
    _few(max_points, points)
    header = _rohde_schwarz_header(lines, delimiter, begin)
    if header.get("x-Unit", "Hz") != "Hz":
        raise TraceError("unsupported", "x-Unit", header["x-Unit"][:20])
    block = lines[begin + 1 : begin + 1 + points] if trace < len(starts) else lines[begin + 1 :]
    split = [cells_of(line, delimiter) for line in block if line.strip()]
    cells = (cell for row in split for cell in row[:2])
    decimal = "." if delimiter == "," else decimal_sign(cells, delimiter)
    if decimal is None:
        raise TraceError("decimal_sign_unknown", "decimal", block[0][:40], begin + 2)
    until = begin + 1 + len(block)
    frequency, level = read_rows(
        numbered(lines[:until], begin + 1),
        Rows(delimiter, decimal, 0, 1),
        max_points,
        points,
        unclosed(lines) if until == len(lines) else 0,
    )
    return Trace(
        frequency,
        level,
        "rohde-schwarz-dat",
        header.get("y-Unit", ""),
        header.get("Detector", ""),
        bandwidth(header.get("RBW", ""), decimal, _unit_of(header, "RBW") or "Hz"),
        f"Trace {trace}",
        header,
    )
