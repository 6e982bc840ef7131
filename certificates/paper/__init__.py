"""Papers of the certificates room: a pure drawing of a snapshot, by the layout version the snapshot names.

`draw` needs no database, no clock and no request. The same snapshot under the same `library_versions` gives the same bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from certificates.paper import (
    calibration_certificate_v1,
    calibration_certificate_v2,
    test_report_v1,
    test_report_v2,
)
from certificates.paper.test_report_v1.evidence import MissingPicture
from certificates.snapshot import (
    CALIBRATION_2,
    CALIBRATION_LAYOUT,
    TEST_REPORT_2,
    TEST_REPORT_LAYOUT,
    SnapshotFault,
    faults,
)
from lab_app.core.paper.typefaces import MissingGlyph, drawable_form, font_hashes, missing_characters

#: Layout version → its drawing. A layout once issued with is never taken out.
LAYOUTS: dict[str, Callable[[Mapping[str, Any], Mapping[str, bytes]], bytes]] = {
    TEST_REPORT_LAYOUT: test_report_v1.draw,
    TEST_REPORT_2: test_report_v2.draw,
    CALIBRATION_LAYOUT: calibration_certificate_v1.draw,
    CALIBRATION_2: calibration_certificate_v2.draw,
}


def missing_glyphs(snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Characters of the snapshot that the faces cannot print, each with the path of its text ("items.0.name.vi")."""
    return missing_characters(snapshot)


def draw(snapshot: Mapping[str, Any], files: Mapping[str, bytes] | None = None, offline: str = "") -> bytes:
    """The paper of a snapshot as PDF bytes.

    `files` holds the pictures the snapshot names (photographs, logo) by SHA-256; `offline` is the address with the signed proof
    over the snapshot's hash, which the snapshot itself cannot hold (empty: a paper without one). Refuses with `SnapshotFault`
    (wrong shape or unknown layout), `MissingGlyph` (a character would vanish) or `MissingPicture`.
    """
    layout = LAYOUTS.get(str(snapshot.get("layout")))
    if layout is None:
        raise SnapshotFault([f"layout: {snapshot.get('layout')!r} is not known"])
    found = faults(snapshot)
    if found:
        raise SnapshotFault(found)
    drawn = drawable_form(snapshot)
    return layout({**drawn, "offline_check": offline} if offline else drawn, files or {})


def library_versions() -> dict[str, str]:
    """What decides a paper's bytes besides its snapshot: versions of the libraries, SHA-256 of the font files."""
    libraries = {name: version(name) for name in ("reportlab", "rl_accel", "pikepdf", "pillow", "segno", "font-roboto")}
    libraries["zlib"] = zlib.ZLIB_RUNTIME_VERSION
    return libraries | {f"font:{name}": sha256 for name, sha256 in font_hashes().items()}


__all__ = ["LAYOUTS", "MissingGlyph", "MissingPicture", "draw", "library_versions", "missing_glyphs"]
