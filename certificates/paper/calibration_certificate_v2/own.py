"""What layout calibration-certificate/2 draws otherwise than the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm

from certificates.paper.calibration_certificate_v1 import closing, opening, words
from certificates.paper.offline_check import SIDE, flush_right, put_label_stacked, put_symbol
from certificates.paper.test_report_v1.words import SUPPLIED_NOTE, word
from certificates.paper.test_report_v2 import closing as report_closing
from lab_app.core.paper import style
from lab_app.core.paper.blocks import Banded, facts_band, heading_pair, small_print
from lab_app.core.paper.ink import Ink

ACCREDITED_REMARK = word("Phòng hiệu chuẩn được công nhận", "Accredited laboratory")
#: Free millimetres between the facts and the second symbol.
BESIDE_SYMBOL = 8.0


def object_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """What was calibrated (7.8.2.1 g, h); the second symbol stands beside it, its dark modules on the text block's right edge."""
    offline = snapshot.get("offline_check")
    room = style.TEXT_WIDTH - (SIDE + BESIDE_SYMBOL if offline else 0.0)
    heading, again = heading_pair(number, words.OBJECT, rule_to=room)
    bands = [facts_band(opening.object_facts(item, snapshot), room, opening.LABEL) for item in snapshot["items"]]
    if offline:
        put_symbol(bands[0].ink, flush_right(offline, style.TEXT_WIDTH), -heading.height + 2.0, offline)
        last = put_label_stacked(bands[0].ink, style.TEXT_WIDTH, SIDE - heading.height + 3.6)
        bands[0].height = max(bands[0].height, last + 1.0)
    supplied = any(more.get("customer_supplied") for item in snapshot["items"] for more in item.get("more", []))
    closing_line = small_print(style.TEXT_WIDTH, SUPPLIED_NOTE, top=3.4) if supplied else None
    return Banded(heading, bands, again=again, closing=closing_line, gap=4.8)


class RuleBlock(closing.RuleBlock):
    """The decision rule under the term of TCVN ISO/IEC 17025:2017 (3.7)."""

    title = word("Quy tắc ra quyết định", "Decision rule")


class SignatureBlock(report_closing.SignatureBlock, closing.AuthorisationBlock):
    """Who calibrated, reviewed and authorises, in the laboratory's order, with the field of the digital signature."""

    testers = words.CALIBRATED_BY

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        super().__init__(snapshot)
        self.spaceBefore = 1.6 * mm

    def compose(self, block_width: float) -> tuple[Ink, float]:
        if self.snapshot["state"] == "draft" and not self.snapshot.get("specimen"):
            return closing.AuthorisationBlock.compose(self, block_width)
        body, ink = Ink(), Ink()
        height = self._people(body)
        ink.absorb(body, 0.0, -closing.RAISED)
        return ink, height - closing.RAISED
