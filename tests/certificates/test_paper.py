"""The drawn report: everything of the snapshot is on it, it looks the same for ever, its code opens the look-up."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certificates.paper import MissingGlyph, MissingPicture, draw, library_versions, missing_glyphs
from certificates.snapshot import SnapshotFault, minimal_snapshot, section_lines
from lab_app.core.paper import wording
from tests.certificates.demo_snapshot import demo_snapshot, draft_snapshot

#: Keys that steer the drawing or identify a row; their values are not words of the paper.
UNPRINTED = {
    "schema", "layout", "state", "marks", "code", "ref", "key", "sections", "retest_of", "verdict", "means", "operator", "exempt",
    "customer_supplied", "calibrated_by", "sequence", "sha256", "k",
}  # fmt: skip


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def squeezed(text: str) -> str:
    """Without spaces and case: lines break anywhere, titles and offices are set in capitals."""
    text = unicodedata.normalize("NFC", text).replace("\ufffe", "").replace("\x02", "")
    return re.sub(r"\s|\u202f|\xa0", "", text).casefold()


def all_of(pdf: bytes) -> str:
    return squeezed("".join(pages_of(pdf)))


def image_of(pdf: bytes, page: int, dpi: int) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()


def printed(value: Any, key: str = "") -> Iterator[str]:
    """Every leaf of the snapshot as the paper writes it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if (
                name == "sections"
                and isinstance(inner, list)
                and inner
                and isinstance(inner[0], dict)
                or name not in UNPRINTED
            ):
                yield from printed(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from printed(inner, key)
    elif value:
        if key in (
            "vi",
            "en",
            "serial",
            "tax_code",
            "number",
            "quantity",
            "results",
            "failed",
            "failed_then_passed",
        ):
            yield value
        elif key in ("margin", "smallest_margin"):
            yield wording.number(value, signed=True)
        elif key == "verify_url":
            yield value.removeprefix("https://")
        elif re.match(r"\d{4}-\d\d-\d\dT", value):
            yield wording.moment(value)
        elif re.match(r"\d{4}-\d\d-\d\d\Z", value):
            yield wording.date(value)
        else:
            yield wording.number(value)


@pytest.fixture(scope="module")
def report() -> bytes:
    return draw(demo_snapshot())


@pytest.mark.parametrize("snapshot", [demo_snapshot(), demo_snapshot(amended=True), minimal_snapshot()])
def test_every_word_of_the_snapshot_is_printed(snapshot):
    text = all_of(draw(snapshot))
    missing = [words for words in printed(snapshot) if squeezed(words) not in text]
    assert not missing, missing


def test_the_check_for_printed_words_has_teeth():
    text = all_of(draw(demo_snapshot()))
    other = demo_snapshot()
    section_lines(other["sections"][1])[0]["result"]["value"] = "-4.2199"
    other["equipment"][0]["certificate"] = "CV-99-99999"
    assert [words for words in printed(other) if squeezed(words) not in text] == [
        "\u22124,2199",
        "CV-99-99999",
    ]


def test_sixteen_items_and_their_headings(report):
    text = all_of(report)
    for words in (
        "Phiếu kết quả thử nghiệm", "Trung tâm Thử nghiệm ICT Mây Xanh", "Số 00 đường Ví Dụ", "Nơi thử", "Phòng RF",
        "PKQ-2026-0117-01", "Trang/Page 1/5", "Trang/Page 5/5", "Hết", "End of report", "Công ty TNHH Thiết bị mạng Sao Hôm",
        "Phương pháp và tư cách", "QCVN 54:2020/BTTTT, mục 3", "M26-0117-01", "Nguyên vẹn", "08/09/2026 09:15",
        "11/09/2026 – 16/09/2026", "22/09/2026", "Trung tâm không lấy mẫu", "Kết quả chỉ có giá trị với mẫu thử",
        "Kết quả thử nghiệm", "Sai khác so với phương pháp", "Không có sai khác phương pháp", "Nguyễn Văn Ví Dụ", "GIÁM ĐỐC",
        "không sử dụng nhà thầu phụ", "ngày 22 tháng 9 năm 2026",
    ):  # fmt: skip
        assert squeezed(words) in text, words


def test_each_page_carries_number_and_page(report):
    pages = pages_of(report)
    for place, page in enumerate(pages, 1):
        assert squeezed(f"Trang/Page {place}/{len(pages)}") in squeezed(page)
        assert "PKQ-2026-0117-01" in page
        assert squeezed("Kết quả chỉ có giá trị với mẫu thử") in squeezed(page)


def test_methods_point_at_the_pages_of_their_results(report):
    pages = pages_of(report)

    def standing_on(*headings: str) -> str:
        found = {
            n
            for n, page in enumerate(pages, 1)
            for heading in headings
            if squeezed(heading) in squeezed(page)
        }
        return ", ".join(map(str, sorted(found)))

    expected = [
        standing_on("5.1 QCVN 54"),
        standing_on("5.2 QCVN 65"),
        standing_on("5.3 QCVN 118", "5.4 QCVN 118"),
    ]
    assert "" not in expected
    # Written once the pages are known, and so last of the first page's text.
    assert pages[0].split("\r\n")[-3:] == expected


def test_failed_line_and_its_retest_follow_one_another(report):
    text = all_of(report)
    assert squeezed("−29,2") in text and squeezed("Thử lại dòng 9") in text
    assert (
        text.index(squeezed("−29,2")) < text.index(squeezed("Thử lại dòng 9")) < text.index(squeezed("−34,1"))
    )


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_code_of_every_page_opens_the_look_up(report, dpi):
    pages = range(len(pages_of(report)))
    for page in pages if dpi == 150 else (pages[0], pages[-1]):
        found = [code.text for code in zxingcpp.read_barcodes(image_of(report, page, dpi))]
        assert found == ["https://tra-cuu.mayxanh.example/verify/7K3FQ9TD"]


def test_nothing_passes_the_text_block(report):
    """Outside 19–194.6 mm (and 11–289 mm) only white: the bar of a failing line ends the left, the code the right."""
    for page in range(len(pages_of(report))):
        image = image_of(report, page, 100).convert("L")
        width, height = image.size
        left, right = int(18.8 / 210 * width), int(195.0 / 210 * width)
        top, bottom = int(11 / 297 * height), int(289 / 297 * height)
        for box in (
            (0, 0, left, height),
            (right, 0, width, height),
            (0, 0, width, top),
            (0, bottom, width, height),
        ):
            assert image.crop(box).getextrema()[0] > 250


def test_same_bytes_in_another_process(report):
    code = (
        "import hashlib; from certificates.paper import draw; from tests.certificates.demo_snapshot import demo_snapshot; "
        "import sys; sys.stdout.write(hashlib.sha256(draw(demo_snapshot())).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout == hashlib.sha256(report).hexdigest()
    assert draw(demo_snapshot()) == report


def test_only_the_registered_faces_are_in_the_file(report):
    assert b"Helvetica" not in report
    assert set(re.findall(rb"/BaseFont /AAAAAA\+(\S+)", report)) <= {
        b"Roboto-Regular", b"Roboto-Medium", b"Roboto-Bold", b"Roboto-Italic",
    }  # fmt: skip


def test_a_draft_has_no_number_code_or_signature():
    pdf = draw(draft_snapshot())
    text = all_of(pdf)
    for words in ("PKQ-2026", "tra-cuu", "VILAS0000", "Phê duyệt điện tử", "xác nhận 17/09"):
        assert squeezed(words) not in text, words
    for words in ("SƠ BỘ", "DRAFT", "Chưa cấp số", "Bản nháp không có mã tra cứu"):
        assert squeezed(words) in text, words
    for page in range(len(pages_of(pdf))):
        assert not zxingcpp.read_barcodes(image_of(pdf, page, 150))


def test_an_amended_paper_says_what_it_replaces():
    text = all_of(draw(demo_snapshot(amended=True)))
    for words in (
        "SỬA ĐỔI 1", "PKQ-2026-0117-01/SĐ1", "Thay thế toàn bộ phiếu PKQ-2026-0117-01 ngày 22/09/2026", "Lý do", "43,8", "45,3",
        "+1,7",
    ):  # fmt: skip
        assert squeezed(words) in text, words


@pytest.mark.parametrize(
    ("mark", "words"), [("preliminary", "SƠ BỘ / PRELIMINARY"), ("partial", "MỘT PHẦN / PARTIAL")]
)
def test_preliminary_and_partial_are_marked_on_every_page(mark, words):
    pages = pages_of(draw(demo_snapshot() | {"marks": [mark]}))
    assert squeezed(words) in squeezed(pages[0])
    for page in pages[1:]:
        assert squeezed(words.split(" / ")[0]) in squeezed(page)
    assert squeezed(words) not in all_of(draw(demo_snapshot()))


def test_no_accreditation_block_without_scope():
    snapshot = demo_snapshot() | {"accreditation": None}
    for section in snapshot["sections"]:
        for line in section_lines(section):
            line["scope"] = "*"
    text = all_of(draw(snapshot))
    assert "vilas0000" not in text
    assert squeezed("ngoài phạm vi công nhận") in text


@pytest.mark.parametrize(
    "verdict", ["pass", "conditional_pass", "conditional_fail", "fail", "not_applicable", "no_statement"]
)
def test_every_verdict_is_a_word_on_the_paper(verdict):
    expected = {
        "pass": ("Đạt", "Pass"), "conditional_pass": ("Đạt có điều kiện", "Conditional pass"),
        "conditional_fail": ("Không đạt có điều kiện", "Conditional fail"), "fail": ("Không đạt", "Fail"),
        "not_applicable": ("KAD", "N.A."), "no_statement": ("Không kết luận", "No statement"),
    }  # fmt: skip
    snapshot = minimal_snapshot()
    snapshot["conclusion"]["verdict"] = verdict  # type: ignore[index, typeddict-item]
    line = section_lines(snapshot["sections"][0])[0]
    line["verdict"] = verdict
    first = squeezed(pages_of(draw(snapshot))[0])
    assert all(squeezed(word) in first for word in expected[verdict])


@pytest.mark.parametrize(("result", "limit", "written"), [
    ({"value": "10.0", "operator": "<"}, {"operator": "<=", "value": "20"}, "<10,0≤20dBm"),
    ({"value": "40", "operator": ">"}, {"operator": ">=", "value": "20"}, ">40≥20dBm"),
    ({"value": "7.5"}, {"operator": "within", "low": "5", "high": "10", "low_open": True, "high_open": True}, "7,5>5…<10dBm"),
    ({"value": "7.5"}, {"operator": "within", "low": "5", "high": "10", "high_open": True}, "7,55…<10dBm"),
    ({"value": "7.5"}, {"operator": "within", "low": "5", "high": "10"}, "7,55…10dBm"),
])
def test_bounds_and_open_ends_are_drawn_with_their_signs(result, limit, written):
    snapshot = minimal_snapshot()
    line = section_lines(snapshot["sections"][0])[0]
    line |= {"result": result, "limit": limit}
    assert "vs" + squeezed(written) in all_of(draw(snapshot))


def test_a_missing_glyph_refuses_and_is_named():
    snapshot = demo_snapshot()
    snapshot["notes"].append({"vi": "Mẫu → kho", "en": ""})
    snapshot["items"][0]["name"]["vi"] = "Điểm truy cập ✓"
    found = missing_glyphs(snapshot)
    assert ("✓", "items.0.name.vi") in found and ("→", f"notes.{len(snapshot['notes']) - 1}.vi") in found
    with pytest.raises(MissingGlyph, match=r"items\.0\.name\.vi"):
        draw(snapshot)
    assert missing_glyphs(demo_snapshot()) == []


def test_decomposed_text_is_drawn_composed(report):
    import json

    decomposed = json.loads(unicodedata.normalize("NFD", json.dumps(demo_snapshot(), ensure_ascii=False)))
    assert draw(decomposed) == report


def test_an_unsound_snapshot_is_refused():
    with pytest.raises(SnapshotFault, match="customer"):
        draw({**demo_snapshot(), "customer": {}})
    with pytest.raises(SnapshotFault, match="layout"):
        draw({**demo_snapshot(), "layout": "test-report/99"})


def photo(
    colour: str, size: tuple[int, int] = (1600, 1200), form: str = "JPEG", orientation: int = 1
) -> bytes:
    buffer = io.BytesIO()
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(buffer, form, exif=exif)
    return buffer.getvalue()


def with_photos(*pictures: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    files = {hashlib.sha256(content).hexdigest(): content for content in pictures}
    snapshot = demo_snapshot()
    snapshot["items"][0]["photos"] = [
        {"sha256": digest, "caption": {"vi": f"Ảnh {place}", "en": ""}}
        for place, digest in enumerate(files, 1)
    ]
    return snapshot, files


def test_photographs_of_the_item_are_printed():
    snapshot, files = with_photos(photo("#3366cc"), photo("#cc3333", (600, 900), "PNG"))
    pdf = draw(snapshot, files)
    pages = pages_of(pdf)
    page = next(number for number, text in enumerate(pages) if "Ảnh mẫu thử" in text)
    colours = {
        colour for count, colour in image_of(pdf, page, 60).convert("RGB").getcolors(100_000) if count > 2000
    }
    assert any(abs(r - 0x33) < 8 and abs(g - 0x66) < 8 and abs(b - 0xCC) < 8 for r, g, b in colours)
    assert any(abs(r - 0xCC) < 8 and abs(g - 0x33) < 8 and abs(b - 0x33) < 8 for r, g, b in colours)
    assert draw(snapshot, files) == pdf


def test_a_photograph_that_is_not_there_refuses():
    snapshot, _ = with_photos(photo("#3366cc"))
    with pytest.raises(MissingPicture):
        draw(snapshot, {})
    snapshot, files = with_photos(b"no picture at all")
    with pytest.raises(MissingPicture):
        draw(snapshot, files)


def test_a_long_report_repeats_its_heads_and_ends_with_the_signature_in_company():
    snapshot = demo_snapshot()
    group = snapshot["sections"][0]["groups"][0]
    pattern = group["lines"][0]
    snapshot["sections"][0]["groups"] += [
        {"name": {"vi": f"Phép thử thêm {n}", "en": f"Further test {n}"},
         "lines": [pattern | {"ref": f"more-{n}", "number": str(100 + n)}]}
        for n in range(120)
    ]  # fmt: skip
    snapshot["notes"] += [{"vi": f"Ghi chú thêm số {n}.", "en": f"Further note {n}."} for n in range(30)]
    pages = pages_of(draw(snapshot))
    continued = [page for page in pages if "tiếp theo" in page]
    assert len(continued) >= 3
    assert all("Phép thử, điều kiện" in page or "Ghi chú" in page for page in continued)
    assert "Ghi chú thêm số 29" in pages[-1] and "Phê duyệt" in pages[-1]


def test_library_versions_name_what_decides_the_bytes():
    versions = library_versions()
    assert {"reportlab", "pikepdf", "pillow", "segno", "font-roboto"} <= set(versions)
    assert all(
        re.fullmatch(r"[0-9a-f]{64}", value) for key, value in versions.items() if key.startswith("font:")
    )
    assert sum(key.startswith("font:") for key in versions) == 4
