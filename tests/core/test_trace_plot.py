"""A trace on a paper: drawn from frozen data alone, the same bytes again, no peak lost, every word there."""
from __future__ import annotations

import io
import json
from typing import Any

import pytest
from reportlab.platypus import SimpleDocTemplate

from lab_app.core.paper.trace_plot import _Picture, trace_block

COLUMNS = [[str(30 + n), "20.00", "62.50" if n == 210 else "24.00"] for n in range(400)]
USE: dict[str, Any] = {
    "schema": 1, "id": 7, "conditions": "phân cực H, 3 m", "unit": "dBµV/m", "f_unit": "MHz", "x": "log", "low": "30", "high": "1000",
    "points": 40_000, "detector": "QP", "rbw": "120000", "captured_at": "2026-09-16T10:24:00+07:00",
    "instrument": {"code": "EQ-005", "name_vi": "Máy thu đo nhiễu EMI", "name_en": "EMI receiver"},
    "file": {"name": "RE-H-QP.csv", "sha256": "ab" * 32}, "columns": COLUMNS,
    "limits": [
        {"parameter": "118-RE-QP", "name_vi": "QP", "name_en": "QP", "detector": "QP", "x": "log", "levels": [],
         "pieces": [["30", "230", "40", "40"], ["230", "1000", "47", "47"]]},
        {"parameter": "118-RE-AV", "name_vi": "AV", "name_en": "AV", "detector": "AV", "x": "lin", "levels": [],
         "pieces": [["30", "1000", "36", "30"]]},
        {"parameter": "P", "name_vi": "P", "name_en": "", "detector": "", "x": "lin", "pieces": [], "levels": ["55"]},
    ],
    "lines": [
        {"parameter": "118-RE-QP", "name_vi": "Phát xạ bức xạ QP, 3 m", "name_en": "Radiated emission QP, 3 m", "places": 1, "detector": "QP",
         "why": "", "verdict": "PASS", "margin": "3.15", "guard_band": "0", "rule": None, "U": "4.86", "k": "2", "reason": "", "line_ids": [1],
         "worst": [{"f": "240", "level": "43.85", "limit": "47", "margin": "3.15"}], "gaps": [], "unmeasured": [["900", "1000"]]},
        {"parameter": "118-RE-AV", "name_vi": "Phát xạ bức xạ AV", "name_en": "", "places": 1, "detector": "AV", "why": "prescan",
         "verdict": "", "margin": "-2", "guard_band": None, "rule": None, "U": None, "k": None, "reason": "", "line_ids": [],
         "worst": [{"f": "240", "level": "38", "limit": "36", "margin": "-2"}], "gaps": [["30", "31"]], "unmeasured": []},
    ],
    "peaks": [
        {"n": 1, "f": "240", "level": "62.5", "margin": "3.15", "kept": True, "reason": "", "parameter": "118-RE-QP"},
        {"n": None, "f": "95", "level": "50", "margin": "-10", "kept": False, "reason": "ambient", "parameter": "118-RE-QP"},
    ],
    "counts": {"ambient": 1, "below_offset": 12}, "factors": [],
}


def drawn(data: dict[str, Any]) -> bytes:
    """The block alone on a page, with the same bytes whenever it is drawn."""
    out = io.BytesIO()
    SimpleDocTemplate(out, invariant=1, pageCompression=0).build([trace_block(data)])
    return out.getvalue()


def test_the_same_data_give_the_same_bytes_also_after_a_snapshot():
    assert drawn(USE) == drawn(json.loads(json.dumps(USE)))


def test_every_number_and_word_is_put_on_the_paper():
    ink, height = trace_block(USE).composed(172.0)
    words = " ".join(text for _x, _y, text, *_ in ink.texts).replace("\u00a0", " ").replace("\u202f", " ")
    for said in ("phân cực H, 3 m", "RBW 120 kHz", "EQ-005", "16/09/2026 10:24", "Phát xạ bức xạ QP, 3 m", "+3,2 dB · 240 MHz", "Đạt / Pass",
                 "−2,0 dB", "quét sơ bộ, không kết luận / prescan, no verdict", "không quét: 900–1000 MHz", "không có giới hạn: 30–31 MHz",
                 "240 MHz   62,5 dBµV/m", "nhiễu nền: 1", "xa giới hạn: 12", "ambient: 1", "(dBµV/m)", "(MHz)", "100", "1000"):
        assert said in words, said
    assert 78 < height < 120


def test_the_highest_level_of_a_column_is_on_the_paper():
    picture = _Picture(USE, 172.0)
    ink, _height = trace_block(USE).composed(172.0)
    trace = max((shape[0] for shape in ink.shapes), key=len)
    tops = {round(y, 2) for _x, y in trace}
    title = round(min(trace, key=lambda p: p[1])[1] - picture.y(62.5), 2)
    assert min(tops) == round(picture.y(62.5) + title, 2) and len(trace) == 2 * len(COLUMNS)
    assert picture.top > 62.5 and all(0 <= x <= 172 and 0 <= y <= 95 for x, y in trace)


def test_limits_are_told_apart_without_colour():
    ink, _height = trace_block(USE).composed(172.0)
    assert {"QP", "AV"} <= {text for _x, _y, text, *_ in ink.texts}
    plain = trace_block(USE | {"limits": USE["limits"][:1], "lines": []}).composed(172.0)[0]
    dashed = trace_block(USE | {"limits": [USE["limits"][0] | {"detector": "AV"}], "lines": []}).composed(172.0)[0]
    assert len(dashed.shapes) > len(plain.shapes) + 20


@pytest.mark.parametrize("change", [
    {"x": "lin"}, {"peaks": [], "counts": {}}, {"lines": []}, {"limits": []}, {"conditions": "", "detector": "", "rbw": ""},
    {"columns": COLUMNS[:1], "low": "30", "high": "30", "x": "lin"}, {"columns": []},
])
def test_less_is_drawn_too(change):
    assert drawn(USE | change).startswith(b"%PDF")


def test_forty_thousand_points_come_as_a_thousand_columns_and_draw_fast(benchmark=None):
    import time

    data = USE | {"columns": [[f"{30 + n * 0.97:.2f}", "10.00", "30.00"] for n in range(1000)]}
    drawn(data)
    start = time.perf_counter()
    made = drawn(data)
    assert time.perf_counter() - start < 0.3 and len(made) < 200_000
