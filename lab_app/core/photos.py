"""Pictures that strangers send, opened within bounds: bytes, pixels and formats are checked before a pixel is decoded.

A picture says how large it is in its first bytes. Only those are read until it is known that decoding costs little; a file that says
one thing and holds another fails to decode, and is refused.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import zxingcpp
from PIL import Image, UnidentifiedImageError

#: Largest picture that is read: a phone's own photo with room to spare. A JPEG is decoded at a part of its size, the others whole.
BYTES = 12 * 1024 * 1024
PIXELS = {"JPEG": 64_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
#: Longest side in pixels that is searched for symbols, the cheap look first.
SIDES = (1_400, 3_000)
_QR = zxingcpp.barcode_formats_from_str("QRCode")
#: So many symbols of one picture are looked at.
MOST = 8


class BadPhoto(ValueError):
    """A picture that is not opened: too many bytes (`large`), too many pixels (`pixels`), no picture of these kinds (`kind`), or one
    that does not decode (`broken`)."""


@contextmanager
def opened(data: bytes, longest: int | None = None) -> Iterator[Image.Image]:
    """The first frame of a picture, not yet decoded; of a JPEG no more than `longest` pixels a side will be. BadPhoto where refused."""
    if len(data) > BYTES:
        raise BadPhoto("large")
    try:
        with Image.open(BytesIO(data), formats=tuple(PIXELS)) as image:
            if image.width * image.height > PIXELS[str(image.format)]:
                raise BadPhoto("pixels")
            if longest is not None:
                image.draft("L", (longest, longest))
            yield image
    except UnidentifiedImageError as error:
        raise BadPhoto("kind") from error
    except Image.DecompressionBombError as error:
        raise BadPhoto("pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        if isinstance(error, BadPhoto):
            raise
        raise BadPhoto("broken") from error


def symbols(data: bytes) -> list[str]:
    """The texts of the QR symbols in a picture, as they are found; none where there is none. BadPhoto where it is not opened."""
    with opened(data, SIDES[-1]) as image:
        grey = image.convert("L")  # a symbol is read whichever way it lies: what the camera noted of that is a stranger's words
    found: list[str] = []
    for side in SIDES:
        looked_at = grey
        if max(grey.size) > side:
            looked_at = grey.copy()
            looked_at.thumbnail((side, side), Image.Resampling.BILINEAR)
        for code in zxingcpp.read_barcodes(looked_at, formats=_QR)[:MOST]:
            if code.text and code.text not in found:
                found.append(code.text)
        if found or max(grey.size) <= side:
            break
    return found
