"""The visible stamp of a digital signature, in Vietnamese, in the field that the paper leaves over the signatory's name."""
from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp.base import BaseStamp, BaseStampStyle

from certificates.signing.identity import Identity, shown
from certificates.signing.typeface import ALWAYS, Face, face

REGULAR, STRONG = "Roboto-Regular.ttf", "Roboto-Medium.ttf"
#: Points: as large as fits between these; the lower bound is for names nobody has, so that even they are whole.
LARGEST, SMALLEST, STEP = 7.4, 4.0, 0.2
LEADING = 1.2
#: Room on the left for the bar that the layout draws, and on the right.
LEFT, RIGHT = 9.0, 2.0
INK = b"0.102 0.149 0.263"


@dataclass(frozen=True)
class Words:
    """What a stamp says: lines that may break, the first one strong."""

    lines: tuple[str, ...]


def words_of(identity: Identity, *, laboratory: str, signatory: str, office: str, moment: str, register: str) -> Words:
    """The words of a stamp. `moment` is as the paper writes times, `register` where the certificate's fingerprint is published."""
    lines = [f"Đã ký số: {laboratory}"]
    if identity.name != laboratory:
        lines.append(f"Chứng thư: {identity.name}")
    lines.append(f"Người phê duyệt: {signatory}" + (f", {office}" if office else ""))
    lines.append(f"Thời điểm ký: {moment}")
    if identity.self_made:
        lines.append(f"Chứng thư do phòng tự tạo, không có tổ chức nào bảo đảm; so vân tay {shown(identity.fingerprint, 4)} tại {register}")
    else:
        lines.append(f"Chứng thư do {identity.issuer} cấp; vân tay {shown(identity.fingerprint, 4)}")
    return Words(tuple(unicodedata.normalize("NFC", line) for line in lines))


@dataclass(frozen=True)
class StampStyle(BaseStampStyle):
    """How pyHanko asks for the stamp."""

    words: Words = field(default_factory=lambda: Words(()))

    def create_stamp(self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]) -> Stamp:
        return Stamp(writer, self, box)


class Stamp(BaseStamp):
    """The drawing: words only, broken by hand, never cut."""

    style: StampStyle

    def render(self) -> bytes:
        lines = self.style.words.lines
        strong = face(STRONG, ALWAYS | frozenset(lines[0]))
        plain = face(REGULAR, ALWAYS | frozenset("".join(lines[1:])))
        writer = self._ensure_writer
        size, set_lines = fitted(lines, strong, plain, self.box.width - LEFT - RIGHT, self.box.height)
        self.set_resource(ResourceType.FONT, pdf_name("/S"), strong.embed(writer))
        self.set_resource(ResourceType.FONT, pdf_name("/P"), plain.embed(writer))
        y = self.box.height - size
        parts = [b"q BT " + INK + b" rg"]
        for text, used in set_lines:
            parts.append(b"/%s %g Tf 1 0 0 1 %g %.2f Tm %s Tj" % (
                b"S" if used is strong else b"P", size, LEFT, y, used.encoded(text)))
            y -= size * LEADING
        parts.append(b"ET Q")
        return b"\n".join(parts)


def fitted(lines: Sequence[str], strong: Face, plain: Face, width: float, height: float) -> tuple[float, list[tuple[str, Face]]]:
    """The largest size at which all lines stand in the box, and the lines as they break at it. Nothing is ever left out."""
    size = LARGEST
    while True:
        broken = [(part, used) for at, line in enumerate(lines)
                  for used in (strong if at == 0 else plain,) for part in wrapped(line, used, size, width)]
        if len(broken) * size * LEADING <= height or size <= SMALLEST:
            return size, broken
        size = round(size - STEP, 1)


def wrapped(text: str, used: Face, size: float, width: float) -> list[str]:
    """A line broken between words; a word longer than the line is broken where it must be."""
    made, line = [], ""
    for word in text.split():
        while used.width(word, size) > width:
            cut = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or used.width(word[:n], size) <= width)
            if line:
                made.append(line)
                line = ""
            made.append(word[:cut])
            word = word[cut:]
        joined = f"{line} {word}".strip()
        if used.width(joined, size) > width:
            made.append(line)
            line = word
        else:
            line = joined
    return [*made, line] if line else made
