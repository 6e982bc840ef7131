"""Pages: letterhead, running head, footer with the QR, page x of y, and what can be written only once the pages are known."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from lab_app.core.paper import style
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.marks import disc
from lab_app.core.paper.qr import QUIET, draw_qr, modules
from lab_app.core.paper.setting import Line, Run, put, set_lines, shrink
from lab_app.core.paper.style import INK, NAVY, SECONDARY, Colour
from lab_app.core.paper.tags import ARTIFACT, LANGUAGES, Element, Tree, link
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR, width
from lab_app.core.paper.wording import NO_BREAK, Words, only

# ReportLab wraps its compressed streams in ASCII85 unless told otherwise: a quarter more bytes and time for nothing.
rl_config.useA85 = 0

Text = Mapping[str, str]

PAGE = Words({"vi": "Trang", "en": "Page"})
TAX_CODE = Words({"vi": "MST", "en": "Tax code"})

QR_SIDE = 25.0
FOOTER_QR_TOP = 262.6


@dataclass(slots=True)
class Furniture:
    """What stands on every page besides the body.

    `laboratory`: name, address, contact of the letterhead. `title`, `number`, `stamp`: the running head (`stamp` is a state
    such as *SƠ BỘ / PRELIMINARY*, in red). `statement`: the two lines of the footer. `address`: the look-up address; None for
    a paper without one, then `no_address` says why. `qr`: its payload, when it differs from the address. `lang`: language of the
    paper's upright text, `vi` or `en`.
    """

    laboratory: Mapping[str, Any]
    title: Text
    number_label: Text
    number: str
    form_code: str
    statement: Text
    address: str | None = None
    address_label: Text = field(default_factory=lambda: Words({"vi": "Tra cứu", "en": "Verify"}))
    no_address: Text = field(default_factory=lambda: {"vi": "", "en": ""})
    qr: str | None = None
    qr_says: Text = field(default_factory=lambda: {"vi": "Mã QR mở địa chỉ", "en": "QR code that opens"})
    accreditation: Mapping[str, str] | None = None
    marks: Sequence[Any] = ()
    stamp: Text | None = None
    logo: Any = None
    watermark: Sequence[str] = ()
    number_colour: Colour = INK
    lang: str = "vi"


@dataclass(slots=True)
class _Later:
    """Text whose words depend on the finished pages."""

    page: int
    x: float
    y: float
    words: Callable[[Mapping[str, Sequence[int]]], str]
    face: str
    size: float
    colour: Colour
    align: str
    element: Element


class PaperCanvas(Canvas):  # type: ignore[misc]
    """A canvas that holds its pages back until their number is known, then draws the furniture on each.

    With `tags` what is drawn is tagged; `element` is what a deferred act of an ink draws for.
    """

    furniture: Furniture
    tags: Tree | None = None
    element: Element = ARTIFACT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: list[dict[str, Any]] = []
        self._later: list[_Later] = []
        self._keys: dict[int, tuple[float, float, dict[str, Text], Element]] = {}
        self._fields: dict[str, tuple[int, tuple[float, float, float, float]]] = {}
        self.places: dict[str, list[int]] = {}
        self._head, self._foot = Element("Sect"), Element("Sect")

    def tag(self) -> None:
        """Begin the paper's structure, the letterhead first."""
        self.tags = Tree(self.furniture.lang, alone=bool(only()))
        self.tags.place(self._head)

    def note_place(self, name: str) -> None:
        """Remember that something named stands on this page (a section of results, for the page column of the methods)."""
        pages = self.places.setdefault(name, [])
        if self._pageNumber not in pages:
            pages.append(self._pageNumber)

    def write_later(
        self,
        x: float,
        y: float,
        words: Callable[[Mapping[str, Sequence[int]]], str],
        face: str,
        size: float,
        colour: Colour = INK,
        align: str = "left",
    ) -> None:
        """Write at (x, y) millimetres of the current coordinates once all pages exist; `words` gets name → page numbers."""
        left, bottom = self.absolutePosition(x * mm, y * mm)
        self._later.append(
            _Later(
                self._pageNumber, left / mm, style.PAGE_HEIGHT - bottom / mm, words, face, size, colour, align, self.element
            )
        )

    def put_key(self, x: float, y: float, entries: Mapping[str, Text]) -> None:
        """Offer a table's key of marks; a page prints one, under its last table, with the marks of all its tables."""
        left, bottom = self.absolutePosition(x * mm, y * mm)
        _, _, known, element = self._keys.get(self._pageNumber, (0.0, 0.0, {}, Element("P")))
        self._keys[self._pageNumber] = (left / mm, style.PAGE_HEIGHT - bottom / mm, {**known, **entries}, element)
        if self.tags is not None:
            self.tags.place(element)
            self.tags.replace(element)

    def name_field(self, name: str, x: float, y: float, field_width: float, height: float) -> None:
        """Name a rectangle of this page in the file (a destination), its upper left corner at (x, y) millimetres of the current
        coordinates, so that whoever has the file finds it again."""
        left, top = self.absolutePosition(x * mm, y * mm)
        self._fields[name] = (self._pageNumber, (left, top - height * mm, left + field_width * mm, top))

    def showPage(self) -> None:
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        held, later, keys, places, fields = self._held, self._later, self._keys, self.places, self._fields
        named = PDFDictionary()
        for number, state in enumerate(held, 1):
            self.__dict__.update(state)
            self._finish_page(
                number, len(held), [item for item in later if item.page == number], keys.get(number), places
            )
            for name, (page, box) in fields.items():
                if page == number:
                    corners = [round(corner, 2) for corner in box]
                    named[name] = PDFArray([self._doc.thisPageRef(), PDFName("FitR"), *corners])
            super().showPage()
        if fields:
            self._doc.Catalog.Dests = named
        if self.tags is not None:
            self.tags.write(self._doc)
        super().save()

    def _finish_page(
        self,
        number: int,
        count: int,
        later: Sequence[_Later],
        key: tuple[float, float, Mapping[str, Text], Element] | None,
        places: Mapping[str, Sequence[int]],
    ) -> None:
        ink = Ink()
        first = number == 1
        if first:
            with ink.inside(self._head):
                letterhead(ink, self.furniture)
        else:
            with ink.artifact():
                running_head(ink, self.furniture, number, count)
        with ink.inside(self._foot) if first else ink.artifact():
            footer(ink, self.furniture, number, count)
        for item in later:
            with ink.inside(item.element):
                ink.text(item.x, item.y, item.words(places), item.face, item.size, item.colour, item.align)  # type: ignore[arg-type]
        if key is not None:
            x, y, entries, element = key
            with ink.inside(element):
                put(ink, x, y, key_lines(entries), 3.4)
        ink.paint(self, style.PAGE_HEIGHT)
        if self.furniture.qr:
            self._footer_qr(self.furniture.qr, first)

    def _footer_qr(self, payload: str, first: bool) -> None:
        """The same symbol on every page, held once in the file; the first page's is read out, and is a link.

        Its dark modules end on the text block's right edge.
        """
        if not self.hasForm("qr"):
            self.beginForm("qr", 0, 0, style.PAGE_WIDTH * mm, style.PAGE_HEIGHT * mm)
            quiet = QR_SIDE * QUIET / modules(payload)
            draw_qr(self, payload, style.RIGHT - QR_SIDE + quiet, FOOTER_QR_TOP, QR_SIDE, style.PAGE_HEIGHT)
            self.endForm()
        tags = self.tags
        if tags is None:
            self.doForm("qr")
            return
        symbol, whole = ARTIFACT, Element("Link")
        if first:
            symbol = Element("Figure", alt=f"{self.furniture.qr_says[self.furniture.lang]} {payload}")
            whole.adopt(symbol)
            self._foot.adopt(whole)
        self._code.append(tags.begin(symbol, self._pageNumber))
        self.doForm("qr")
        self._code.append("EMC")
        if first:
            left, bottom = (style.RIGHT - QR_SIDE) * mm, (style.PAGE_HEIGHT - FOOTER_QR_TOP - QR_SIDE) * mm
            link(self, payload, (left, bottom, left + QR_SIDE * mm, bottom + QR_SIDE * mm), payload, whole)


