"""Roboto for the stamp: only the glyphs its words need, at 1000 units to the em, embedded so that the file stays PDF/A.

A signature's increment may lean on nothing in the paper before it. pyHanko writes the widths of a font as they stand in the font's
own units, which a reader takes for thousandths of an em: with Roboto's 2048 words come out letter-spaced and cut. The face is scaled
first. What a set of characters needs is made once in a process: the words of a stamp hardly change from paper to paper.
"""
from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

EM = 1000
#: What a drawn word needs nothing of; reading them is most of the work of cutting a face.
LEFT_OUT = {"GSUB", "GPOS", "GDEF", "kern", "hdmx", "VDMX", "LTSH", "gasp", "DSIG", "fpgm", "prep", "cvt "}
#: In every face, so that times and fingerprints do not make a new one.
ALWAYS = frozenset("0123456789ABCDEF :/.,·()+-")


@dataclass(frozen=True)
class Face:
    """A face cut to some characters: its program, glyph and width by character, and what a font descriptor says."""

    name: str
    program: bytes
    glyphs: dict[str, int]
    widths: dict[str, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    weight: int

    def width(self, text: str, size: float) -> float:
        """How wide the text runs, in points."""
        return sum(self.widths[character] for character in text) * size / EM

    def encoded(self, text: str) -> bytes:
        """The text as the hexadecimal string of a content stream."""
        return b"<" + b"".join(b"%04X" % self.glyphs[character] for character in text) + b">"

    def embed(self, writer: BasePdfFileWriter) -> generic.IndirectObject:
        """Write the face into a file; answers its font dictionary. Composite, Identity-H, with a map back to characters."""
        program = generic.StreamObject({pdf_name("/Length1"): generic.NumberObject(len(self.program))}, stream_data=self.program)
        program.compress()
        name = pdf_name(f"/{self.name}")
        descriptor = generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/FontDescriptor"), pdf_name("/FontName"): name, pdf_name("/Flags"): generic.NumberObject(4),
            pdf_name("/FontBBox"): _numbers(*self.box), pdf_name("/ItalicAngle"): generic.NumberObject(0),
            pdf_name("/Ascent"): generic.NumberObject(self.ascent), pdf_name("/Descent"): generic.NumberObject(self.descent),
            pdf_name("/CapHeight"): generic.NumberObject(self.cap_height),
            pdf_name("/StemV"): generic.NumberObject(80 + (self.weight - 400) // 10),
            pdf_name("/FontFile2"): writer.add_object(program),
        })
        by_glyph = sorted((glyph, self.widths[character]) for character, glyph in self.glyphs.items())
        widths = generic.ArrayObject()
        for glyph, width in by_glyph:
            widths.extend([generic.NumberObject(glyph), _numbers(width)])
        descendant = generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/CIDFontType2"), pdf_name("/BaseFont"): name,
            pdf_name("/CIDSystemInfo"): generic.DictionaryObject({
                pdf_name("/Registry"): generic.pdf_string("Adobe"), pdf_name("/Ordering"): generic.pdf_string("Identity"),
                pdf_name("/Supplement"): generic.NumberObject(0)}),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor), pdf_name("/DW"): generic.NumberObject(0),
            pdf_name("/W"): widths, pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
        })
        characters = generic.StreamObject(stream_data=self._to_unicode())
        characters.compress()
        return writer.add_object(generic.DictionaryObject({
            pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/Type0"), pdf_name("/BaseFont"): name,
            pdf_name("/Encoding"): pdf_name("/Identity-H"),
            pdf_name("/DescendantFonts"): generic.ArrayObject([writer.add_object(descendant)]),
            pdf_name("/ToUnicode"): writer.add_object(characters),
        }))

    def _to_unicode(self) -> bytes:
        lines = [
            b"<%04X> <%s>" % (glyph, character.encode("utf-16-be").hex().upper().encode("ascii"))
            for character, glyph in sorted(self.glyphs.items(), key=lambda pair: pair[1])
        ]
        parts = [
            b"%d beginbfchar\n%s\nendbfchar" % (len(lines[at:at + 100]), b"\n".join(lines[at:at + 100])) for at in range(0, len(lines), 100)
        ]
        return (
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + b"\n".join(parts) + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        )


def _numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(value) for value in values)


@lru_cache(maxsize=2)
def _source(file_name: str) -> bytes:
    with as_file(files("font_roboto") / "files" / file_name) as path:
        return path.read_bytes()


@lru_cache(maxsize=32)
def face(file_name: str, characters: frozenset[str]) -> Face:
    """The face cut to these characters. KeyError for a character it does not have: a stamp never loses one silently."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    wanted = sorted(characters)
    font: Any = TTFont(io.BytesIO(_source(file_name)), lazy=True, recalcTimestamp=False)
    for table in LEFT_OUT & set(font.keys()):
        del font[table]
    known = font.getBestCmap()
    lost = [character for character in wanted if ord(character) not in known]
    if lost:
        raise KeyError(f"the stamp's face has no glyph for {lost!r}")
    options = subset.Options(
        layout_features=[], hinting=False, glyph_names=False, notdef_outline=True, recalc_bounds=True, name_IDs=[6], legacy_kern=False,
        layout_closure=False, drop_tables=[*subset.Options._drop_tables_default, *LEFT_OUT],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(wanted))
    cutter.subset(font)
    scale_upem(font, EM)
    order, cmap, metrics = font.getReverseGlyphMap(), font.getBestCmap(), font["hmtx"].metrics
    glyphs = {character: order[cmap[ord(character)]] for character in wanted}
    widths = {character: metrics[cmap[ord(character)]][0] for character in wanted}
    head, os2 = font["head"], font["OS/2"]
    out = io.BytesIO()
    font.save(out)
    return Face(
        name=f"{_tag(wanted)}+{file_name.removesuffix('.ttf')}", program=out.getvalue(), glyphs=glyphs, widths=widths,
        box=(head.xMin, head.yMin, head.xMax, head.yMax), ascent=font["hhea"].ascent, descent=font["hhea"].descent,
        cap_height=getattr(os2, "sCapHeight", 0) or 711, weight=os2.usWeightClass,
    )


def _tag(characters: list[str]) -> str:
    """The six letters before a cut face's name: from its characters, so that two cuts of one face never share a name."""
    digest = hashlib.sha256("".join(characters).encode("utf-8")).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
