"""How much memory a PDF from a stranger may cost: set once for the process, by whoever opens such files.

A file of half a megabyte can hold a stream that unpacks to many gigabytes. Papers of ours unpack to a few megabytes a stream, packed by
one filter; what goes beyond is not unpacked, and is therefore none of ours.
"""
from __future__ import annotations

import re

import pikepdf

#: A stream unpacks to at most so many bytes.
UNPACKED = 96 * 1024 * 1024
FILTERS = 3
#: An old way of packing for which the library knows no bound.
_UNBOUNDED = b"LZWDecode"
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")

pikepdf.settings.set_qpdf_limits(
    max_stream_filters=FILTERS, flate_max_memory=UNPACKED, run_length_max_memory=UNPACKED, png_max_memory=UNPACKED,
    tiff_max_memory=UNPACKED, dct_max_memory=UNPACKED, parser_max_nesting=100, doc_max_warnings=2_000,
)


_FILTER = re.compile(rb"/Filter[\s\x00]*")
#: A list of ways of packing is never written longer.
_LIST = 200


def unbounded(content: bytes) -> bool:
    """Whether a file names a way of packing whose cost nothing bounds, or says elsewhere how a part is packed; names may be written
    with escapes."""
    plain = _ESCAPED.sub(lambda m: bytes([int(m.group(1), 16)]), content) if b"#" in content else content
    return _UNBOUNDED in content or _UNBOUNDED in plain or any(_elsewhere(plain, found.end()) for found in _FILTER.finditer(plain))


def _elsewhere(content: bytes, at: int) -> bool:
    """Whether the way of packing written here is a reference: the name it leads to may itself lie packed, where nobody sees it."""
    value = content[at:at + _LIST]
    if not value.startswith(b"["):
        return value[:1].isdigit() or value.startswith(b"%")
    inner, closed, _ = value[1:].partition(b"]")
    return not closed or b"%" in inner or any(part.isdigit() for part in re.split(rb"[\s\x00/\[<(]+", inner))
