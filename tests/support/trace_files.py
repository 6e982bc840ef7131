"""Files as instruments write them, made up here: small, with the dirt of real ones (NUL bytes, mixed line ends, decimal commas)."""
from __future__ import annotations

from instruments import scpi
from lab_app.core import clock


def plain(rows: list[tuple[float, float]] | None = None) -> bytes:
    """A comma table in MHz and dBµV whose header names a model and a serial: a peak of 47.25 dBµV at 125 MHz."""
    rows = rows or [(30.0 + 5 * k, 20.0 + (27.25 if k == 19 else k % 3)) for k in range(41)]
    head = "Model,ER-7\nSerial Number,NM000012\nRBW,120 kHz\nFrequency (MHz),Level (dBuV)\n"
    return (head + "".join(f"{f:.1f},{v:.2f}\n" for f, v in rows)).encode()


#: How `levels_in_dbm` is read.
DBM = {"reader": "delimited", "delimiter": ",", "frequency_column": 1, "level_column": 2, "decimal": ".", "frequency_unit": "MHz",
       "unit": "dBm", "detector": "RMS", "data_after": "", "encoding": ""}


def levels_in_dbm(peak: str = "15.4") -> bytes:
    """A carrier of 15.4 dBm at 2412 MHz over a floor of -60 dBm."""
    rows = [(2400 + k, peak if k == 12 else f"-60.{k % 10}") for k in range(25)]
    return ("MHz,dBm\n" + "".join(f"{f},{v}\n" for f, v in rows)).encode()


def dirty() -> bytes:
    """A semicolon table with decimal commas, NUL bytes at the ends of cells and two kinds of line ends, in Windows-1252."""
    lines = ["Tần số\0;".encode("cp1258", "replace") + b"Pegel\0"]
    lines += [f"{30 + k},5\0;{-61 + k},25\0".encode() for k in range(6)]
    return b"\r\n".join(lines[:3]) + b"\n" + b"\n".join(lines[3:]) + b"\r\n"


def keysight(points: int = 11, cut: bool = False) -> bytes:
    """A file of the X-series: a header, DATA, rows; a header that states more points than there are when it is cut."""
    head = f"Trace\r\nSwept SA\r\nA.25.08,N9038A\r\nNumber of Points,{points}\r\nRBW,10000\r\nDetector,Peak\r\nTrace Name,Trace1\r\n" \
           "X Axis Units,Hz\r\nY Axis Units,dBuV\r\nDATA\r\n"
    rows = [f"{30_000_000 + 27_000_000 * k},{20.5 + (30 if k == 4 else k)}" for k in range(points)]
    return (head + "\r\n".join(rows[:-4] if cut else rows) + "\r\n").encode()


def backward() -> bytes:
    """Frequencies that fall in the sixth line."""
    return b"Frequency (MHz),Level (dBuV)\n30,20.5\n31,20.5\n32,21.5\n33,20.5\n31.5,20.5\n34,20.5\n"


def undecided() -> bytes:
    """Every number has a sign before three digits: thirty, or thirty thousand."""
    return b"f (MHz);L (dBuV)\n30.125;20.125\n31.125;21.125\n32.125;22.125\n"


def spoken(levels: str = "20.5,47.25,21.5", *, identity: str = "Sóng Giả,ER-7,NM000012,4.11", error: str = '0,"No error"',
           unit: str = "DBUV") -> scpi.Conversation:
    """What a receiver answered when its trace was asked, with what a test changes."""
    lines = [scpi.Line("FREQ:STAR?", "30000000"), scpi.Line("FREQ:STOP?", "230000000"), scpi.Line("UNIT:POW?", unit),
             scpi.Line("TRAC:DATA? TRACE1", levels)]
    return scpi.Conversation("sim:TCPIP0::192.0.2.15::inst0::INSTR", identity, tuple(lines), error, clock.now())
