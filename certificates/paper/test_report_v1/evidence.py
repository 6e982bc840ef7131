"""What the results rest on, in layout test-report/1: photographs, equipment, environment, uncertainty, decision rules."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageOps
from reportlab.lib.utils import ImageReader

from certificates.paper.test_report_v1 import words
from certificates.paper.test_report_v1.results import exemption_marks
from certificates.paper.test_report_v1.words import word
from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import Band, Banded, Fact, facts_band, heading_pair, small_print
from lab_app.core.paper.setting import beside, put, set_lines
from lab_app.core.paper.style import HAIRLINE
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import MEDIUM, REGULAR

PHOTO_WIDTH = 83.0
ITEM_LABEL = 46.0
PHOTO_HEIGHT = 60.0
#: 300 pixels an inch over the width of a photograph; a larger picture only swells the file.
PHOTO_PIXELS = 980


class MissingPicture(ValueError):
    """The snapshot names a picture whose bytes were not handed to the drawing, or they are no picture."""


def picture(files: Mapping[str, bytes], sha256: str) -> ImageReader:
    """The picture as it is printed: upright, in RGB, no larger than it is printed; MissingPicture when there is none.

    A JPEG that needs none of that goes into the file untouched.
    """
    try:
        content = files[sha256]
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            upright = image.getexif().get(0x0112, 1) == 1
            if image.format == "JPEG" and image.mode == "RGB" and upright and max(image.size) <= PHOTO_PIXELS:
                return ImageReader(io.BytesIO(content))
            plain = ImageOps.exif_transpose(image).convert("RGBA")
    except (KeyError, OSError) as error:
        raise MissingPicture(f"no picture with SHA-256 {sha256}") from error
    ground = Image.new("RGB", plain.size, (255, 255, 255))
    ground.paste(plain, mask=plain.getchannel("A"))
    ground.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    ground.save(buffer, "JPEG", quality=88, optimize=False)
    buffer.seek(0)
    return ImageReader(buffer)


def photographs(snapshot: Mapping[str, Any], files: Mapping[str, bytes], number: str) -> Banded:
    """The pictures of the items with their captions, two a row."""
    several = len(snapshot["items"]) > 1
    photos = [(item["code"], photo) for item in snapshot["items"] for photo in item.get("photos", [])]
    bands = []
    for first in range(0, len(photos), 2):
        band = Band()
        bottom = 0.0
        for column, (code, photo) in enumerate(photos[first : first + 2]):
            x = column * (PHOTO_WIDTH + style.TEXT_WIDTH - 2 * PHOTO_WIDTH)
            image = picture(files, photo["sha256"])
            wide, high = image.getSize()
            scale = min(PHOTO_WIDTH / wide, PHOTO_HEIGHT / high)
            caption = photo["caption"]
            with band.ink.tagged("Figure", alt=caption["vi"] or caption["en"]):
                band.ink.picture(image, x, 4.0, wide * scale, high * scale)
            band.ink.box(x, 4.0, wide * scale, high * scale, stroke=HAIRLINE, weight=0.4)
            vi = f"{first + column + 1}  {caption['vi']}" + (f" ({code})" if several else "")
            runs = beside(vi, caption["en"], REGULAR, style.NOTE, style.NOTE_EN)
            y = 4.0 + high * scale + 4.0
            with band.ink.tagged("P"):
                bottom = max(bottom, put(band.ink, x, y, set_lines(runs, PHOTO_WIDTH), 3.5))
        band.height = bottom + 1.5
        bands.append(band)
    heading, again = heading_pair(number, words.PHOTOS, rule_to=style.TEXT_WIDTH)
    return Banded(heading, bands, again=again)


def item_files(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Each item as it was tested: modes, versions, ports, cables; what the customer stated is marked (7.8.2.2)."""
    several = len(snapshot["item_files"]) > 1
    bands = []
    for file in snapshot["item_files"]:
        facts = [
            Fact(fact["label"], fact["value"]["vi"], fact["value"]["en"], mark=words.SUPPLIED_MARK if fact.get("customer_supplied") else "")
            for fact in file["facts"]
        ]
        if several:
            facts.insert(0, Fact(word("Mã mẫu", "Sample code"), file["item"], strong=True))
        bands += [facts_band([fact], style.TEXT_WIDTH, ITEM_LABEL) for fact in facts]
    heading, again = heading_pair(number, words.ITEM_FILES, rule_to=style.TEXT_WIDTH)
    return Banded(heading, bands, again=again)


def equipment_table(snapshot: Mapping[str, Any], number: str) -> RuledTable:
    """Instruments with the calibration valid on the test dates: certificate, date, valid through."""
    columns = [
        Column(word("Mã", "Id"), 0.0, 15.0),
        Column(word("Thiết bị", "Equipment"), 16.0, 62.0),
        Column(word("Kiểu · Số sê-ri", "Type · Serial"), 80.0, 33.0),
        Column(word("Giấy chứng nhận", "Certificate"), 113.0, 22.0),
        Column(word("Hiệu chuẩn", "Calibrated"), 152.0, 17.0, "right"),
        Column(word("Dùng đến hết", "Valid through"), 172.0, 19.0, "right"),
    ]
    bands = [
        row_band(
            columns,
            [
                Cell(instrument["code"], face=MEDIUM),
                Cell(instrument["name"]["vi"], instrument["name"]["en"]),
                Cell(" · ".join(part for part in (instrument["model"], instrument["serial"]) if part)),
                Cell(instrument["certificate"]),
                Cell(wording.date(instrument.get("calibrated_on", "")) or "–"),
                Cell(wording.date(instrument["valid_through"])),
            ],
        )
        for instrument in snapshot["equipment"]
    ]
    heading, again = heading_pair(number, words.EQUIPMENT)
    return RuledTable(
        heading,
        again,
        columns,
        bands,
        table_width=style.TEXT_WIDTH,
        hairlines=3,
        foot=small_print(style.TEXT_WIDTH, snapshot["traceability"]),
        least=min(len(bands), 8),
    )


