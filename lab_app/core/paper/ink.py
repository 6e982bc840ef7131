"""What a block puts on the paper: text, rules, shapes and pictures in millimetres downward from the block's top edge.

Collecting first and painting once keeps baselines where the layout says (a paragraph widget places its first baseline by the
font's ascent), writes one text object a block, and makes drawing fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from reportlab.lib.rl_accel import fp_str
from reportlab.lib.units import mm

from lab_app.core.paper.pen import filled, pen_of
from lab_app.core.paper.style import INK, Colour
from lab_app.core.paper.tags import ARTIFACT, ENGLISH_WORDS, GROUPS, Element, Tree, taken_in
from lab_app.core.paper.typefaces import ITALIC, REGULAR, width

Align = Literal["left", "right", "centre"]
Point = tuple[float, float]
#: Points, fill, stroke, weight of the stroke, whether closed, radius of a circle, element.
Shape = tuple[tuple[Point, ...], Colour | None, Colour | None, float, bool, float, Element]


class Inside:
    """The `with` in which marks belong to an element; every cell of every table is one, so that it is no generator."""

    __slots__ = ("_before", "_element", "_figure", "_ink")

    def __init__(self, ink: Ink, element: Element) -> None:
        self._ink, self._element = ink, element
        self._before: Element | None = None
        self._figure = ARTIFACT

    def __enter__(self) -> Element:
        ink, element = self._ink, self._element
        self._before, self._figure = ink._into, ink._figure
        ink._into = element
        if element.kind == "Figure":
            ink._figure = element
        return element

    def __exit__(self, *_: object) -> None:
        before = self._before
        self._ink._into = None if before is not None and before.loose else before
        self._ink._figure = self._figure


class Ink:
    """A list of marks. Coordinates: x from the block's left edge, y downward; millimetres. Type sizes and strokes: points.

    `roots` are the elements (`paper.tags`) of its marks in reading order. A text outside any element is a paragraph; shapes count
    only within a figure and are artifacts elsewhere.
    """

    __slots__ = ("_figure", "_into", "deferred", "pictures", "roots", "shapes", "texts")

    def __init__(self) -> None:
        self.texts: list[tuple[float, float, str, str, float, Colour, Element]] = []
        self.shapes: list[Shape] = []
        self.pictures: list[tuple[Any, float, float, float, float, Element]] = []
        self.deferred: list[tuple[float, float, Callable[[Any, float, float], None], Element]] = []
        self.roots: list[Element] = []
        self._into: Element | None = None
        self._figure: Element = ARTIFACT

    def tagged(self, kind: str, *, alt: str = "", lang: str = "", scope: str = "", span: int = 1) -> Inside:
        """What is put inside the `with` belongs to a new element of a kind, within the element of the `with` around it."""
        return Inside(self, self.element(kind, alt=alt, lang=lang, scope=scope, span=span))

    def element(self, kind: str, *, alt: str = "", lang: str = "", scope: str = "", span: int = 1) -> Element:
        """A new element in its reading place, still empty; `inside` puts marks into it, in whatever order suits the drawing."""
        if self._into is ARTIFACT:
            return ARTIFACT
        element = Element(kind, alt=alt, lang=lang, scope=scope, span=span)
        if self._into is not None and not self._into.loose:
            self._into.adopt(element)
        else:
            self.roots.append(element)
        return element

    def inside(self, element: Element) -> Inside:
        """What is put inside the `with` belongs to an element that exists."""
        return Inside(self, element)

    def cell(self, column: int) -> Inside:
        """What is put inside the `with` belongs to a cell of the last row of this ink (`tables.row_band`), columns counted from 0."""
        cells = [kid for kid in self.roots[-1].kids if isinstance(kid, Element)]
        return Inside(self, cells[column])

    def artifact(self) -> Inside:
        """What is put inside the `with` is no content: it repeats or adorns."""
        return Inside(self, ARTIFACT)

    def _claimed(self) -> Element:
        """The element that takes the next text."""
        into = self._into
        if into is None:
            into = self._into = Element("P", loose=True)
            self.roots.append(into)
        elif into.kind in GROUPS:
            loose = Element("P", loose=True)
            taken_in(into, [loose])
            return loose
        return into

    def under(self, group: Element) -> None:
        """Put all elements of this ink under a group (the rows of a table, collected one by one)."""
        taken_in(group, self.roots)
        self.roots = [group]
        self._into = None

    def unread(self) -> Ink:
        """The same marks as an artifact: a heading that repeats on a following page."""
        copy = Ink()
        copy.texts = [(*mark[:6], ARTIFACT) for mark in self.texts]
        copy.shapes = [(*mark[:6], ARTIFACT) for mark in self.shapes]
        copy.pictures = [(*mark[:5], ARTIFACT) for mark in self.pictures]
        copy.deferred = [(*mark[:3], ARTIFACT) for mark in self.deferred]
        return copy

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: str = REGULAR,
        size: float = 9.0,
        colour: Colour = INK,
        align: Align = "left",
    ) -> float:
        """Put one line with its baseline at `y`; returns the x of its right end."""
        length = width(text, face, size)
        if align == "right":
            x -= length
        elif align == "centre":
            x -= length / 2
        into = self._into
        if into is None or into.kind in GROUPS:
            into = self._claimed()
        self.texts.append((x, y, text, face, size, colour, into))
        return x + length

    def measured(self, x: float, y: float, text: str, face: str, size: float, colour: Colour) -> None:
        """Put a text that was measured already where it begins (lines that were set)."""
        into = self._into
        if into is None or into.kind in GROUPS:
            into = self._claimed()
        self.texts.append((x, y, text, face, size, colour, into))

    def rule(self, x1: float, y1: float, x2: float, y2: float, stroke: float, colour: Colour = INK) -> None:
        """A straight line; `stroke` in points."""
        self.shapes.append((((x1, y1), (x2, y2)), None, colour, stroke, False, 0.0, self._figure))

    def box(
        self,
        x: float,
        y: float,
        box_width: float,
        height: float,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        weight: float = 0.0,
    ) -> None:
        """A rectangle with its top left corner at (x, y)."""
        corners = ((x, y), (x + box_width, y), (x + box_width, y + height), (x, y + height))
        self.shapes.append((corners, fill, stroke, weight, True, 0.0, self._figure))

    def path(
        self,
        points: tuple[Point, ...],
        colour: Colour,
        stroke: float = 0.0,
        *,
        closed: bool = False,
        fill: Colour | None = None,
    ) -> None:
        """A polyline, open or closed, stroked with `stroke` points or filled."""
        self.shapes.append((points, fill, colour if stroke else None, stroke, closed, 0.0, self._figure))

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        weight: float = 0.0,
    ) -> None:
        """A circle about (x, y); radius in millimetres."""
        self.shapes.append((((x, y),), fill, stroke, weight, True, radius, self._figure))

    def picture(self, image: Any, x: float, y: float, picture_width: float, height: float) -> None:
        """A picture (a reportlab ImageReader) with its top left corner at (x, y)."""
        self.pictures.append((image, x, y, picture_width, height, self._figure))

    def call(self, x: float, y: float, act: Callable[[Any, float, float], None]) -> None:
        """When painted, call `act(canvas, x, y)` with the place in millimetres from the block's lower left corner.

        For what needs the page: remembering where a section stands, words that depend on page numbers.
        """
        self.deferred.append((x, y, act, ARTIFACT if self._into is None else self._into))

    def absorb(self, other: Ink, dx: float = 0.0, dy: float = 0.0) -> None:
        """Take over the marks of another ink, moved by (dx, dy), with their elements."""
        self._take_elements(other)
        if dx or dy:
            self.texts += [
                (x + dx, y + dy, text, face, size, colour, element) for x, y, text, face, size, colour, element in other.texts]
        else:
            self.texts += other.texts
        self.deferred += [(x + dx, y + dy, *held) for x, y, *held in other.deferred]  # type: ignore[misc]
        if other.shapes:
            figure = self._figure
            self.shapes += [
                (tuple([(x + dx, y + dy) for x, y in points]), fill, stroke, weight, closed, radius, figure if of is ARTIFACT else of)
                for points, fill, stroke, weight, closed, radius, of in other.shapes
            ]
        self.pictures += [(image, x + dx, y + dy, *rest) for image, x, y, *rest in other.pictures]  # type: ignore[misc]

    def _take_elements(self, other: Ink) -> None:
        """The elements of another ink in their place; its loose text goes to the element that is open here."""
        into = self._into
        if into is None or into.loose:
            self._into = None
            if other.roots:
                self.roots += [root for root in other.roots if root not in self.roots] if self.roots else other.roots
        elif into.kind in GROUPS:
            taken_in(into, other.roots)
        else:
            if any(root.loose for root in other.roots):
                other.texts = [(*mark[:6], into if mark[6].loose else mark[6]) for mark in other.texts]
            taken_in(into, [root for root in other.roots if not root.loose])
        other._into = None

    def paint(self, canvas: Any, height: float, x0: float = 0.0, y0: float = 0.0) -> None:
        """Draw on a canvas whose origin is the lower left corner of a block `height` millimetres tall, moved by (x0, y0)."""
        tree: Tree | None = getattr(canvas, "tags", None)
        if tree is not None:
            for root in self.roots:
                tree.place(root)
        if self.shapes or self.pictures:
            canvas.saveState()
            if tree is None:
                self._paint_shapes(canvas, height + y0, x0, self.shapes)
            else:
                for element, marks in groupby(self.shapes, key=itemgetter(6)):
                    canvas._code.append(tree.begin(element, canvas._pageNumber))
                    self._paint_shapes(canvas, height + y0, x0, marks)
                    canvas._code.append("EMC")
            for image, x, y, w, h, element in self.pictures:
                if tree is not None:
                    canvas._code.append(tree.begin(element, canvas._pageNumber))
                canvas.drawImage(image, (x + x0) * mm, (height + y0 - y - h) * mm, w * mm, h * mm)
                if tree is not None:
                    canvas._code.append("EMC")
            canvas.restoreState()
        if self.texts:
            self._paint_texts(canvas, height + y0, x0, tree)
        for x, y, act, element in self.deferred:
            if tree is not None and element.kind == "Figure":
                canvas._code.append(tree.begin(element, canvas._pageNumber))
                act(canvas, x + x0, height + y0 - y)
                canvas._code.append("EMC")
            else:
                canvas.element = element
                act(canvas, x + x0, height + y0 - y)

    def _paint_shapes(self, canvas: Any, top: float, x0: float, shapes: Iterable[Shape]) -> None:
        line: Colour | None = None
        filling: Colour | None = None
        weight = -1.0
        canvas.setLineCap(0)
        for points, fill, stroke, stroke_width, closed, radius, _ in shapes:
            if fill is not None and fill != filling:
                canvas.setFillColorRGB(*fill)
                filling = fill
            if stroke is not None:
                if stroke != line:
                    canvas.setStrokeColorRGB(*stroke)
                    line = stroke
                if stroke_width != weight:
                    canvas.setLineWidth(stroke_width)
                    weight = stroke_width
            if radius:
                ((x, y),) = points
                canvas.circle(
                    (x + x0) * mm,
                    (top - y) * mm,
                    radius * mm,
                    stroke=stroke is not None,
                    fill=fill is not None,
                )
            elif len(points) == 2:
                (x1, y1), (x2, y2) = points
                canvas.line((x1 + x0) * mm, (top - y1) * mm, (x2 + x0) * mm, (top - y2) * mm)
            else:
                path = canvas.beginPath()
                path.moveTo((points[0][0] + x0) * mm, (top - points[0][1]) * mm)
                for x, y in points[1:]:
                    path.lineTo((x + x0) * mm, (top - y) * mm)
                if closed:
                    path.close()
                canvas.drawPath(path, stroke=stroke is not None, fill=fill is not None)

    def _paint_texts(self, canvas: Any, top: float, x0: float, tree: Tree | None) -> None:
        block = canvas.beginText()
        write = block._code.append
        pen = pen_of(canvas)
        ink: Colour | None = None
        set_face, set_size, subset = "", 0.0, -1
        marks = _Marks(tree, canvas._pageNumber, write) if tree is not None else None
        texts = self.texts if marks is None else [mark for mark in self.texts if mark[2]]
        last = len(texts) - 1
        for place, (x, y, text, face, size, colour, element) in enumerate(texts):
            if marks is not None:
                english = face == ITALIC and colour != INK
                if element is not marks.within or english is not marks.english:
                    marks.into(element, english)
                # Words of one element that stand apart keep a space between them, for readers that do not look at places.
                if place < last and texts[place + 1][6] is element and text[-1:] != " " and element is not ARTIFACT:
                    after = texts[place + 1]
                    if after[1] != y or after[0] - x - width(text, face, size) > 0.25:
                        text += " "
            if face != set_face or size != set_size:
                set_face, set_size, subset = face, size, -1
            if colour != ink:
                write(filled(colour))
                ink = colour
            write(f"1 0 0 1 {fp_str((x + x0) * mm, (top - y) * mm)} Tm")
            for part, operator in pen.shown(text, face):
                if part != subset:
                    write(pen.font(face, size, part))
                    subset = part
                write(operator)
        if marks is not None:
            marks.end()
        canvas.drawText(block)


class _Marks:
    """Marked content around the strings of one text object, opened and closed as elements and languages change."""

    __slots__ = ("english", "page", "tree", "within", "write")

    def __init__(self, tree: Tree, page: int, write: Callable[[str], None]) -> None:
        self.tree, self.page, self.write = tree, page, write
        self.within: Element | None = None
        self.english = False

    def into(self, element: Element, english: bool) -> None:
        """What is written next belongs to an element; `english`: by its look."""
        if element is not self.within:
            self.end()
            self.write(self.tree.begin(element, self.page))
            self.within = element
        if english is not self.english and (not english or self.tree.speaks_otherwise(element)):
            self.write(ENGLISH_WORDS if english else "EMC")
            self.english = english

    def end(self) -> None:
        """Close what is open."""
        if self.english:
            self.write("EMC")
            self.english = False
        if self.within is not None:
            self.write("EMC")
            self.within = None
