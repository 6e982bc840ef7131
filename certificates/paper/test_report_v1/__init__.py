"""Layout test-report/1: a bilingual test report on A4, drawn from its snapshot alone.

Issued papers are drawn again by the layout they were issued with, so that this layout never changes the look or the bytes of what
it drew before: what a snapshot does not hold leaves no trace. A new look is a new layout beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from certificates.paper.offline_check import OfflineCheck
from certificates.paper.test_report_v1 import closing, evidence, opening, plots, results, words
from lab_app.core.paper.blocks import Band, Banded, Block, EndMark
from lab_app.core.paper.page import Furniture, build
from lab_app.core.paper.style import FAIL, INK
from lab_app.core.paper.wording import date

#: A notes section up to this height stays whole with the signature block; of a longer one the last notes do.
NOTES_KEPT_WHOLE = 120.0
NOTES_KEPT = 3
#: The results begin on a new page when less than this (mm) is left under the methods.
ROOM_FOR_RESULTS = 110.0


def draw(snapshot: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The report as a PDF file. `files` holds the pictures the snapshot names, by SHA-256."""
    return build(
        _story(snapshot, files),
        furniture(snapshot, files, words.ACCREDITED_REMARK),
        subject=" · ".join(item["name"]["vi"] for item in snapshot["items"]),
        tagged=False,
    )


def section_numbers(snapshot: Mapping[str, Any], chapter: int) -> dict[str, str]:
    """Key of a section of results → its printed number ("5.2")."""
    return {section["key"]: f"{chapter}.{place}" for place, section in enumerate(snapshot["sections"], 1)}


def furniture(snapshot: Mapping[str, Any], files: Mapping[str, bytes], remark: str) -> Furniture:
    """What stands on every page: letterhead, number, stamps, QR, watermark; `remark` says what an accreditation covers.

    The layouts that share it are frozen with it.
    """
    draft = snapshot["state"] == "draft"
    url = snapshot["verify_url"]
    logo = snapshot["laboratory"].get("logo")
    accreditation = snapshot["accreditation"]
    stamps = [words.STAMPS[mark] for mark in snapshot["marks"]]
    if snapshot["amendment"]:
        sequence = snapshot["amendment"]["sequence"]
        stamps.insert(0, words.word(f"SỬA ĐỔI {sequence}", f"Amendment {sequence}"))
    stamp = None
    if stamps:
        stamp = words.word(
            " · ".join(each["vi"] for each in stamps), " · ".join(each["en"] for each in stamps)
        )
    return Furniture(
        laboratory=snapshot["laboratory"],
        title=snapshot["title"],
        number_label=words.NUMBER,
        number=words.DRAFT_NUMBER["vi"] if draft else snapshot["number"],
        number_colour=FAIL if draft else INK,
        form_code=snapshot["form"],
        statement=snapshot["validity_statement"],
        address=None if draft else url.removeprefix("https://"),
        no_address=words.DRAFT_FOOTER,
        qr=None if draft else url,
        accreditation=None
        if draft or not accreditation
        else {
            "number": accreditation["number"],
            "standard": accreditation["standard"],
            "validity": f"{date(accreditation['valid_from'])} – {date(accreditation['valid_to'])}",
            "remark": remark,
        },
        stamp=stamp,
        logo=evidence.picture(files, logo) if logo else None,
        watermark=words.DRAFT_WATERMARK if draft else (),
    )


def _story(snapshot: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Flowable]:
    story: list[Flowable] = [opening.Title(snapshot)]
    if snapshot["amendment"]:
        story += opening.amendment_blocks(snapshot)
    if snapshot["conclusion"]:
        story.append(opening.Conclusion(snapshot))
    elif snapshot.get("offline_check"):
        story.append(OfflineCheck(snapshot["offline_check"]))
    story += opening.facts_columns(snapshot)
    number = 3 if snapshot["items"] else 2
    chapter = number + (2 if snapshot["summary"] else 1)
    numbers = section_numbers(snapshot, chapter)
    if snapshot["summary"]:
        story.append(opening.summary_table(snapshot, str(number)))
        number += 1
    story.append(opening.methods_table(snapshot, str(number), numbers))
    story.append(CondPageBreak(ROOM_FOR_RESULTS * mm))
    story += results.results_tables(snapshot, str(chapter), numbers)
    number = chapter + 1
    if snapshot.get("plots"):
        story += plots.plot_pages(snapshot, str(number))
        number += 1
    parts: list[tuple[bool, Any]] = [
        (bool(snapshot.get("item_files")), lambda n: evidence.item_files(snapshot, n)),
        (
            any(item.get("photos") for item in snapshot["items"]),
            lambda n: evidence.photographs(snapshot, files, n),
        ),
        (bool(snapshot["equipment"]), lambda n: evidence.equipment_table(snapshot, n)),
        (bool(snapshot["environment"]), lambda n: evidence.environment_table(snapshot, n)),
        (True, lambda n: evidence.uncertainty_table(snapshot, n)),
        (True, lambda n: evidence.rules_block(snapshot, n)),
        (bool(snapshot.get("opinions")), lambda n: closing.opinions_block(snapshot, n)),
        (True, lambda n: closing.deviations_block(snapshot, n)),
    ]
    for present, make in parts:
        if present:
            story.append(make(str(number)))
            number += 1
    notes = closing.notes_section(snapshot, str(number))
    authorisation = closing.AuthorisationBlock(snapshot, str(number + 1))
    return [*story, *_ending(notes, authorisation)]


def _ending(notes: Banded, authorisation: Block) -> list[Flowable]:
    """Notes, signature block and end mark, so parted that the signature block never stands alone on a page."""
    end = EndMark(words.END)
    if sum(band.height for band in notes.bands) <= NOTES_KEPT_WHOLE:
        return [KeepTogether([notes, authorisation, end])]
    first = notes.part(notes.opening, notes.bands[:-NOTES_KEPT], notes.break_closing())
    rest = Banded(Band(), notes.bands[-NOTES_KEPT:], gap=0.0)
    return [first, KeepTogether([rest, authorisation, end])]
