"""The end of layout calibration-certificate/1: decision rule, notes, who calibrated, reviewed and authorised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm

from certificates.paper.calibration_certificate_v1 import words
from certificates.paper.test_report_v1 import closing as report_closing
from certificates.paper.test_report_v1 import words as report_words
from certificates.paper.test_report_v1.closing import SIGNATORY_WIDTH, SIGNATORY_X, TESTER_X
from certificates.paper.test_report_v1.words import VERDICTS, word
from lab_app.core.paper import marks, style, wording
from lab_app.core.paper.blocks import Band, Block, section_heading, stacked
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, put, set_lines, shrink
from lab_app.core.paper.style import NAVY, SECONDARY
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR

LEVEL_PITCH = 43.0
#: No section heading stands over the signatures, so that the block begins this much (mm) higher than in a report.
RAISED = 10.0


class RuleBlock(Block):
    """The rule's levels, what it says, when it was agreed, and what is said of the next calibration (7.8.6, 7.8.4.3)."""

    title = words.RULE

    def __init__(self, snapshot: Mapping[str, Any], number: str) -> None:
        super().__init__(gap=style.SECTION_GAP)
        self.snapshot, self.number = snapshot, number

    def compose(self, block_width: float) -> tuple[Ink, float]:
        rules = self.snapshot["decision_rules"]
        head = section_heading(self.number, self.title, rule_to=block_width)
        body, y = Ink(), 1.0
        if any(rule.get("levels") for rule in rules["rules"]):
            for place, (verdict, formula) in enumerate(words.LEVELS):
                _level(body, place * LEVEL_PITCH, y + 3.6, verdict, formula)
            y += 13.6
        texts = [_rule(rule) for rule in rules["rules"]]
        texts += [rules["agreement"], self.snapshot["calibration"]["interval"]]
        runs: list[Run] = []
        for text in texts:
            runs.append(Run(("  " if runs else "") + text["vi"], REGULAR, style.NOTE))
            if text["en"]:
                runs.append(Run("  " + text["en"], ITALIC, style.NOTE_EN, SECONDARY))
        with body.tagged("P"):
            y = put(body, 0.0, y + 3.6, set_lines(runs, block_width), 3.7)
        return stacked([head, Band(body, y + 1.4)])


def _rule(rule: Mapping[str, Any]) -> dict[str, str]:
    return word(
        f"{rule['code']} ({rule['applies_to']['vi']}): {rule['rule']['vi'].rstrip('.')}.",
        f"{rule['applies_to']['en']}: {rule['rule']['en'].rstrip('.')}." if rule["rule"]["en"] else "",
    )


def _level(ink: Ink, x: float, y: float, verdict: str, formula: str) -> None:
    named, colour = VERDICTS[verdict]
    marks.verdict(ink, verdict, x, y, 2.6)
    with ink.tagged("P"):
        ink.text(x + 4.1, y, named["vi"], MEDIUM, style.TABLE, colour)
        ink.text(x + 4.1, y + 3.4, named["en"], ITALIC, style.TABLE_EN, SECONDARY)
        ink.text(x + 4.1, y + 8.0, formula, REGULAR, style.TABLE)


class NotesBlock(Block):
    """Deviations, what does not apply and why, opinions and the laboratory's notes, in small print (7.8.2.1 k, n, p)."""

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        super().__init__(gap=0.6)
        self.snapshot = snapshot

    def compose(self, block_width: float) -> tuple[Ink, float]:
        snapshot = self.snapshot
        said = list(snapshot["deviations"])
        if not said and "n" in snapshot["not_applicable"]:
            said = [snapshot["not_applicable"]["n"]]
        texts: list[Mapping[str, str]] = [
            word(f"{words.DEVIATIONS['vi']}: {text['vi']}", f"{words.DEVIATIONS['en']}: {text['en']}" if text["en"] else "")
            for text in said
        ]
        texts += [
            word(f"{opinion['statement']['vi']} {words.BASIS['vi']}: {opinion['basis']['vi']} ({opinion['person']}).",
                 f"{opinion['statement']['en']} {opinion['basis']['en']}".strip())
            for opinion in snapshot.get("opinions") or []
        ]
        texts += report_closing.note_texts(snapshot)
        english = f" {words.NOTES['en']}:" if words.NOTES["en"] else ":"
        runs = [Run(words.NOTES["vi"], MEDIUM, style.NOTE), Run(english, ITALIC, style.NOTE_EN, SECONDARY)]
        for text in texts:
            runs.append(Run(f"  {text['vi'].rstrip('.')}.", REGULAR, style.NOTE))
            if text["en"]:
                runs.append(Run(f"  {text['en'].rstrip('.')}.", ITALIC, style.NOTE_EN, SECONDARY))
        ink = Ink()
        return ink, put(ink, 0.0, 3.4, set_lines(runs, block_width), 3.5) + 0.8