def key_lines(entries: Mapping[str, Text]) -> list[Line]:
    """A key of marks as set lines; a mark never parts from its words."""
    runs: list[Run] = []
    for place, (mark, text) in enumerate(entries.items()):
        runs.append(Run(("    " if place else "") + mark.replace(" ", NO_BREAK), BOLD, style.NOTE - 0.25))
        runs.append(Run(NO_BREAK + text["vi"].replace(" ", NO_BREAK), REGULAR, style.NOTE - 0.25))
        if text["en"]:
            english = NO_BREAK + text["en"].replace(" ", NO_BREAK)
            runs.append(Run(english, ITALIC, style.NOTE_EN - 0.1, SECONDARY))
    return set_lines(runs, style.TEXT_WIDTH)


def letterhead(ink: Ink, furniture: Furniture) -> None:
    """The first page's head, 12 to 32 mm: mark, names, address; the accreditation block when one is given."""
    laboratory = furniture.laboratory
    with ink.tagged("Figure", alt=laboratory["name"][furniture.lang] or laboratory["name"]["vi"]):
        if furniture.logo is not None:
            wide, high = furniture.logo.getSize()
            scale = min(16.0 / wide, 16.0 / high)
            ink.picture(
                furniture.logo,
                style.LEFT + (16 - wide * scale) / 2,
                12.0 + (16 - high * scale) / 2,
                wide * scale,
                high * scale,
            )
        else:
            disc(ink, style.LEFT, 12.0, 16.0)
    room = (154.0 if furniture.accreditation else style.RIGHT) - 42.0
    name, english = laboratory["name"]["vi"].upper(), laboratory["name"]["en"]
    parent = laboratory.get("parent")
    if parent:
        parents = " · ".join(part for part in (parent["vi"].upper(), parent["en"]) if part)
        ink.text(42.0, 12.9, parents, REGULAR, shrink(parents, REGULAR, style.FOOTER, room, 6.0), SECONDARY)
    down = 1.8 if parent or only() else 0.0
    ink.text(42.0, 15.6 + down, name, BOLD, shrink(name, BOLD, 11.5, room, 8.0), NAVY)
    ink.text(42.0, 20.0 + down * 0.7, english, ITALIC, shrink(english, ITALIC, 9.25, room, 7.0), SECONDARY)
    address = laboratory.get("address") or ""
    up = 2.4 if only() else 0.0  # there is no second name to keep clear of
    ink.text(42.0, 24.4 - up, address, REGULAR, shrink(address, REGULAR, style.FOOTER, room, 6.0), SECONDARY)
    contact = [laboratory.get("phone"), laboratory.get("email"), laboratory.get("website")]
    if laboratory.get("tax_code"):
        contact.append(f"{TAX_CODE['vi']} {laboratory['tax_code']}")
    remark = laboratory.get("remark")
    if remark:
        contact.append(" / ".join(part for part in (remark["vi"], remark["en"]) if part))
    line = "   ".join(part for part in contact if part)
    ink.text(42.0, 27.8 - up, line, REGULAR, shrink(line, REGULAR, style.FOOTER, room, 6.0), SECONDARY)
    if furniture.accreditation and furniture.marks:
        accreditation_marks(ink, furniture.accreditation, furniture.marks)
    elif furniture.accreditation:
        with ink.tagged("P", lang="vi"):
            accreditation_block(ink, furniture.accreditation)
    ink.rule(style.LEFT, style.LETTERHEAD_RULE, style.RIGHT, style.LETTERHEAD_RULE, style.RULE_HEAVY, NAVY)


