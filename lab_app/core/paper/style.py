"""Measures, sizes and colours of A4 papers. Lengths in millimetres from the top left corner, type sizes in points."""

from __future__ import annotations

Colour = tuple[float, float, float]


def _colour(code: str) -> Colour:
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return (round(red, 4), round(green, 4), round(blue, 4))


INK = _colour("151A21")
SECONDARY = _colour("4B5563")
MID = _colour("7C8592")
HAIRLINE = _colour("B9C0C9")
NAVY = _colour("12365C")
TINT = _colour("F1F4F7")
PASS = _colour("1C5E3A")
CONDITIONAL = _colour("7A4B00")
FAIL = _colour("9E1B1E")
WATERMARK = _colour("EBEDEF")
TRACE = _colour("5C6775")
TRACE_SECOND = _colour("A9B2BD")
BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
LEFT = 22.0
RIGHT = 194.0
TEXT_WIDTH = RIGHT - LEFT

LETTERHEAD_RULE = 32.0
HEAD_BASELINE = 15.6
HEAD_RULE = 18.4
BODY_TOP = 22.5
BODY_BOTTOM = 260.6
FOOTER_RULE = 262.5
FOOTER_TEXT_RIGHT = 167.0

#: Second column of facts, and the width of a label.
COLUMN_GAP = 8.0
COLUMN_WIDTH = (TEXT_WIDTH - COLUMN_GAP) / 2
LABEL_WIDTH = 29.0

#: Strokes in points.
RULE_HEAVY = 1.1
RULE_TABLE = 0.9
RULE_HEAD = 0.4
RULE_HAIR = 0.25

#: Distances in millimetres.
LEADING = 4.5
HALF_UNIT = 2.25
SECTION_GAP = 5.6

#: Type sizes in points: Vietnamese, English.
TITLE, TITLE_EN = 20.0, 11.0
SECTION, SECTION_EN = 11.0, 9.0
SUBSECTION, SUBSECTION_EN = 9.5, 8.25
BODY, BODY_EN = 9.0, 7.5
TABLE, TABLE_EN = 8.25, 6.9
DENSE, DENSE_EN = 7.9, 6.9
HEADS, HEADS_EN = 7.5, 6.9
LABEL, LABEL_EN = 7.75, 6.9
NOTE, NOTE_EN = 7.5, 7.0
FOOTER, FOOTER_EN = 7.25, 6.9