def environment_table(snapshot: Mapping[str, Any], number: str) -> RuledTable:
    """Conditions a day and place; the pressure column only when somebody recorded it."""
    pressure = any(row.get("pressure") for row in snapshot["environment"])
    columns = [
        Column(word("Ngày · Nơi", "Date · Place"), 0.0, 80.0),
        Column(word("Nhiệt độ", "Temperature, °C"), 82.0, 32.0),
        Column(word("Độ ẩm", "Humidity, %RH"), 114.0, 22.0),
        *([Column(word("Áp suất", "Pressure, hPa"), 130.0, 20.0)] if pressure else []),
        Column(word("Cảm biến", "Sensor"), 152.0 if pressure else 144.0, 20.0),
    ]
    bands = []
    for row in snapshot["environment"]:
        more = row.get("more") or word("", "")
        vi = " · ".join(part for part in (wording.date(row["date"]), row["place"]["vi"]) if part)
        cells = [
            Cell(
                vi + (f", {more['vi']}" if more["vi"] else ""),
                ", ".join(part for part in (row["place"]["en"], more["en"]) if part),
            ),
            Cell(span(row.get("temperature"))),
            Cell(span(row.get("humidity"))),
            *([Cell(span(row.get("pressure")))] if pressure else []),
            Cell(row["sensor"]),
        ]
        bands.append(row_band(columns, cells))
    heading, again = heading_pair(number, words.ENVIRONMENT)
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH)


def span(value: Mapping[str, str] | None) -> str:
    """Smallest and largest value as `23,1 … 23,9`; an en dash when not recorded."""
    if not value:
        return "–"
    low, high = wording.number(value["low"]), wording.number(value["high"])
    text = low if low == high else f"{low} … {high}"
    return f"{value['prefix']} {text}" if value.get("prefix") else text


def uncertainty_table(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Budgets, what U means, and for each dagger the reason why a result has no U."""
    section = snapshot["uncertainty"]
    budgets = section["budgets"]
    marks = exemption_marks(snapshot)
    notes = [section["statement"]]
    for exemption in section["exemptions"]:
        reason = exemption["reason"]
        notes.append(word(f"{marks[exemption['key']]} {reason['vi']}", reason["en"]))
    heading, again = heading_pair(number, words.UNCERTAINTY)
    if not budgets:
        heading, again = heading_pair(number, words.UNCERTAINTY, rule_to=style.TEXT_WIDTH)
        return Banded(
            heading,
            [small_print(style.TEXT_WIDTH, note, top=4.2) for note in (words.NO_BUDGETS, *notes)],
            again=again,
        )
    factors = {budget["k"] for budget in budgets}
    k = f"U (k = {wording.number(next(iter(factors)))})" if len(factors) == 1 else "U (k)"
    columns = [
        Column(word("Đại lượng", "Quantity"), 0.0, 84.0),
        Column(word("u tổng hợp", "Combined u"), 101.0, 16.0, "decimal", 106.0),
        Column(word(k, "Expanded U"), 124.0, 16.0, "decimal", 128.0),
        Column(word("U cho phép", "Max. allowed"), 150.0, 18.0, "decimal", 154.0),
        Column(word("Đơn vị", "Unit"), 160.0, 12.0),
    ]
    bands = []
    for budget in budgets:
        expanded = wording.number(budget["expanded"])
        if len(factors) > 1:
            expanded += f" ({wording.number(budget['k'])})"
        bands.append(
            row_band(
                columns,
                [
                    Cell(budget["quantity"]["vi"], budget["quantity"]["en"]),
                    Cell(wording.number(budget["combined"])),
                    Cell(expanded, face=MEDIUM),
                    Cell(wording.number(budget["permitted"]) if budget.get("permitted") else "–"),
                    Cell(budget["unit"]),
                ],
            )
        )
    foot = Band()
    for place, note in enumerate(notes):
        band = small_print(style.TEXT_WIDTH, note, top=3.9 if place == 0 else 3.3)
        foot.ink.absorb(band.ink, 0.0, foot.height)
        foot.height += band.height
    return RuledTable(heading, again, columns, bands, table_width=style.TEXT_WIDTH, foot=foot)


def rules_block(snapshot: Mapping[str, Any], number: str, title: words.Word = words.RULES) -> Banded:
    """Decision rules: code, what they apply to, what they say; then when and where the customer agreed."""
    rules = snapshot["decision_rules"]
    columns = _rule_columns()
    bands = [
        row_band(
            columns,
            [
                Cell(rule["code"], face=MEDIUM),
                Cell(rule["applies_to"]["vi"], rule["applies_to"]["en"]),
                Cell(rule["rule"]["vi"], rule["rule"]["en"]),
            ],
            first=4.0,
        )
        for rule in rules["rules"]
    ]
    heading, again = heading_pair(number, title, rule_to=style.TEXT_WIDTH)
    agreement = small_print(style.TEXT_WIDTH, rules["agreement"], top=4.4)
    if not bands:
        return Banded(heading, [agreement], again=again)
    return Banded(heading, bands, again=again, closing=agreement)


def _rule_columns() -> Sequence[Column]:
    return [
        Column(word("", ""), 0.0, 19.0),
        Column(word("", ""), 20.0, 74.0),
        Column(word("", ""), 97.0, 75.0),
    ]
