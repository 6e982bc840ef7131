"""The drawn calibration certificate: everything of the snapshot is on it, it looks the same for ever, its code opens the look-up."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from pikepdf import pdfa

from certificates.paper import draw
from certificates.paper.archive import archive, attached_snapshot
from certificates.paper.calibration_certificate_v1.chart import axis_end, charted
from certificates.paper.calibration_certificate_v1.results import rows_of, same_as_reference
from certificates.snapshot import SnapshotFault, canonical_json, section_lines, snapshot_hash
from tests.certificates.calibration_snapshot import POINTS, VERIFY, calibration_snapshot
from tests.certificates.test_paper import UNPRINTED, all_of, image_of, pages_of, printed, squeezed

GOLDEN = Path(__file__).parent / "calibration_certificate_v1.txt"
#: What the certificate says by its columns, zones and marks instead of in these words.
BY_COLUMNS = {"conditions", "subtitle", "margin", "guard_band", "stage", "levels", "point"}


def without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without(inner) for key, inner in value.items() if key not in BY_COLUMNS}
    return [without(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def certificate() -> bytes:
    return draw(calibration_snapshot())


@pytest.mark.parametrize("adjusted", [True, False])
def test_every_word_of_the_snapshot_is_printed(adjusted):
    snapshot = calibration_snapshot(adjusted)
    text = all_of(draw(snapshot))
    missing = [words for words in printed(without(snapshot)) if squeezed(words) not in text]
    assert not missing, missing
    assert "k" in UNPRINTED and "k=2" in text, "the coverage factor is printed under the table"


def test_the_check_for_printed_words_has_teeth(certificate):
    text = all_of(certificate)
    other = calibration_snapshot()
    section_lines(other["sections"][0])[5]["calibrated"]["indication"] = "10.00062"
    section_lines(other["sections"][0])[5]["uncertainty"]["value"] = "85.71"
    other["equipment"][0]["certificate"] = "CV-99-99999"
    unprinted = {words for words in printed(without(other)) if squeezed(words) not in text}
    assert unprinted == {"10,00062", "85,71", "CV-99-99999"}


def test_what_7_8_4_1_asks_stands_on_two_pages(certificate):
    pages = [squeezed(page) for page in pages_of(certificate)]
    assert len(pages) == 2
    for page, words in (
        (0, "Giấy chứng nhận hiệu chuẩn"), (0, "GCN-HC-2026-0031"), (0, "Đồng hồ vạn năng số"), (0, "22,8 … 23,2 °C; 48 … 52 %RH"),
        (0, "EQ-016"), (0, "4 µV/V (10 V)"), (0, "chuỗi hiệu chuẩn không đứt đoạn"), (0, "Đã hiệu chỉnh dải 10 V ngày 15/09/2026"),
        (1, "Trước hiệu chỉnh"), (1, "Sau hiệu chỉnh"), (1, "+610"), (1, "+120"), (1, "−600"), (1, "±µV"), (1, "Dải bảo vệ w = U"),
        (1, "không khuyến nghị chu kỳ"), (1, "NGƯỜI HIỆU CHUẨN"), (1, "End of certificate"),
    ):
        assert squeezed(words) in pages[page], words
    assert all("gcn-hc-2026-0031" in page for page in pages)


def test_found_and_left_stand_side_by_side():
    rows = rows_of(calibration_snapshot())
    assert len(rows) == len(POINTS) and all(row.found and row.left for row in rows)
    ten = rows[5]
    assert (ten.found["result"]["value"], ten.left["result"]["value"]) == ("610", "120")


def test_a_retest_has_a_row_of_its_own():
    snapshot = calibration_snapshot(adjusted=False)
    lines = section_lines(snapshot["sections"][0])
    again = copy.deepcopy(lines[5]) | {"ref": "L99", "number": "8", "retest_of": lines[5]["ref"], "result": {"value": "605"}}
    snapshot["sections"][0]["groups"][0]["lines"].append(again)
    assert [row.found["ref"] for row in rows_of(snapshot)][5:7] == ["L6", "L99"]
    text = all_of(draw(snapshot))
    assert "+610" in text and "+605" in text


def test_the_chart_shows_the_point_nearest_to_its_limit():
    pair = charted(calibration_snapshot())
    assert pair is not None and (pair.point, pair.limit, pair.guard) == ("10 V", 550.0, 84.0)
    assert [(stage, error, u) for stage, error, u, _ in pair.errors] == [("as_found", 610.0, 84.0), ("as_left", 120.0, 84.0)]
    assert axis_end(pair) == 800.0


def test_no_chart_where_nothing_was_judged():
    snapshot = calibration_snapshot(adjusted=False)
    for line in section_lines(snapshot["sections"][0]):
        line["limit"], line["verdict"], line["margin"], line["guard_band"] = None, None, None, None
    snapshot["conclusion"], snapshot["calibration"]["stages"] = None, []
    snapshot["decision_rules"] = {"agreement": {"vi": "Khách hàng không yêu cầu tuyên bố về sự phù hợp.", "en": ""}, "rules": []}
    assert charted(snapshot) is None
    text = all_of(draw(snapshot))
    assert squeezed("vùng chấp nhận") not in text and squeezed("không yêu cầu tuyên bố") in text


@pytest.mark.parametrize(("point", "same"), [
    ("10 V", True), ("10,0 V", True), ("10", True), ("10 V, 1 kHz", False), ("100 V", False), ("10 mV", False), ("đầy thang", False),
])
def test_a_point_is_named_only_where_it_says_more_than_its_reference(point, same):
    assert same_as_reference({"point": point, "reference": "10.00000", "unit": "V"}) is same


def test_many_points_run_over_pages_and_the_signatures_keep_company():
    snapshot = calibration_snapshot(adjusted=False)
    group = snapshot["sections"][0]["groups"][0]
    pattern = group["lines"][3]
    group["lines"] += [
        copy.deepcopy(pattern) | {"ref": f"M{n}", "number": str(100 + n),
                                  "calibrated": pattern["calibrated"] | {"point": f"2 V, {n} Hz", "scale": "a.c."}}
        for n in range(90)
    ]
    pages = pages_of(draw(snapshot))
    assert sum("tiếp theo" in page for page in pages) >= 2
    assert "2 V, 89 Hz" in "".join(pages) and "NGƯỜI HIỆU CHUẨN" in pages[-1] and "Ghi chú" in pages[-1]


def test_two_pairs_of_units_make_two_tables():
    snapshot = calibration_snapshot(adjusted=False)
    lines = copy.deepcopy(section_lines(snapshot["sections"][0])[:2])
    for n, line in enumerate(lines):
        line |= {"ref": f"A{n}", "number": str(50 + n), "unit": "mA"}
        line["calibrated"] |= {"unit": "A", "scale": "1 A", "point": f"{n} A"}
    snapshot["sections"][0]["groups"].append({"name": {"vi": "Dòng điện một chiều", "en": "d.c. current"}, "lines": lines})
    text = all_of(draw(snapshot))
    assert squeezed("Reference, V") in text and squeezed("Reference, A") in text and squeezed("Dòng điện một chiều") in text


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_code_of_every_page_opens_the_look_up(certificate, dpi):
    for page in range(2):
        assert [code.text for code in zxingcpp.read_barcodes(image_of(certificate, page, dpi))] == [VERIFY]


def test_nothing_passes_the_text_block(certificate):
    for page in range(2):
        image = image_of(certificate, page, 100).convert("L")
        width, height = image.size
        left, right, bottom = int(18.8 / 210 * width), int(195.0 / 210 * width), int(289 / 297 * height)
        for box in ((0, 0, left, height), (right, 0, width, height), (0, bottom, width, height)):
            assert image.crop(box).getextrema()[0] > 250


def test_same_bytes_in_another_process(certificate):
    code = (
        "import hashlib; from certificates.paper import draw; from tests.certificates.calibration_snapshot import "
        "calibration_snapshot; import sys; sys.stdout.write(hashlib.sha256(draw(calibration_snapshot())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout == hashlib.sha256(certificate).hexdigest()


def test_the_layout_never_changes_its_text(certificate):
    """Held beside the file kept since the layout was first issued with: every word of both pages, in its place."""
    kept = GOLDEN.read_text(encoding="utf-8")
    drawn = "\f".join(unicodedata.normalize("NFC", page).replace("\r\n", "\n") for page in pages_of(certificate))
    assert drawn.strip() == kept.strip()


def test_it_is_archived_with_its_snapshot_inside(certificate):
    snapshot = calibration_snapshot()
    kept = archive(certificate, snapshot)
    assert pdfa.validate_written(io.BytesIO(kept), "3b").passed
    assert attached_snapshot(kept) == canonical_json(snapshot)
    assert snapshot_hash(json.loads(attached_snapshot(kept))) == snapshot_hash(snapshot)
    assert archive(draw(snapshot), snapshot) == kept


def test_a_draft_has_no_number_code_or_signature():
    snapshot = calibration_snapshot() | {"state": "draft", "number": None, "code": None, "verify_url": None, "issued_on": None,
                                         "accreditation": None}
    text = all_of(draw(snapshot))
    for words in ("GCN-HC-2026", "tra-cuu", "Phê duyệt điện tử"):
        assert squeezed(words) not in text, words
    assert squeezed("Chưa cấp số") in text and squeezed("SƠ BỘ") in text


def test_what_belongs_to_another_paper_is_refused():
    with pytest.raises(SnapshotFault, match="calibration"):
        draw({key: value for key, value in calibration_snapshot().items() if key != "calibration"})
    with pytest.raises(SnapshotFault, match="calibration"):
        draw(calibration_snapshot() | {"layout": "test-report/1"})
    snapshot = calibration_snapshot()
    del section_lines(snapshot["sections"][0])[0]["calibrated"]
    with pytest.raises(SnapshotFault, match="every line"):
        draw(snapshot)
