"""Setting runs of text into lines of a given width: greedy, ragged right, no hyphenation, baselines chosen by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab_app.core.paper.ink import Ink
from lab_app.core.paper.style import INK, SECONDARY, Colour
from lab_app.core.paper.typefaces import ITALIC, REGULAR, width
from lab_app.core.paper.wording import bind


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face. `size` in points."""

    text: str
    face: str = REGULAR
    size: float = 9.0
    colour: Colour = INK


Line = list[tuple[float, Run]]


def set_lines(runs: Sequence[Run], line_width: float) -> list[Line]:
    """Break runs into lines no wider than `line_width` millimetres: each line a list of (x, run).

    Lines break at ordinary spaces and at "\\n"; a word wider than the line breaks between characters. A number never parts
    from its unit nor a standard's letters from its number (see `wording.bind`).
    """
    runs = [run for run in runs if run.text]
    if not runs:
        return []
    whole = _one_line(runs, line_width)
    if whole is not None:
        return [whole]
    lines: list[Line] = [[]]
    x = 0.0
    for word, space, forced in _words(runs, line_width):
        length = sum(width(piece.text, piece.face, piece.size) for piece in word)
        if forced or (lines[-1] and x + space + length > line_width + 0.01):
            lines.append([])
            x = 0.0
        elif lines[-1]:
            x += space
        for piece in word:
            _place(lines[-1], x, piece, joined=bool(lines[-1]) and piece is word[0] and space > 0)
            x += width(piece.text, piece.face, piece.size)
    return [line for line in lines if line] or [[]]


def _one_line(runs: Sequence[Run], line_width: float) -> Line | None:
    """The runs on one line when they fit it as they are; spaces that begin a run become distance."""
    x = 0.0
    line: Line = []
    for run in runs:
        if "\n" in run.text:
            return None
        text = run.text.lstrip(" ")
        if line:
            x += (len(run.text) - len(text)) * width(" ", run.face, run.size)
        if text:
            line.append((x, run if text is run.text else Run(text, run.face, run.size, run.colour)))
            x += width(text, run.face, run.size)
        if x > line_width:
            return None
    return line


def _words(runs: Sequence[Run], line_width: float) -> list[tuple[list[Run], float, bool]]:
    """Unbreakable words as (pieces, width of the space before, whether a line break is forced before)."""
    words: list[tuple[list[Run], float, bool]] = []
    glued = False
    forced = False
    for run in runs:
        blank = width(" ", run.face, run.size)
        for number, paragraph in enumerate(bind(run.text).split("\n")):
            if number:
                forced, glued = True, False
            spaces = 0
            for position, text in enumerate(paragraph.split(" ")):
                if position:
                    glued = False
                    spaces += 1
                if not text:
                    continue
                piece = Run(text, run.face, run.size, run.colour)
                if glued and words:
                    words[-1][0].append(piece)
                else:
                    for part, first in _fitting(piece, line_width):
                        words.append(([part], blank * max(spaces, 1) if first else 0.0, forced))
                        forced = False
                glued = True
                spaces = 0
            if paragraph.endswith(" "):
                glued = False
    return words


def _fitting(piece: Run, line_width: float) -> list[tuple[Run, bool]]:
    if width(piece.text, piece.face, piece.size) <= line_width:
        return [(piece, True)]
    parts: list[tuple[Run, bool]] = []
    rest = piece.text
    while rest:
        end = len(rest)
        while end > 1 and width(rest[:end], piece.face, piece.size) > line_width:
            end -= 1
        parts.append((Run(rest[:end], piece.face, piece.size, piece.colour), not parts))
        rest = rest[end:]
    return parts


def _place(line: Line, x: float, piece: Run, *, joined: bool) -> None:
    """Add a piece; words of one run on one line become one string, so that a reader's copy keeps its spaces."""
    if line:
        start, last = line[-1]
        if (last.face, last.size, last.colour) == (piece.face, piece.size, piece.colour):
            line[-1] = (
                start,
                Run(last.text + (" " if joined else "") + piece.text, last.face, last.size, last.colour),
            )
            return
    line.append((x, piece))


def put(
    ink: Ink,
    x: float,
    y: float,
    lines: Sequence[Line],
    leading: float,
    align: str = "left",
    line_width: float = 0.0,
) -> float:
    """Put set lines with the first baseline at `y`; returns the last baseline (`y` when there are no lines)."""
    baseline = y
    for number, line in enumerate(lines):
        baseline = y + number * leading
        shift = 0.0
        if align != "left" and line:
            last_x, last = line[-1]
            spare = line_width - (last_x + width(last.text, last.face, last.size))
            shift = spare if align == "right" else spare / 2
        for dx, run in line:
            ink.measured(x + shift + dx, baseline, run.text, run.face, run.size, run.colour)
    return baseline


def shrink(text: str, face: str, size: float, room: float, smallest: float) -> float:
    """The largest size from `size` down to `smallest` (steps of a quarter point) at which `text` fits `room` millimetres."""
    while size > smallest and width(text, face, size) > room:
        size -= 0.25
    return size


def clip(text: str, face: str, size: float, room: float) -> str:
    """The text, or its longest beginning with an ellipsis that fits `room` millimetres."""
    if width(text, face, size) <= room:
        return text
    while text and width(text.rstrip() + "…", face, size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def beside(vi: str, en: str, face: str, size: float, en_size: float, colour: Colour = INK) -> list[Run]:
    """Vietnamese upright and English in secondary italic after it, as runs of one line."""
    runs = [Run(vi, face, size, colour)] if vi else []
    if en and en != vi:
        runs.append(Run(("  " if vi else "") + en, ITALIC, en_size, SECONDARY))
    return runs
