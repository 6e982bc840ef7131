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


def unbounded(content: bytes) -> bool:
    """Whether a file names a way of packing whose cost nothing bounds; names may be written with escapes."""
    return _UNBOUNDED in content or (b"#" in content and _UNBOUNDED in _ESCAPED.sub(lambda m: bytes([int(m.group(1), 16)]), content))
