"""The paper of a report, and its floor: the very same marks put straight on a ReportLab canvas.

The floor is not another paper: one drawing of the program's is watched, every string with its face, size, colour and place, every line and
path, every tag around a string and every element of the structure is noted, and the floor puts exactly these on as many pages. What
the program costs beyond that is its layout, its reading order and its checks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from certificates.snapshot import TEST_REPORT_2
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.tags import _Writer
from tests.certificates.demo_snapshot import demo_snapshot


def demonstration_snapshot() -> str:
    """The frozen text of the demonstration's report, as long as a real one."""
    return json.dumps(demo_snapshot(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Marks:
    """What one drawing puts on paper."""

    def __init__(self) -> None:
        self.strings: list[tuple[float, float, str, float, str, str, tuple[float, float, float]]] = []
        self.structure: list[str] = []
        self.lines: list[tuple[float, float, float, float]] = []
        self.paths: dict[int, list[tuple[str, tuple[float, ...]]]] = {}
        self.pages = 0
        self.seen: list[Any] = []  # kept alive, so that no two paths share an id


@contextmanager
def _watched() -> Iterator[Marks]:
    marks = Marks()
    kept = {
        (owner, name): getattr(owner, name)
        for owner, names in (
            (Ink, ("_paint_texts",)), (_Writer, ("_finish",)),
            (PDFPathObject, ("moveTo", "lineTo", "curveTo", "close")),
            (Canvas, ("line", "showPage")),
        )
        for name in names
    }

    def watch(owner: type, name: str, note: Callable[..., None]) -> None:
        real = kept[owner, name]

        def watched(self: Any, *args: Any, **kw: Any) -> Any:
            note(self, *args)
            return real(self, *args, **kw)

        setattr(owner, name, watched)

    def path(name: str) -> Callable[..., None]:
        def note(self: Any, *args: float) -> None:
            marks.seen.append(self)
            marks.paths.setdefault(id(self), []).append((name, args))

        return note

    def page(_self: Any) -> None:
        marks.pages += 1

    def line(_self: Any, *args: float) -> None:
        marks.lines.append(args)  # type: ignore[arg-type]

    def strings(self: Any, _canvas: Any, top: float, x0: float, tree: Any) -> None:
        before = None
        for x, y, text, face, size, colour, element in self.texts:
            tag = "" if tree is None or element is before else str(element.kind)
            before = element
            marks.strings.append(((x + x0) * mm, (top - y) * mm, face, size, text, tag, colour))

    def structure(_self: Any, _number: int, text: str) -> None:
        marks.structure.append(text)

    watch(Ink, "_paint_texts", strings)
    watch(_Writer, "_finish", structure)
    watch(Canvas, "line", line)
    watch(Canvas, "showPage", page)
    for name in ("moveTo", "lineTo", "curveTo", "close"):
        watch(PDFPathObject, name, path(name))
    try:
        yield marks
    finally:
        for (owner, name), real in kept.items():
            setattr(owner, name, real)


class _Element(PDFObject):  # type: ignore[misc]
    """An element of the structure as an object of the file."""

    def __init__(self, text: str) -> None:
        self.text = text

    def format(self, _document: Any) -> bytes:
        return self.text.encode("latin-1")


def _shares(things: list[Any], pages: int) -> list[list[Any]]:
    size = -(-len(things) // pages)
    return [things[n * size : (n + 1) * size] for n in range(pages)]


def _say(words: Any, strings: list[Any]) -> None:
    """Strings with their tags in a text object of a canvas."""
    before: tuple[str, float] | None = None
    ink: tuple[float, float, float] | None = None
    open_tag = False
    for number, (x, y, face, size, text, tag, colour) in enumerate(strings):
        if tag:
            if open_tag:
                words._code.append("EMC")
            words._code.append(f"/{tag} <</MCID {number}>> BDC")
            open_tag = True
        if before != (face, size):
            before = (face, size)
            words.setFont(face, size)
        if colour != ink:
            ink = colour
            words.setFillColorRGB(*colour)
        words.setTextOrigin(x, y)
        words.textOut(text)
    if open_tag:
        words._code.append("EMC")


def on_canvas(marks: Marks) -> Callable[[], bytes]:
    """A function that puts these marks on bare canvas pages and answers the PDF."""
    strings = _shares(marks.strings, marks.pages)
    lines = _shares(marks.lines, marks.pages)
    paths = _shares(list(marks.paths.values()), marks.pages)

    def draw() -> bytes:
        out = BytesIO()
        canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
        for page in range(marks.pages):
            for ends in lines[page]:
                canvas.line(*ends)
            for steps in paths[page]:
                path = canvas.beginPath()
                for name, args in steps:
                    getattr(path, name)(*args)
                canvas.drawPath(path, stroke=0, fill=1)
            words = canvas.beginText()
            _say(words, strings[page])
            canvas.drawText(words)
            canvas.showPage()
        for element in marks.structure:
            canvas._doc.Reference(_Element(element))
        canvas.save()
        return out.getvalue()

    return draw


def pair() -> tuple[Callable[[], bytes], Callable[[], bytes], Marks]:
    """(the program's drawing, the same marks on a canvas, the marks)."""
    from certificates.paper import draw

    snapshot = {**demo_snapshot(), "layout": TEST_REPORT_2}
    with _watched() as marks:
        draw(snapshot)
    return (lambda: draw(snapshot)), on_canvas(marks), marks
