"""Layout test-report/2: a test report as the laboratory sets it, in both languages or one, whole or simplified, tagged.

What it draws as test-report/1 did, it draws with that layout's modules, which are frozen; its own are the first page, the signature
block and the opinions. It stays as it is once papers are issued by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from certificates.paper.test_report_v1 import closing as first_closing
from certificates.paper.test_report_v1 import evidence, plots, results, section_numbers
from certificates.paper.test_report_v2 import closing, furniture, opening
from certificates.paper.test_report_v2 import own_words as own
from certificates.paper.test_report_v2.spoken import in_one_language
from lab_app.core.paper import wording
from lab_app.core.paper.page import build
from lab_app.metrology.notation import readable

#: The results begin on a new page when less than this (mm) is left under the methods.
ROOM_FOR_RESULTS = 80.0


def draw(snapshot: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The report as a PDF file. `files` holds the pictures the snapshot names, by SHA-256."""
    language = snapshot.get("language", "vi+en")
    alone = language if language in ("vi", "en") else ""
    told = in_one_language(snapshot, alone) if alone else snapshot
    with wording.manner(alone, power_of(snapshot.get("notation", ""))):
        return build(
            _story(told, files), furniture.furniture(told, files),
            subject=" · ".join(item["name"]["vi"] for item in told["items"]), tagged=True,
        )


def power_of(notation: str) -> Callable[[Decimal, str], str] | None:
    """How a number too small to be written out is written, by the laboratory's setting; none: every number is written out."""
    return partial(_readable, notation) if notation else None


def _readable(notation: str, value: Decimal, language: str) -> str:
    return readable(value, notation, language)


def _story(snapshot: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Flowable]:
    short = bool(snapshot.get("simplified"))
    number = 3 if snapshot["items"] else 2
    chapter = number + (2 if snapshot["summary"] else 1)
    numbers = section_numbers(snapshot, chapter)
    story = opening.first_page(snapshot, number, numbers)
    story.append(CondPageBreak((30.0 if short else ROOM_FOR_RESULTS) * mm))
    story += results.results_tables(snapshot, str(chapter), numbers)
    number = chapter + 1
    if snapshot.get("plots") and not short:
        story += plots.plot_pages(snapshot, str(number))
        number += 1
    for make in _parts(snapshot, files, short):
        story.append(make(str(number)))
        number += 1
    notes = first_closing.notes_section(closing.with_exemptions(snapshot) if short else snapshot, str(number))
    return [*story, *closing.ending(notes, closing.SignatureBlock(snapshot, str(number + 1)))]


def _parts(snapshot: Mapping[str, Any], files: Mapping[str, bytes], short: bool) -> list[Callable[[str], Flowable]]:
    """The sections between the results and the notes, in their order; a simplified report has only what nobody may leave out."""
    has_photos = any(item.get("photos") for item in snapshot["items"])
    parts: list[tuple[bool, Callable[[str], Flowable]]] = [
        (bool(snapshot.get("item_files")) and not short, lambda n: evidence.item_files(snapshot, n)),
        (has_photos and not short, lambda n: evidence.photographs(snapshot, files, n)),
        (bool(snapshot["equipment"]) and not short, lambda n: evidence.equipment_table(snapshot, n)),
        (bool(snapshot["environment"]) and not short, lambda n: evidence.environment_table(snapshot, n)),
        (not short, lambda n: evidence.uncertainty_table(snapshot, n)),
        (bool(snapshot["decision_rules"]["rules"]) or not short, lambda n: evidence.rules_block(snapshot, n, own.RULES)),
        (bool(snapshot.get("opinions")), lambda n: closing.opinions_block(snapshot, n)),
        (bool(snapshot["deviations"]) or not short, lambda n: closing.deviations_block(snapshot, n)),
    ]
    return [make for present, make in parts if present]


__all__ = ["draw"]
