"""The end of layout test-report/1: opinions, deviations, notes, authorisation and the end mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.paper.test_report_v1 import words
from certificates.paper.test_report_v1.words import word
from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import Banded, Block, heading_pair, notes_block, section_heading
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, put, set_lines, shrink
from lab_app.core.paper.style import NAVY, SECONDARY
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR

#: Left edges of tester, reviewer and signatory, and their widths (mm).
TESTER_X, REVIEWER_X, SIGNATORY_X = 0.0, 46.0, 92.0
PERSON_WIDTH, SIGNATORY_WIDTH = 42.0, 80.0
SEAL_HEIGHT = 24.0


def opinions_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Opinions and interpretations in their own section, with basis and person (7.8.7)."""
    heading, again = heading_pair(number, words.OPINIONS, rule_to=style.TEXT_WIDTH)
    texts = [
        word(
            f"{opinion['statement']['vi']} Cơ sở: {opinion['basis']['vi']} ({opinion['person']}).",
            f"{opinion['statement']['en']} Basis: {opinion['basis']['en']} ({opinion['person']})."
            if opinion["statement"]["en"]
            else "",
        )
        for opinion in snapshot["opinions"]
    ]
    return notes_block(heading, again, texts, style.TEXT_WIDTH)


def deviations_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Deviations from the method, or the stated words that there were none (7.8.2.1 n)."""
    heading, again = heading_pair(number, words.DEVIATIONS, rule_to=style.TEXT_WIDTH)
    texts = list(snapshot["deviations"])
    if not texts and "n" in snapshot["not_applicable"]:
        texts = [snapshot["not_applicable"]["n"]]
    return notes_block(heading, again, texts, style.TEXT_WIDTH, numbered=len(texts) > 1)


def note_texts(snapshot: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The notes as printed: the snapshot's own, then sampling and external results, or the reasons why there are none."""
    texts = list(snapshot["notes"])
    reasons = snapshot["not_applicable"]
    for letter, filled in (("k", snapshot["sampling"]), ("p", snapshot["external_results"])):
        if filled:
            texts.append(filled)
        elif letter in reasons:
            texts.append(reasons[letter])
    texts += [reasons[letter] for letter in ("c", "h", "i") if letter in reasons]
    return texts


def notes_section(snapshot: Mapping[str, Any], number: str) -> Banded:
    """The numbered notes."""
    heading, again = heading_pair(number, words.NOTES, rule_to=style.TEXT_WIDTH)
    return notes_block(heading, again, note_texts(snapshot), style.TEXT_WIDTH)


