"""The faces papers are set in, and the guard against characters they do not have.

Roboto carries every Vietnamese letter, Greek, the mathematical signs and the narrow no-break space, with digits of one width.
A PDF prints a missing glyph as nothing at all, without an error ("L ≤ 60" becomes "L   60"), so that a text must be checked
against the faces before it is drawn.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Roboto"
MEDIUM = "Roboto-Medium"
BOLD = "Roboto-Bold"
ITALIC = "Roboto-Italic"

FILES = {
    REGULAR: "Roboto-Regular.ttf",
    MEDIUM: "Roboto-Medium.ttf",
    BOLD: "Roboto-Bold.ttf",
    ITALIC: "Roboto-Italic.ttf",
}

#: Characters that steer a line and are never drawn themselves.
UNDRAWN = frozenset("\n")


class MissingGlyph(ValueError):
    """The faces lack characters of the text: the paper would lose them silently, so it is not drawn.

    `missing` lists (character, path of the text that holds it).
    """

    def __init__(self, missing: list[tuple[str, str]]) -> None:
        named = "; ".join(f"U+{ord(character):04X} {character!r}: {path}" for character, path in missing)
        super().__init__(f"characters without a glyph: {named}")
        self.missing = missing


def _register() -> None:
    for name, file_name in FILES.items():
        with as_file(files("font_roboto") / "files" / file_name) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))


_register()


@cache
def drawable() -> frozenset[int]:
    """The code points that every registered face can draw."""
    glyphs = [set(pdfmetrics.getFont(name).face.charToGlyph) for name in FILES]
    return frozenset(set.intersection(*glyphs)) | {ord(character) for character in UNDRAWN}


def missing_characters(value: Any) -> list[tuple[str, str]]:
    """Every (character, path) of the strings inside `value` (nested lists and mappings) that the faces cannot draw.

    Strings are judged composed (NFC), as they are drawn. A path reads like `sections.0.groups.2.name.vi`.
    """
    known = drawable()
    whole = _plainly_composed(value)
    if whole is not None and known.issuperset(map(ord, set(whole))):
        return []
    characters: set[str] = set()
    _gather(value, characters)
    if all(ord(character) in known for character in characters):
        return []
    return list(_missing(value, ""))


def _plainly_composed(value: Any) -> str | None:
    """All strings of plain JSON at a stroke, when they are composed and hold no control character but the line's end."""
    try:
        whole = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return None
    plain = whole.replace('\\"', "").replace("\\n", "")
    return whole if "\\" not in plain and unicodedata.is_normalized("NFC", whole) else None


def _gather(value: Any, into: set[str]) -> None:
    """All strings' characters; decomposed strings composed first, because their marks alone may have no glyph."""
    if isinstance(value, str):
        into.update(value if value.isascii() else unicodedata.normalize("NFC", value))
    elif isinstance(value, Mapping):
        for inner in value.values():
            _gather(inner, into)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _gather(inner, into)


def _missing(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        known = drawable()
        for character in dict.fromkeys(unicodedata.normalize("NFC", value)):
            if ord(character) not in known:
                yield character, path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _missing(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _missing(inner, f"{path}.{index}" if path else str(index))


def drawable_form(value: Any) -> Any:
    """`value` with every string composed (itself when they all are, as those of a frozen snapshot); `MissingGlyph` when the faces lack a
    character of it."""
    whole = _plainly_composed(value)
    if whole is not None and drawable().issuperset(map(ord, set(whole))):
        return value
    missing = missing_characters(value)
    if missing:
        raise MissingGlyph(missing)
    return composed(value)


def composed(value: Any) -> Any:
    """The same nested value with every string in NFC; decomposed marks would sit beside their letters."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: composed(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [composed(inner) for inner in value]
    return value


@lru_cache(maxsize=8192)
def width(text: str, face: str, size: float) -> float:
    """Width of `text` in millimetres, set in `face` at `size` points.

    Everything drawn is measured first, so that a character without a glyph is refused here whatever paper it was meant for:
    `MissingGlyph` names it with the text that holds it.
    """
    known = drawable()
    missing = dict.fromkeys(character for character in text if ord(character) not in known)
    if missing:
        raise MissingGlyph([(character, text) for character in missing])
    return float(pdfmetrics.stringWidth(text, face, size)) / mm


@cache
def font_hashes() -> dict[str, str]:
    """SHA-256 of each font file: together with the library versions they decide a paper's bytes."""
    return {
        file_name: hashlib.sha256((files("font_roboto") / "files" / file_name).read_bytes()).hexdigest()
        for file_name in FILES.values()
    }
