"""The badge of a paper's present status as a small picture that other people's pages show: pure, no script, no font from elsewhere."""
from __future__ import annotations

from xml.sax.saxutils import escape

HEIGHT, PAD, SIZE = 22, 8, 11
#: White words stand on these with a contrast of at least 4.5 : 1.
COLOURS = {"ok": "#14653a", "warn": "#7a4a00", "bad": "#a51d1d", "hold": "#4a5a66", "info": "#0a5a74"}
LEFT = "#33424d"
_NARROW, _WIDE = frozenset("iIíìỉĩịíjltf.,:;|'!()[] -/"), frozenset("mwMWƯĐQO")


def width_of(text: str) -> int:
    """About how wide a text is at the badge's size; the drawing is stretched to it, so that every font fits."""
    return round(sum(3.9 if c in _NARROW else 9.2 if c in _WIDE else 7.4 if c.isupper() or c.isdigit() else 6.5 for c in text))


def svg(label: str, word: str, tone: str, number: str = "") -> str:
    """The badge: `label` (what it is about) and `word` (the status). `number` stands in its title for who points at it or hears it."""
    left, right = width_of(label) + 2 * PAD, width_of(word) + 2 * PAD
    title = escape(f"{label} {number}: {word}" if number else f"{label}: {word}", {'"': "&quot;"})
    texts = "".join(
        f'<text x="{x}" y="15" textLength="{length}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
        for x, length, text in ((PAD, left - 2 * PAD, label), (left + PAD, right - 2 * PAD, word)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" role="img" aria-label="{title}">'
        f'<title>{title}</title><rect width="{left}" height="{HEIGHT}" fill="{LEFT}"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{COLOURS.get(tone, LEFT)}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Roboto,sans-serif" font-size="{SIZE}">{texts}</g></svg>'
    )