class AuthorisationBlock(Block):
    """Who tested, who reviewed, who authorises: left to right, with the place and date over the right block."""

    def __init__(self, snapshot: Mapping[str, Any], number: str) -> None:
        super().__init__(gap=8.0)
        self.snapshot, self.number = snapshot, number

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        head = section_heading(self.number, words.AUTHORISATION, rule_to=block_width)
        ink.absorb(head.ink)
        if self.snapshot["state"] == "draft":
            x = ink.text(0.0, 13.0, words.DRAFT_AUTHORISATION["vi"], MEDIUM, style.BODY)
            ink.text(x + 2.0, 13.0, words.DRAFT_AUTHORISATION["en"], ITALIC, style.BODY_EN, SECONDARY)
            return ink, 15.0
        centre = SIGNATORY_X + SIGNATORY_WIDTH / 2
        dated = f"{self.snapshot['laboratory']['place']}, {wording.long_date(self.snapshot['issued_on'])}"
        with ink.tagged("P"):
            ink.text(centre, 13.6, dated, ITALIC, style.BODY, align="centre")
        authorisation = self.snapshot["authorisation"]
        left = self._testers(ink, authorisation["testers"])
        middle = self._reviewer(ink, authorisation["reviewer"])
        right = self._signatory(ink, authorisation["signatory"])
        return ink, max(left, middle, right) + 1.5

    def _testers(self, ink: Ink, testers: list[Mapping[str, Any]]) -> float:
        with ink.tagged("P"):
            ink.text(TESTER_X, 20.4, words.TESTED_BY["vi"], MEDIUM, style.SUBSECTION_EN)
            ink.text(TESTER_X, 24.4, words.TESTED_BY["en"], ITALIC, style.NOTE, SECONDARY)
        y = 34.4
        for tester in testers:
            y = self._person(ink, TESTER_X, y, tester, " · xác nhận ") + 10.2
        return y - 9.0

    def _reviewer(self, ink: Ink, reviewer: Mapping[str, Any]) -> float:
        office = reviewer.get("office") or word("Người soát xét", "")
        vi = office["vi"].upper()
        ink.text(REVIEWER_X, 20.4, vi, MEDIUM, shrink(vi, MEDIUM, style.SUBSECTION_EN, PERSON_WIDTH, 6.9))
        english = "Reviewed by" + (f", {office['en']}" if office["en"] else "")
        ink.text(
            REVIEWER_X,
            24.4,
            english,
            ITALIC,
            shrink(english, ITALIC, style.NOTE, PERSON_WIDTH, 6.5),
            SECONDARY,
        )
        return self._person(ink, REVIEWER_X, 34.4, reviewer, " ")

    def _person(self, ink: Ink, x: float, y: float, person: Mapping[str, Any], link: str) -> float:
        with ink.tagged("P"):
            last = put(ink, x, y, set_lines([Run(person["name"], MEDIUM, style.BODY)], PERSON_WIDTH), 3.9)
            did = person["did"]["vi"]
            if person.get("confirmed_at"):
                did = (did + link + wording.moment(person["confirmed_at"])).strip(" ·")
            last = put(ink, x, last + 4.0, set_lines([Run(did, REGULAR, 7.25, SECONDARY)], PERSON_WIDTH), 3.4)
        ink.rule(x, last + 1.7, x + PERSON_WIDTH, last + 1.7, style.RULE_HAIR, style.MID)
        return last + 1.7

    def _signatory(self, ink: Ink, signatory: Mapping[str, Any]) -> float:
        centre = SIGNATORY_X + SIGNATORY_WIDTH / 2
        y = 20.4 - 4.2
        for line in signatory["office_lines"]:
            y += 4.2
            ink.text(
                centre, y, line, BOLD, shrink(line, BOLD, style.BODY, SIGNATORY_WIDTH, 7.0), align="centre"
            )
        english = ", ".join(part for part in (signatory["office"]["en"], "authorised signatory") if part)
        y += 4.0
        ink.text(centre, y, english, ITALIC, style.NOTE, SECONDARY, "centre")
        if signatory.get("authority"):
            y += 3.6
            ink.text(
                centre, y, f"Giấy ủy quyền số {signatory['authority']}", REGULAR, 7.25, SECONDARY, "centre"
            )
        top = y + 5.6
        bottom = self._seal(ink, top, signatory)
        ink.text(centre, bottom + 5.6, signatory["name"], BOLD, style.BODY + 0.5, align="centre")
        return bottom + 5.6

    def _seal(self, ink: Ink, top: float, signatory: Mapping[str, Any]) -> float:
        """The field over the name: an electronic confirmation, or 24 mm left free for a digital signature or for ink."""
        if signatory["means"] != "electronic":
            if signatory["means"] == "digital":
                ink.rule(SIGNATORY_X, top, SIGNATORY_X, top + SEAL_HEIGHT, 1.4, NAVY)
            return top + SEAL_HEIGHT
        laboratory = self.snapshot["laboratory"]["name"]["vi"]
        x, room = SIGNATORY_X + 3.2, SIGNATORY_WIDTH - 3.2
        y = put(
            ink,
            x,
            top + 3.2,
            set_lines([Run(f"Phê duyệt điện tử · {laboratory}", MEDIUM, style.LABEL)], room),
            3.8,
        )
        office = signatory["office"]["vi"]
        rows = [
            Run(
                f"Người phê duyệt: {signatory['name']}" + (f", {office}" if office else ""),
                REGULAR,
                style.FOOTER,
            )
        ]
        if signatory.get("authorised_at"):
            rows.append(
                Run(
                    f"Thời điểm: {wording.moment(signatory['authorised_at'], seconds=True)}",
                    REGULAR,
                    style.FOOTER,
                )
            )
        rows.append(Run("Ý nghĩa: phê duyệt và ban hành phiếu kết quả", REGULAR, style.FOOTER))
        rows.append(
            Run("Electronically authorised; check by the code below", ITALIC, style.FOOTER_EN, SECONDARY)
        )
        for row in rows:
            y = put(ink, x, y + 3.8, set_lines([row], room), 3.6)
        bottom = max(top + SEAL_HEIGHT, y + 1.2)
        ink.rule(SIGNATORY_X, top, SIGNATORY_X, bottom, 1.4, NAVY)
        return bottom