def accreditation_block(ink: Ink, accreditation: Mapping[str, str]) -> None:
    """Scheme number, standard and validity at the right of the letterhead, behind a rule."""
    room = style.RIGHT - 160.0
    ink.rule(157.0, 12.6, 157.0, 28.2, style.RULE_TABLE, NAVY)
    number = accreditation["number"]
    ink.text(160.0, 15.6, number, BOLD, shrink(number, BOLD, 11.0, room, 7.0))
    standard = accreditation["standard"]
    ink.text(160.0, 20.0, standard, REGULAR, shrink(standard, REGULAR, style.LABEL, room, 6.5))
    ink.text(160.0, 24.4, accreditation["validity"], REGULAR, style.FOOTER, SECONDARY)
    ink.text(
        160.0,
        27.8,
        accreditation["remark"],
        ITALIC,
        shrink(accreditation["remark"], ITALIC, 6.9, room, 6.0),
        SECONDARY,
    )


def accreditation_marks(ink: Ink, accreditation: Mapping[str, str], marks: Sequence[Any]) -> None:
    """The marks that the accreditation allows, beside one another behind a rule, and beneath them number, standard and validity."""
    room, gap = style.RIGHT - 160.0, 2.0
    ink.rule(157.0, 12.0, 157.0, 30.0, style.RULE_TABLE, NAVY)
    each = (room - gap * (len(marks) - 1)) / len(marks)
    said = f"{accreditation['number']}, {accreditation['standard']}"
    for place, mark in enumerate(marks):
        wide, high = mark.getSize()
        scale = min(each / wide, 11.5 / high)
        with ink.tagged("Figure", alt=said):
            ink.picture(mark, 160.0 + place * (each + gap), 12.0 + (11.5 - high * scale) / 2, wide * scale, high * scale)
    ink.text(160.0, 26.6, said, BOLD, shrink(said, BOLD, style.FOOTER, room, 6.0))
    ink.text(160.0, 29.8, accreditation["validity"], REGULAR, shrink(accreditation["validity"], REGULAR, 6.9, room, 6.0), SECONDARY)


