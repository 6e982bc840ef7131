"""Layout calibration-certificate/2: a calibration certificate as the laboratory sets it, in both languages or one, tagged (7.8.4).

What it draws as calibration-certificate/1 did, it draws with that layout's modules, which are frozen; its own are the place of the
second symbol and the signature block with the field of the digital signature. It stays as it is once papers are issued by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from certificates.paper.calibration_certificate_v1 import ROOM_FOR_RESULTS, closing, opening, results, words
from certificates.paper.calibration_certificate_v1.chart import ErrorChart, charted
from certificates.paper.calibration_certificate_v2 import own
from certificates.paper.test_report_v1.opening import amendment_blocks
from certificates.paper.test_report_v2 import power_of
from certificates.paper.test_report_v2.closing import opinions_block
from certificates.paper.test_report_v2.furniture import furniture
from certificates.paper.test_report_v2.opening import Title
from certificates.paper.test_report_v2.spoken import in_one_language
from lab_app.core.paper import wording
from lab_app.core.paper.blocks import Block, EndMark
from lab_app.core.paper.page import build

#: Distance (mm) over picture and rule.
CLOSE = 3.4


def draw(snapshot: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The certificate as a PDF file. `files` holds the pictures the snapshot names, by SHA-256."""
    language = snapshot.get("language", "vi+en")
    alone = language if language in ("vi", "en") else ""
    told = in_one_language(snapshot, alone) if alone else snapshot
    with wording.manner(alone, power_of(snapshot.get("notation", ""))):
        return build(
            _story(told), furniture(told, files, own.ACCREDITED_REMARK),
            subject=" · ".join(item["name"]["vi"] for item in told["items"]), tagged=True,
        )


def _story(snapshot: Mapping[str, Any]) -> list[Flowable]:
    story: list[Flowable] = [Title(snapshot)]
    if snapshot["amendment"]:
        story += amendment_blocks(snapshot)
    story += [
        own.object_block(snapshot, "1"),
        opening.performance_block(snapshot, "2"),
        opening.standards_table(snapshot, "3"),
        opening.SummaryBlock(snapshot, "4"),
        CondPageBreak(ROOM_FOR_RESULTS * mm),
        *results.results_tables(snapshot, "5"),
    ]
    number = 6
    pair = charted(snapshot)
    if pair:
        story.append(_close(ErrorChart(pair, str(number))))
        number += 1
    story.append(_close(own.RuleBlock(snapshot, str(number))))
    if snapshot.get("opinions"):
        story.append(opinions_block(snapshot, str(number + 1)))
    without = {key: value for key, value in snapshot.items() if key != "opinions"}
    ending: list[Flowable] = [closing.NotesBlock(without), own.SignatureBlock(snapshot), EndMark(words.END, gap=1.6)]
    return [*story, KeepTogether(ending)]


def _close(block: Block) -> Block:
    """A block of the last page, a little nearer to what stands above: so the field of the signature stays on the second page."""
    block.spaceBefore = CLOSE * mm
    return block


__all__ = ["draw"]
