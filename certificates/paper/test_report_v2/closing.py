"""The end of layout test-report/2: opinions, and who tested, reviewed and authorises, in the laboratory's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from certificates.paper.stamp_place import HEIGHT, NAME, WIDTH
from certificates.paper.test_report_v1 import closing, words
from certificates.paper.test_report_v1.words import word
from certificates.paper.test_report_v2 import own_words as own
from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import Band, Banded, Block, EndMark, heading_pair, section_heading
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, beside, put, set_lines, shrink
from lab_app.core.paper.style import NAVY, SECONDARY
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR

#: A notes section up to this height stays whole with the signature block; of a longer one the last notes do.
NOTES_KEPT_WHOLE = 120.0
NOTES_KEPT = 3
#: So much of a page (mm) is not left white to keep the notes whole.
MOST_WHITE = 90.0
TESTERS, REVIEWER, SIGNATORY = "testers", "reviewer", "signatory"
USUAL_ORDER = (TESTERS, REVIEWER, SIGNATORY)
#: Left edges (mm) of those who stand before the signatory.
PLACES = (closing.TESTER_X, closing.REVIEWER_X)


def opinions_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Opinions and interpretations in their own section: what is thought, on what basis, who answers for it (7.8.7)."""
    heading, again = heading_pair(number, own.OPINIONS, rule_to=style.TEXT_WIDTH)
    lead = Band()
    said = [own.OPINIONS_LEAD, *([own.NOT_ACCREDITED_OPINION] if snapshot["accreditation"] else [])]
    for place, each in enumerate(said):
        lines = set_lines(beside(each["vi"], each["en"], REGULAR, style.NOTE, style.NOTE_EN), style.TEXT_WIDTH)
        with lead.ink.tagged("P"):
            lead.height = put(lead.ink, 0.0, lead.height + (3.6 if place else 4.2), lines, 3.5)
    lead.height += 2.2
    bands = [lead, *(_opinion(place, opinion) for place, opinion in enumerate(snapshot["opinions"], 1))]
    return Banded(heading, bands, again=again, least=2)


def _opinion(place: int, opinion: Mapping[str, Any]) -> Band:
    band, x, room = Band(), 7.0, style.TEXT_WIDTH - 7.0
    statement, basis = opinion["statement"], opinion["basis"]
    with band.ink.tagged("P"):
        band.ink.text(0.0, 3.4, str(place), MEDIUM, style.BODY, NAVY)
        y = put(band.ink, x, 3.4, set_lines([Run(statement["vi"], REGULAR, style.BODY)], room), 4.2)
    if statement["en"]:
        with band.ink.tagged("P"):
            y = put(band.ink, x, y + 3.9, set_lines([Run(statement["en"], ITALIC, style.BODY_EN, SECONDARY)], room), 3.4)
    runs = [Run(own.BASIS["vi"], MEDIUM, style.NOTE), Run(basis["vi"], REGULAR, style.NOTE)]
    if basis["en"]:
        runs.append(Run(f"  {own.BASIS['en']}{basis['en']}", ITALIC, style.NOTE_EN, SECONDARY))
    with band.ink.tagged("P"):
        y = put(band.ink, x, y + 4.2, set_lines(runs, room), 3.6)
    office = opinion.get("office") or word("", "")
    who = ", ".join(part for part in (opinion["person"], office["vi"], wording.date(opinion.get("given_on", ""))) if part)
    with band.ink.tagged("P"):
        y = put(band.ink, x, y + 4.0, set_lines([Run(who, MEDIUM, style.NOTE)], room), 3.6)
    band.height = y + 2.8
    return band


def deviations_block(snapshot: Mapping[str, Any], number: str) -> Banded:
    """Deviations from the method or the words that there were none (7.8.2.1 n); a draft that has neither says that it has not."""
    if snapshot["deviations"] or "n" in snapshot["not_applicable"]:
        return closing.deviations_block(snapshot, number)
    return closing.deviations_block({**snapshot, "deviations": [own.NOT_STATED]}, number)