def running_head(ink: Ink, furniture: Furniture, number: int, count: int) -> None:
    """Pages from the second on: title at the left, number and page at the right; a state in red where room is left."""
    y = style.HEAD_BASELINE
    label = "/".join(part for part in (furniture.number_label["vi"], furniture.number_label["en"]) if part)
    end = style.RIGHT
    for text, face, size, colour, gap in (
        (f"{number}/{count}", MEDIUM, style.BODY, INK, 1.3),
        (PAGE.joined(), REGULAR, style.SUBSECTION_EN, SECONDARY, 5.0),
        (furniture.number, MEDIUM, style.BODY, furniture.number_colour, 1.3),
        (label, REGULAR, style.SUBSECTION_EN, SECONDARY, 3.0),
    ):
        ink.text(end, y, text, face, size, colour, "right")
        end -= width(text, face, size) + gap
    x = ink.text(style.LEFT, y, furniture.title["vi"], MEDIUM, style.BODY, NAVY)
    stamp = furniture.stamp
    title_en, stamp_vi, stamp_en = (
        furniture.title["en"],
        stamp["vi"] if stamp else "",
        stamp["en"] if stamp else "",
    )
    size = style.SUBSECTION_EN
    needed = width(stamp_vi, BOLD, size) + 3.5 if stamp_vi else 0.0
    if title_en and x + 2.0 + width(title_en, ITALIC, size) + needed <= end:
        x = ink.text(x + 2.0, y, title_en, ITALIC, size, SECONDARY)
    if stamp_vi:
        x = ink.text(x + 3.5, y, stamp_vi, BOLD, shrink(stamp_vi, BOLD, size, end - x - 3.5, 6.0), style.FAIL)
        if x + 1.5 + width(stamp_en, ITALIC, size - 0.5) <= end:
            ink.text(x + 1.5, y, stamp_en, ITALIC, size - 0.5, style.FAIL)
    ink.rule(style.LEFT, style.HEAD_RULE, style.RIGHT, style.HEAD_RULE, 0.8, NAVY)