class AuthorisationBlock(report_closing.AuthorisationBlock):
    """Who calibrated, who reviewed, who authorises: left to right, with the place and date over the right block."""

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        super().__init__(snapshot, "")
        self.spaceBefore = 3.0 * mm

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        if self.snapshot["state"] == "draft":
            x = ink.text(0.0, 5.0, report_words.DRAFT_AUTHORISATION["vi"], MEDIUM, style.BODY)
            ink.text(x + 2.0, 5.0, report_words.DRAFT_AUTHORISATION["en"], ITALIC, style.BODY_EN, SECONDARY)
            return ink, 7.0
        body, height = Ink(), 0.0
        centre = SIGNATORY_X + SIGNATORY_WIDTH / 2
        dated = f"{self.snapshot['laboratory']['place']}, {wording.long_date(self.snapshot['issued_on'])}"
        with body.tagged("P"):
            body.text(centre, 13.6, dated, ITALIC, style.BODY, align="centre")
        authorisation = self.snapshot["authorisation"]
        left = self._testers(body, authorisation["testers"])
        middle = self._reviewer(body, authorisation["reviewer"])
        right = self._signatory(body, authorisation["signatory"])
        height = max(left, middle, right) + 1.5
        ink.absorb(body, 0.0, -RAISED)
        return ink, height - RAISED

    def _testers(self, ink: Ink, testers: list[Mapping[str, Any]]) -> float:
        with ink.tagged("P"):
            ink.text(TESTER_X, 20.4, words.CALIBRATED_BY["vi"], MEDIUM, style.SUBSECTION_EN)
            ink.text(TESTER_X, 24.4, words.CALIBRATED_BY["en"], ITALIC, style.NOTE, SECONDARY)
        y = 34.4
        for tester in testers:
            y = self._person(ink, TESTER_X, y, tester, " · xác nhận ") + 10.2
        return y - 9.0

    def _seal(self, ink: Ink, top: float, signatory: Mapping[str, Any]) -> float:
        """The field over the name: an electronic confirmation, or 24 mm left free for a digital signature or for ink."""
        if signatory["means"] != "electronic":
            return super()._seal(ink, top, signatory)
        x, room = SIGNATORY_X + 3.2, SIGNATORY_WIDTH - 3.2
        laboratory, office = self.snapshot["laboratory"]["name"]["vi"], signatory["office"]["vi"]
        first = f"Phê duyệt điện tử · {laboratory}"
        size = shrink(first, MEDIUM, style.LABEL, room, 6.5)
        y = put(ink, x, top + 3.2, set_lines([Run(first, MEDIUM, size)], room), 3.8)
        rows = [Run(f"Người phê duyệt: {signatory['name']}" + (f", {office}" if office else ""), REGULAR, style.FOOTER)]
        if signatory.get("authorised_at"):
            moment = wording.moment(signatory["authorised_at"], seconds=True)
            rows.append(Run(f"Thời điểm: {moment}", REGULAR, style.FOOTER))
        rows += [
            Run("Ý nghĩa: phê duyệt và ban hành giấy chứng nhận", REGULAR, style.FOOTER),
            Run("Electronically authorised; check by the code below", ITALIC, style.FOOTER_EN, SECONDARY),
        ]
        for row in rows:
            y = put(ink, x, y + 3.8, set_lines([row], room), 3.6)
        bottom = y + 1.6
        ink.rule(SIGNATORY_X, top, SIGNATORY_X, bottom, 1.4, NAVY)
        return bottom