def in_whose_place(lines: Sequence[str]) -> str:
    """What the prefix over the signatory's office means in English (`KT. GIÁM ĐỐC` → `for the Director`); empty without one."""
    prefix, _, head = (lines[0] if len(lines) > 1 else "").partition(" ")
    return f"{own.PREFIXES[prefix]} {own.HEADS.get(head, own.ANY_HEAD)}" if prefix in own.PREFIXES else ""


def with_exemptions(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot of a simplified report, whose notes also say what its missing sections would: U, and why a result has none."""
    section = snapshot["uncertainty"]
    marks = closing_marks(snapshot)
    told = [section["statement"]] if section["budgets"] else []
    for exemption in section["exemptions"]:
        reason = exemption["reason"]
        told.append({"vi": f"{marks[exemption['key']]} {reason['vi']}", "en": reason["en"]})
    return {**snapshot, "notes": [*snapshot["notes"], *told]}


def closing_marks(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Key of an exemption → the dagger of the results' tables."""
    from certificates.paper.test_report_v1.results import exemption_marks

    return exemption_marks(snapshot)


class Ending(KeepTogether):  # type: ignore[misc]
    """Notes, signature block and end mark on one page. Where they do not fit and would leave much of a page white, the first notes
    stay there and the last ones go with the signatures under the heading that repeats."""

    def __init__(self, notes: Banded, signatures: Block, end: Flowable) -> None:
        super().__init__([notes, signatures, end])
        self.parts = notes, signatures, end

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        notes, signatures, end = self.parts
        whole = super().split(available_width, available_height)
        if available_height >= self._H or available_height < MOST_WHITE * mm or len(notes.bands) <= NOTES_KEPT:
            return list(whole)
        first = notes.part(notes.opening, notes.bands[:-NOTES_KEPT], notes.break_closing())
        if first.wrap(available_width, available_height)[1] + first.spaceBefore > available_height:
            return list(whole)
        rest = notes.part(Band(notes.again.ink.unread(), notes.again.height), notes.bands[-NOTES_KEPT:], notes.closing)
        return [first, KeepTogether([rest, signatures, end])]


def ending(notes: Banded, signatures: Block) -> list[Flowable]:
    """Notes, signature block and end mark, so parted that the signature block never stands alone on a page."""
    end = EndMark(words.END)
    if sum(band.height for band in notes.bands) <= NOTES_KEPT_WHOLE:
        return [Ending(notes, signatures, end)]
    first = notes.part(notes.opening, notes.bands[:-NOTES_KEPT], notes.break_closing())
    rest = Banded(Band(), notes.bands[-NOTES_KEPT:], gap=0.0)
    return [first, KeepTogether([rest, signatures, end])]


class SignatureBlock(closing.AuthorisationBlock):
    """Who stands for the paper, in the laboratory's order; the signatory at the right under place and date, with the field that the
    visible stamp of the digital signature fills."""

    testers = own.HEAD[TESTERS]

    def compose(self, block_width: float) -> tuple[Ink, float]:
        if self.snapshot["state"] == "draft" and not self.snapshot.get("specimen"):
            return super().compose(block_width)
        ink = Ink()
        ink.absorb(section_heading(self.number, words.AUTHORISATION, rule_to=block_width).ink)
        return ink, self._people(ink)

    def _people(self, ink: Ink) -> float:
        """Everybody under place and date; the bottom of the lowest."""
        centre = closing.SIGNATORY_X + closing.SIGNATORY_WIDTH / 2
        place = self.snapshot["laboratory"]["place"]
        with ink.tagged("P"):
            ink.text(centre, 13.6, f"{place}, {wording.long_date(self.snapshot['issued_on'] or '')}", ITALIC, style.BODY, align="centre")
        authorisation = self.snapshot["authorisation"]
        order = (self.snapshot.get("setup") or {}).get("signatures") or USUAL_ORDER
        bottoms = []
        for x, who in zip(PLACES, [name for name in order if name != SIGNATORY], strict=False):
            if who == TESTERS:
                bottoms.append(self._testers_at(ink, x, authorisation["testers"]))
            else:
                bottoms.append(self._reviewer_at(ink, x, authorisation["reviewer"]))
        bottoms.append(self._signatory(ink, authorisation["signatory"]))
        return max(bottoms) + 1.5

    def _signed(self, person: Mapping[str, Any], meaning: str) -> Mapping[str, Any]:
        """The person with the time of the electronic signature, where the paper holds one; else with what the records said."""
        at = [one["at"] for one in self.snapshot.get("signatures", []) if one["meaning"] == meaning and one["name"] == person["name"]]
        return {**person, "confirmed_at": max(at)} if at else person

    def _heads(self, ink: Ink, x: float, vi: str, en: str) -> None:
        with ink.tagged("P"):
            ink.text(x, 20.4, vi, MEDIUM, shrink(vi, MEDIUM, style.SUBSECTION_EN, closing.PERSON_WIDTH, 6.9))
            if en:
                ink.text(x, 24.4, en, ITALIC, shrink(en, ITALIC, style.NOTE, closing.PERSON_WIDTH, 6.5), SECONDARY)

    def _testers_at(self, ink: Ink, x: float, testers: Sequence[Mapping[str, Any]]) -> float:
        self._heads(ink, x, self.testers["vi"].upper(), self.testers["en"])
        y = 34.4
        for tester in testers:
            y = self._person(ink, x, y, self._signed(tester, "tested"), f" · {words.CONFIRMED['vi']} ") + 10.2
        return y - 9.0

    def _reviewer_at(self, ink: Ink, x: float, reviewer: Mapping[str, Any]) -> float:
        office = reviewer.get("office") or words.REVIEWER
        english = "Reviewed by" + (f", {office['en']}" if office["en"] else "")
        self._heads(ink, x, office["vi"].upper(), "" if wording.only() == "vi" else english)
        return self._person(ink, x, 34.4, self._signed(reviewer, "reviewed"), " ")

    def _signatory(self, ink: Ink, signatory: Mapping[str, Any]) -> float:
        centre = closing.SIGNATORY_X + closing.SIGNATORY_WIDTH / 2
        y = 20.4 - 4.2
        alone = wording.only()
        place = in_whose_place(signatory["office_lines"])
        lines = signatory["office_lines"]
        if alone == "en":
            lines = [*([place.upper()] if place else []), signatory["office"]["vi"].upper()]
        for line in lines:
            y += 4.2
            ink.text(centre, y, line, BOLD, shrink(line, BOLD, style.BODY, closing.SIGNATORY_WIDTH, 7.0), align="centre")
        english = ", ".join(part for part in (signatory["office"]["en"], place, own.AUTHORISED_SIGNATORY["en"]) if part)
        if alone == "vi":
            english = ""
        if alone == "en":
            english = "authorised signatory"
        if english:
            y += 4.0
            ink.text(centre, y, english, ITALIC, shrink(english, ITALIC, style.NOTE, closing.SIGNATORY_WIDTH, 6.9), SECONDARY, "centre")
        if signatory.get("authority"):
            y += 3.6
            ink.text(centre, y, f"{words.AUTHORITY['vi']} {signatory['authority']}", REGULAR, 7.25, SECONDARY, "centre")
        bottom = self._seal(ink, y + 5.6, signatory)
        ink.text(centre, bottom + 5.6, signatory["name"], BOLD, style.BODY + 0.5, align="centre")
        return bottom + 5.6

    def _seal(self, ink: Ink, top: float, signatory: Mapping[str, Any]) -> float:
        """The field over the name: left free, behind a navy bar, and named in the file for whoever signs it; for ink free and bare."""
        if signatory["means"] == "electronic":
            return super()._seal(ink, top, signatory)
        if signatory["means"] == "digital":
            ink.rule(closing.SIGNATORY_X, top, closing.SIGNATORY_X, top + HEIGHT, 1.4, NAVY)
            ink.call(closing.SIGNATORY_X, top, _name_field)
        return top + HEIGHT


def _name_field(canvas: Any, x: float, y: float) -> None:
    canvas.name_field(NAME, x, y, WIDTH, HEIGHT)