def footer(ink: Ink, furniture: Furniture, number: int, count: int) -> None:
    """The footer band: statement, look-up address in words, number, form and page; the QR stands beside it."""
    ink.rule(style.LEFT, style.FOOTER_RULE, style.RIGHT, style.FOOTER_RULE, style.RULE_HEAD, style.MID)
    room = style.FOOTER_TEXT_RIGHT - style.LEFT
    vi = furniture.statement["vi"]
    ink.text(style.LEFT, 266.7, vi, REGULAR, shrink(vi, REGULAR, style.FOOTER, room, 6.0))
    en = furniture.statement["en"]
    ink.text(style.LEFT, 270.2, en, ITALIC, shrink(en, ITALIC, style.FOOTER_EN, room, 6.0), SECONDARY)
    if furniture.address:
        with ink.tagged("P"):
            x = ink.text(style.LEFT, 276.5, furniture.address_label["vi"], REGULAR, style.LABEL)
            x = ink.text(x + 1.2, 276.5, furniture.address_label["en"], ITALIC, style.FOOTER, SECONDARY)
            size = shrink(furniture.address, MEDIUM, 9.25, style.FOOTER_TEXT_RIGHT - x - 2.0, 6.0)
            ink.text(x + 2.0, 276.5, furniture.address, MEDIUM, size)
    elif furniture.no_address["vi"]:
        x = ink.text(style.LEFT, 276.5, furniture.no_address["vi"], MEDIUM, style.LABEL)
        ink.text(x + 1.6, 276.5, furniture.no_address["en"], ITALIC, style.FOOTER, SECONDARY)
    ink.rule(style.LEFT, 279.8, style.FOOTER_TEXT_RIGHT, 279.8, style.RULE_HAIR, style.HAIRLINE)
    x = ink.text(style.LEFT, 283.9, furniture.number, MEDIUM, style.FOOTER, furniture.number_colour)
    ink.text(x + 4.0, 283.9, furniture.form_code, REGULAR, style.FOOTER, SECONDARY)
    page = f"{number}/{count}"
    ink.text(style.FOOTER_TEXT_RIGHT, 283.9, f"{PAGE.joined()}  {page}", MEDIUM, style.FOOTER, align="right")


def _watermark(canvas: Any, words: Sequence[str]) -> None:
    """Grey words across the page, under the text."""
    canvas.saveState()
    canvas.setFillColorRGB(*style.WATERMARK)
    canvas.translate(style.PAGE_WIDTH / 2 * mm, style.PAGE_HEIGHT / 2 * mm)
    canvas.rotate(52)
    canvas.setFont(BOLD, 110)
    for place, word in enumerate(words):
        canvas.drawCentredString(0, (len(words) / 2 - place) * 122 - 92, word)
    canvas.restoreState()


def build(
    story: list[Flowable], furniture: Furniture, *, subject: str, first_top: float = style.LETTERHEAD_RULE, tagged: bool = True
) -> bytes:
    """Lay the story out on A4 and return the file. Same story, same bytes: no clock, no random identifier.

    `first_top`: where the body begins on page 1, millimetres from the top edge. `tagged`: write the structure (`paper.tags`);
    layouts that were issued with before there was one pass False, and keep their bytes.
    """
    buffer = io.BytesIO()

    def canvas_with_furniture(*args: Any, **kwargs: Any) -> PaperCanvas:
        canvas = PaperCanvas(*args, **kwargs)
        canvas.furniture = furniture
        if tagged:
            canvas.tag()
        return canvas

    document = BaseDocTemplate(
        buffer,
        pagesize=(style.PAGE_WIDTH * mm, style.PAGE_HEIGHT * mm),
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,
        lang=LANGUAGES[furniture.lang],
        title=f"{furniture.title['vi']} {furniture.number}".strip(),
        author=furniture.laboratory["name"]["vi"],
        subject=subject,
        creator="",
        producer="ReportLab",
        keywords="",
    )

    def frame(top: float) -> Frame:
        return Frame(
            style.LEFT * mm,
            (style.PAGE_HEIGHT - style.BODY_BOTTOM) * mm,
            style.TEXT_WIDTH * mm,
            (style.BODY_BOTTOM - top) * mm,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )

    def under(canvas: Any, _document: Any) -> None:
        if furniture.watermark:
            if tagged:
                canvas._code.append("/Artifact BMC")
            _watermark(canvas, furniture.watermark)
            if tagged:
                canvas._code.append("EMC")

    document.addPageTemplates(
        [
            PageTemplate("first", [frame(first_top)], onPage=under, autoNextPageTemplate="next"),
            PageTemplate("next", [frame(style.BODY_TOP)], onPage=under),
        ]
    )
    document.build(story, canvasmaker=canvas_with_furniture)
    return buffer.getvalue()
