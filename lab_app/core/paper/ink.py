"""What a block puts on the paper: text, rules, shapes and pictures in millimetres downward from the block's top edge.

Collecting first and painting once keeps baselines where the layout says (a paragraph widget places its first baseline by the
font's ascent), writes one text object a block, and makes drawing fast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from reportlab.lib.units import mm

from lab_app.core.paper.style import INK, Colour
from lab_app.core.paper.typefaces import REGULAR, width

Align = Literal["left", "right", "centre"]
Point = tuple[float, float]


class Ink:
    """A list of marks. Coordinates: x from the block's left edge, y downward; millimetres. Type sizes and strokes: points."""

    __slots__ = ("deferred", "pictures", "shapes", "texts")

    def __init__(self) -> None:
        self.texts: list[tuple[float, float, str, str, float, Colour]] = []
        self.shapes: list[tuple[tuple[Point, ...], Colour | None, Colour | None, float, bool, float]] = []
        self.pictures: list[tuple[Any, float, float, float, float]] = []
        self.deferred: list[tuple[float, float, Callable[[Any, float, float], None]]] = []

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
        self.texts.append((x, y, text, face, size, colour))
        return x + length

    def rule(self, x1: float, y1: float, x2: float, y2: float, stroke: float, colour: Colour = INK) -> None:
        """A straight line; `stroke` in points."""
        self.shapes.append((((x1, y1), (x2, y2)), None, colour, stroke, False, 0.0))

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
        self.shapes.append((corners, fill, stroke, weight, True, 0.0))

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
        self.shapes.append((points, fill, colour if stroke else None, stroke, closed, 0.0))

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
        self.shapes.append((((x, y),), fill, stroke, weight, True, radius))

    def picture(self, image: Any, x: float, y: float, picture_width: float, height: float) -> None:
        """A picture (a reportlab ImageReader) with its top left corner at (x, y)."""
        self.pictures.append((image, x, y, picture_width, height))

    def call(self, x: float, y: float, act: Callable[[Any, float, float], None]) -> None:
        """When painted, call `act(canvas, x, y)` with the place in millimetres from the block's lower left corner.

        For what needs the page: remembering where a section stands, words that depend on page numbers.
        """
        self.deferred.append((x, y, act))

    def absorb(self, other: Ink, dx: float = 0.0, dy: float = 0.0) -> None:
        """Take over the marks of another ink, moved by (dx, dy)."""
        self.texts += [(x + dx, y + dy, *rest) for x, y, *rest in other.texts]  # type: ignore[misc]
        self.deferred += [(x + dx, y + dy, act) for x, y, act in other.deferred]
        self.shapes += [
            (tuple((x + dx, y + dy) for x, y in points), fill, stroke, weight, closed, radius)
            for points, fill, stroke, weight, closed, radius in other.shapes
        ]
        self.pictures += [(image, x + dx, y + dy, w, h) for image, x, y, w, h in other.pictures]

    def paint(self, canvas: Any, height: float, x0: float = 0.0, y0: float = 0.0) -> None:
        """Draw on a canvas whose origin is the lower left corner of a block `height` millimetres tall, moved by (x0, y0)."""
        if self.shapes or self.pictures:
            canvas.saveState()
            self._paint_shapes(canvas, height + y0, x0)
            for image, x, y, w, h in self.pictures:
                canvas.drawImage(image, (x + x0) * mm, (height + y0 - y - h) * mm, w * mm, h * mm)
            canvas.restoreState()
        if self.texts:
            self._paint_texts(canvas, height + y0, x0)
        for x, y, act in self.deferred:
            act(canvas, x + x0, height + y0 - y)

    def _paint_shapes(self, canvas: Any, top: float, x0: float) -> None:
        line: Colour | None = None
        filling: Colour | None = None
        weight = -1.0
        canvas.setLineCap(0)
        for points, fill, stroke, stroke_width, closed, radius in self.shapes:
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

    def _paint_texts(self, canvas: Any, top: float, x0: float) -> None:
        block = canvas.beginText()
        ink: Colour | None = None
        set_face, set_size = "", 0.0
        for x, y, text, face, size, colour in self.texts:
            if face != set_face or size != set_size:
                block.setFont(face, size)
                set_face, set_size = face, size
            if colour != ink:
                block.setFillColorRGB(*colour)
                ink = colour
            block.setTextOrigin((x + x0) * mm, (top - y) * mm)
            # textOut would measure the string again to move its cursor; every line here has its own origin.
            block._code.append(block._formatText(text))
        canvas.drawText(block)
