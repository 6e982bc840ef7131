"""Layout calibration-certificate/1: a bilingual calibration certificate on A4, drawn from its snapshot alone (7.8.4).

Issued certificates are drawn again by the layout they were issued with, so that this layout never changes its look or its bytes; a
new look is a new layout beside it. What it shares with test-report/1 is as frozen as that layout is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from certificates.paper.calibration_certificate_v1 import closing, opening, results, words
from certificates.paper.calibration_certificate_v1.chart import ErrorChart, charted
from certificates.paper.test_report_v1 import furniture
from certificates.paper.test_report_v1.opening import Title, amendment_blocks
from lab_app.core.paper.blocks import EndMark
from lab_app.core.paper.page import build

#: The results begin on a new page when less than this (mm) is left under the summary.
ROOM_FOR_RESULTS = 80.0


def draw(snapshot: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The certificate as a PDF file. `files` holds the pictures the snapshot names, by SHA-256."""
    return build(
        _story(snapshot),
        furniture(snapshot, files, words.ACCREDITED_REMARK),
        subject=" · ".join(item["name"]["vi"] for item in snapshot["items"]),
        tagged=False,
    )


def _story(snapshot: Mapping[str, Any]) -> list[Flowable]:
    story: list[Flowable] = [Title(snapshot)]
    if snapshot["amendment"]:
        story += amendment_blocks(snapshot)
    story += [
        opening.object_block(snapshot, "1"),
        opening.performance_block(snapshot, "2"),
        opening.standards_table(snapshot, "3"),
        opening.SummaryBlock(snapshot, "4"),
        CondPageBreak(ROOM_FOR_RESULTS * mm),
        *results.results_tables(snapshot, "5"),
    ]
    number = 6
    pair = charted(snapshot)
    if pair:
        story.append(ErrorChart(pair, str(number)))
        number += 1
    ending: list[Flowable] = [
        closing.NotesBlock(snapshot),
        closing.AuthorisationBlock(snapshot),
        EndMark(words.END, gap=2.4),
    ]
    return [*story, closing.RuleBlock(snapshot, str(number)), KeepTogether(ending)]
