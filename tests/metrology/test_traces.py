"""Instrument files: what is read, what is refused and at which line."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.traces import (
    Peak,
    Trace,
    TraceError,
    TraceMapping,
    detector_code,
    guess,
    known_unit,
    parse_mapping,
    read,
    read_delimited,
)
from tests.support.sample_files import SAMPLE_FILES, needs_sample_files

D = Decimal
SAMPLES = SAMPLE_FILES / "traces"

KEYSIGHT = (
    "Trace\r\nSwept SA\r\nA.25.08,N9038A\r\nNumber of Points,3\r\nRBW,9000\r\nDetector,Quasi Peak,Average\r\n"
    "Trace Name,Trace1,Trace2\r\nX Axis Units,Hz\r\nY Axis Units,dBuV\r\nDATA\n"
    "150000,20.5,10.5\r\n160000,31.25,11.5\r\n170000,30,12.5\r\n"
)
N9340B = (
    "File:\0,/bd0/A10.CSV\0\r\nStart Freq\0,100000.0\0,Stop Freq\0,300000.0\0\r\n"
    "VBW\0,10000.0\0,AUTO\0,RBW\0,3000.0\0,MAN\0\r\nTrace Data:(Unit:dBm)\0\r\n"
    "Frequency(Hz)\0,Trace1(VIEW)\0,\0\r\n100000.0\0,-43.73\0,\0\r\n200000.0\0,-40.5\0,\0\r\n300000.0\0,-50\0,\0\r\n"
)
E4411B = (
    " 07/29/15   12:12:29,A:\\TRACE080.CSV\nModel:                   ,E4411B\n"
    "Resolution Bandwidth:    ,100000,Hz\nNum Points:              ,0002\n\n,Trace 1,Trace 2,Trace 3\nHz,   ,   ,   \n"
    "500000000.000, 3.71230e+00, -2.14748e+03, -2.14748e+03\n"
    "501250000.000, 3.33530e+00, -2.14748e+03, -2.14748e+03\n"
)
TEKTRONIX = (
    "EMC-EMI 1,11/11/2025\r\n[Global Parameters]\nInput Type,RF,\n[Parameters]\nRanges,,C,,\nRBW,,9000,Hz,\n"
    "[Trace Parameters]\nScan1 \nscandetector1 Enabled,false,\nDetector Type,CISPRPeak,\n"
    "scandetector2 Enabled,true,\nDetector Type,QuasiPeak,\n[Trace Parameters]\nMath,\nDetector Type,Average,\n\n"
    "[Traces]\n[Trace]\nScan1 ,,dBuV,-0.005,0.01\nNumberPoints,2\nXUnits,Hz\n1000000,45.09\n1004166.66,44.83\n"
    "[Trace]\nMath,,dBuVPerMeter\nNumberPoints,2\nXStart,1000000,Hz\nXStop,1100000,Hz\n57.4,1000000\n50.8,1100000\n"
)
ROHDE = (
    "Type;ESCI;\r\nVersion;4,50;\r\nStart;150000;Hz\r\nRBW;9;kHz\r\nDetector;AUTOPEAK;\r\nTrace 1:;;\r\nx-Unit;Hz;\r\n"
    "y-Unit;dBuV;\r\nValues;3;\r\n150000,00;35,5;20,1\r\n159000,00;48,25;21,0\r\n168000,00;12,0;11,0\r\n"
)


def test_keysight() -> None:
    trace = read(KEYSIGHT.encode())
    assert (trace.format, trace.unit, trace.unit_written) == ("keysight", "dB\u00b5V", "dBuV")
    assert (trace.detector, trace.detector_code, trace.rbw, len(trace)) == ("Quasi Peak", "QP", D(9000), 3)
    assert trace.peak() == Peak(D(160000), D("31.25"))
    second = read(KEYSIGHT.encode(), trace=2)
    assert (second.name, second.detector_code, second.peak().level) == ("Trace2", "AV", D("12.5"))


def test_agilent_with_nul_bytes() -> None:
    trace = read(N9340B.encode())
    assert (trace.format, trace.unit, trace.rbw) == ("agilent-n9340b", "dBm", D(3000))
    assert trace.peak() == Peak(D(200000), D("-40.5"))
    assert trace.header["Stop Freq"] == "300000.0"


def test_agilent_traces_that_are_off_are_refused() -> None:
    trace = read(E4411B.encode())
    assert (trace.format, len(trace), trace.rbw, trace.unit) == ("agilent-e4411b", 2, D(100000), "")
    assert trace.name == "Trace 1"
    with pytest.raises(TraceError, match="no_data: trace: 2"):
        read(E4411B.encode(), trace=2)


def test_tektronix_in_both_orders_of_columns() -> None:
    first, second = read(TEKTRONIX.encode()), read(TEKTRONIX.encode(), trace=2)
    assert (first.unit, first.detector, first.rbw) == ("dB\u00b5V", "QuasiPeak", D(9000))
    assert first.peak() == Peak(D(1000000), D("45.09"))
    assert (second.unit, second.detector_code, second.name) == ("dB\u00b5V/m", "AV", "Math")
    assert second.peak() == Peak(D(1000000), D("57.4"))
    with pytest.raises(TraceError, match="outside: trace: 3"):
        read(TEKTRONIX.encode(), trace=3)


def test_rohde_schwarz_with_decimal_commas() -> None:
    trace = read(ROHDE.encode())
    assert (trace.format, trace.unit, trace.rbw) == ("rohde-schwarz-dat", "dB\u00b5V", D(9000))
    assert trace.peak() == Peak(D(159000), D("48.25"))
    pointed = ROHDE.replace(",", ".")
    assert read(pointed.encode()).peak() == trace.peak()
    two = ROHDE + "Trace 2:;;\r\nDetector;AVERAGE;\r\ny-Unit;dBm;\r\nValues;1;\r\n150000,00;1,5;\r\n"
    assert read(two.encode()).detector == "AUTOPEAK"
    second = read(two.encode(), trace=2)
    assert (second.unit, second.detector_code, second.peak().level) == ("dBm", "AV", D("1.5"))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "no_data", None),
        ("\0\0\r\n", "no_data", None),
        ("PK\x03\x04 zip", "not_text", None),
        ("hello\nworld\n", "unknown_format", None),
        (KEYSIGHT[: KEYSIGHT.index("170000")], "cut_short", 13),
        (KEYSIGHT[:-12], "cut_short", 13),
        (KEYSIGHT.replace("160000", "140000"), "frequency_order", 12),
        (KEYSIGHT.replace("160000,31.25,11.5", "160000"), "fewer_columns", 12),
        (KEYSIGHT.replace("31.25", "nan"), "not_a_number", 12),
        (KEYSIGHT.replace("31.25", "1_0"), "not_a_number", 12),
        (KEYSIGHT.replace("31.25", "1e999"), "not_a_number", 12),
        (KEYSIGHT.replace("Points,3", "Points,2"), "more_than_stated", 14),
        (KEYSIGHT.replace("Points,3", "Points,many"), "not_a_number", 4),
        (KEYSIGHT.replace("Units,Hz", "Units,s"), "unsupported", None),
        (N9340B[: N9340B.index("300000.0\0,-50")], "cut_short", None),
        (E4411B[:-30], "cut_short", 9),
        (TEKTRONIX[: TEKTRONIX.index("66.66,44.83")], "cut_short", 23),
        (
            ROHDE[: ROHDE.index("150000,00")] + "150,000;35,500\n159,000;48,250\n168,000;12,000\n",
            "decimal_sign_unknown",
            10,
        ),
        (ROHDE.replace("48,25", "48.25"), "decimal_sign_unknown", 10),
        (ROHDE[: ROHDE.index("168000")], "cut_short", 12),
    ],
)
def test_refusals_name_the_line(text: str, code: str, line: int | None) -> None:
    with pytest.raises(TraceError) as refusal:
        read(text.encode())
    assert refusal.value.code == code
    if line is not None:
        assert refusal.value.line == line


def test_the_limit_of_points_is_a_parameter() -> None:
    assert len(read(KEYSIGHT.encode(), max_points=3)) == 3
    with pytest.raises(TraceError, match="too_many_points"):
        read(KEYSIGHT.encode(), max_points=2)
    with pytest.raises(TraceError, match=r"too_many_points.*line 3"):
        read_delimited(b"1;2\n2;3\n3;4\n", TraceMapping(";", frequency_unit="MHz"), max_points=2)


GENERIC = (
    "T\u1ea7n s\u1ed1 (MHz);M\u1ee9c (dB\u00b5V/m);Quasi-Peak\r\n30,5;12,25;x\r\n31,5;14;y\n32,5;-3,5;z\r\n"
)


def test_any_delimited_text_by_a_mapping() -> None:
    mapping = TraceMapping(";", 1, 2, "", "MHz", "dB\u00b5V/m", "Quasi-Peak")
    for data in (GENERIC.encode(), GENERIC.encode("utf-16"), ("\ufeff" + GENERIC).encode()):
        trace = read(data, mapping)
        assert list(trace.frequency) == [30.5e6, 31.5e6, 32.5e6]
        assert (trace.peak().level, trace.detector_code) == (D(14), "QP")
    assert parse_mapping(json.loads(json.dumps(mapping.to_dict()))) == mapping
    after = TraceMapping("\t", 2, 1, ".", "kHz", data_after="BEGIN")
    text = b"1\t2\nBEGIN here\n-3.5\t150\n-4.5\t151\n"
    assert read(text, after).peak() == Peak(D(150000), D("-3.5"))
    assert read(
        b'"1,5","2,5"\n"1,6","2,6"\n', TraceMapping(",", decimal="", frequency_unit="GHz")
    ).peak().level == D("2.6")


@pytest.mark.parametrize(
    "text",
    [
        "30.000;12.345\n31.000;13.345\n",  # thirty, or thirty thousand?
        "30,000;12,345\n31,000;13,345\n",
        "30.5;12,5\n31.5;13,5\n",
        "1.234,5;2\n1.235,5;3\n",
    ],
)
def test_a_decimal_sign_that_cannot_be_told_is_not_guessed(text: str) -> None:
    with pytest.raises(TraceError) as refusal:
        read(text.encode(), TraceMapping(";", frequency_unit="MHz"))
    assert (refusal.value.code, refusal.value.line) == ("decimal_sign_unknown", 1)


def test_told_by_one_cell_that_is_clear() -> None:
    mapping = TraceMapping(";", frequency_unit="kHz")
    assert read(b"30.000;12.34\n31.000;13.345\n", mapping).peak() == Peak(D(31000), D("13.345"))
    assert read(b"0,150;12,345\n31,000;13,345\n", mapping).peak() == Peak(D(31000), D("13.345"))
    stated = TraceMapping(";", decimal=",", frequency_unit="kHz")
    assert read(b"30,000;12,345\n31,000;13,345\n", stated).peak().level == D("13.345")


def test_a_comma_that_parts_cells_and_decimals_is_not_guessed() -> None:
    with pytest.raises(TraceError, match="decimal_sign_unknown"):
        read(b"30,5,12,3\n31,5,13,3\n", TraceMapping(",", frequency_unit="MHz"))


def test_units_that_are_not_stated_are_not_guessed() -> None:
    with pytest.raises(TraceError, match="frequency_unit_unknown"):
        read(b"30;1\n31;2\n", TraceMapping(";"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GENERIC.replace(";x", ";1").replace(";y", ";2").replace(";z", ";3"),
         TraceMapping(";", 1, 2, ",", "MHz", "dB\u00b5V/m", "")),
        ("Frequency [kHz],QPeak [dBuV]\n150,40.5\n151,41.5\n", TraceMapping(",", 1, 2, ".", "kHz", "dB\u00b5V", "QP")),
        ("Level (dBm)\tFreq (GHz)\n-5.5\t1.0\n-4.5\t1.1\n-9\t1.2\n", TraceMapping("\t", 2, 1, ".", "GHz", "dBm", "")),
        ("1.5 7\n1.6 6\n", TraceMapping(" ", 1, 2, ".", "", "", "")),
        ("30.000;12.345\n31.000;13.345\n", TraceMapping(";", 1, 2, "", "", "", "")),
    ],
)  # fmt: skip
def test_a_mapping_is_proposed(text: str, expected: TraceMapping) -> None:
    assert guess(text.encode()) == expected


@pytest.mark.parametrize("text", ["", "no table here\nat all\n", "5;1\n4;1\n", "1;2\n", "PK\x03\x04"])
def test_nothing_is_proposed_without_a_table(text: str) -> None:
    assert guess(text.encode()) is None


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("dBuVPerMeter", "dB\u00b5V/m"),
        ("DBUV", "dB\u00b5V"),
        ("[dB\u03bcV]", "dB\u00b5V"),
        ("dB(\u00b5V/m)", "dB\u00b5V/m"),
        ("dBm", "dBm"),
        ("", ""),
        ("furlong", "furlong"),
    ],
)
def test_units_as_instruments_write_them(written: str, unit: str) -> None:
    assert known_unit(written) == unit


@pytest.mark.parametrize(
    ("written", "code"),
    [("CISPRPk", "PK"), ("CISPRAverage", "AV"), ("QuasiPeak", "QP"), ("RMS Average", "RMS"), ("Negative Peak", "NEG"),
     ("SAMPLE", "SAMPLE"), ("AUTOPEAK", "PK"), ("QPK", "QP"), ("Normal", "")],
)  # fmt: skip
def test_detectors_as_instruments_write_them(written: str, code: str) -> None:
    assert detector_code(written) == code


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.decimals(-200, 200, places=2)), min_size=2, max_size=40),
    st.sampled_from([(";", ","), (";", "."), ("\t", ","), (",", "."), (" ", ".")]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_is_read_back(
    rows: list[tuple[int, Decimal]], style: tuple[str, str], end: str
) -> None:
    rows.sort(key=lambda row: row[0])
    delimiter, sign = style
    text = "".join(f"{f}{delimiter}{str(x).replace('.', sign)}{end}" for f, x in rows)
    mapping = TraceMapping(delimiter, decimal=sign, frequency_unit="Hz")
    if rows[0][0] == rows[-1][0]:
        with pytest.raises(TraceError, match="zero span"):
            read(text.encode(), mapping)
        return
    trace = read(text.encode(), mapping)
    assert list(trace.frequency) == [f for f, _ in rows]
    assert list(trace.level) == [float(x) for _, x in rows]
    assert trace.peak().level == max(x for _, x in rows)


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_refuse(data: bytes) -> None:
    for start in (
        b"",
        KEYSIGHT.encode()[:-40],
        N9340B.encode()[:-60],
        E4411B.encode()[:-80],
        ROHDE.encode()[:-50],
    ):
        guess(start + data)
        try:
            read(start + data)
        except TraceError as refusal:
            assert refusal.code


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=500), st.integers(1, 60))
def test_the_envelope_loses_no_extreme(levels: list[float], columns: int) -> None:
    trace = Trace(np.arange(1.0, len(levels) + 1), np.array(levels), "test")
    frequency, low, high = trace.envelope(columns)
    assert len(frequency) == len(low) == len(high) <= columns
    assert high.max() == max(levels) and low.min() == min(levels)


def test_a_peak_within_a_band() -> None:
    trace = Trace(np.array([1.0, 2.0, 3.0, 4.0]), np.array([9.0, 1.0, 5.0, 5.0]), "test")
    assert trace.peak(D(2), D(4)) == Peak(D(3), D(5))
    assert trace.peak(high=D(2)).frequency == 1
    with pytest.raises(TraceError, match="no_data"):
        trace.peak(D(5))


@needs_sample_files
@pytest.mark.parametrize(
    ("name", "points", "unit", "detector", "rbw", "peak"),
    [
        ("keysight_N9038A_OneTrace.csv", 1001, "dB\u00b5V", "PK", 10000, ("160950000", "56.9080998542")),
        ("agilent_N9340B.CSV", 461, "dBm", "", 10000, ("100000", "-43.73")),
        ("agilent_E4411DATA.CSV", 401, "", "", 100000, ("882500000", "21.1733")),
        ("tektronix_emcvu_example.csv", 2401, "dB\u00b5V", "PK", 9000, ("1341666.66666667", "67.39631")),
        ("tektronix_rsa500_1M-11M.csv", 801, "dB\u00b5V/m", "PK", 9000, ("1000000", "57.4270095825")),
    ],
)
def test_files_of_real_instruments(
    name: str, points: int, unit: str, detector: str, rbw: int, peak: tuple[str, str]
) -> None:
    trace = read((SAMPLES / name).read_bytes())
    assert (len(trace), trace.unit, trace.detector_code, trace.rbw) == (points, unit, detector, D(rbw))
    assert trace.peak() == Peak(D(peak[0]), D(peak[1]))
