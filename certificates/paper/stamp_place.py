"""Where the visible stamp of a digital signature goes: the field that the signature block leaves free over the signatory's name.

The layout names the rectangle in the file itself, so that whoever signs asks the bytes and knows nothing of layouts. A paper of a
layout without such a field (the first layouts) answers `None`: it is signed without a visible stamp.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf

#: The field's size in millimetres (paper specification, 9), and the name it has in the file.
WIDTH, HEIGHT = 80.0, 24.0
NAME = "signature-field"


@dataclass(frozen=True, slots=True)
class StampPlace:
    """A rectangle on a page: `page` counts from 0; `box` is left, bottom, right, top in PDF points from the lower left corner."""

    page: int
    box: tuple[float, float, float, float]


def stamp_place(pdf: bytes) -> StampPlace | None:
    """The field of a drawn or archived paper; `None` when its layout leaves none. The last page carries it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        named = document.Root.get("/Dests")
        target = named.get(f"/{NAME}") if named is not None else None
        if target is None:
            return None
        number = next(place for place, page in enumerate(document.pages) if page.obj.objgen == target[0].objgen)
        left, bottom, right, top = (float(corner) for corner in list(target)[2:6])
        return StampPlace(number, (left, bottom, right, top))
