"""What each layout drew when it was first issued with, kept beside the tests: words, look and bytes of every page.

`python -m tests.support.golden_papers NAME …` writes the files of layouts that have none yet. A file that is there is never written
again: papers were issued by that layout, and what they say and how they look no longer changes. A new look is a new layout.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pypdfium2

from certificates.paper import draw, library_versions
from certificates.paper.archive import archive
from tests.certificates.calibration_snapshot import calibration_snapshot
from tests.certificates.demo_snapshot import demo_snapshot, draft_snapshot

FOLDER = Path(__file__).resolve().parents[1] / "certificates" / "golden"
OFFLINE = "HTTPS://TRA-CUU.MAYXANH.EXAMPLE/V/" + "A7BC" * 62
#: A page is remembered as so many grey points; one differs when it is this much lighter or darker.
SIDE, TONE = (63, 89), 14

COLUMNS = [[str(30 + n), "20.00", "62.50" if n == 210 else "24.00"] for n in range(400)]
PLOT: dict[str, Any] = {
    "section": "118-RE", "title": "Phát xạ bức xạ", "subtitle": {"vi": "", "en": "Radiated emission"}, "item": "M26-0117-01",
    "conditions": "3 m, V", "by": "Phạm Thu Tưởng", "day": "2026-09-16", "rbw": "120000", "unit": "dBµV/m", "x": "log", "low": "30",
    "high": "1000", "instrument": "EQ-005",
    "traces": [{"detector": "QP", "file": "re.csv", "sha256": "ab" * 32, "captured_at": "2026-09-16T10:00:00+07:00",
                "columns": COLUMNS}],
    "limits": [{"detector": "QP", "name": {"vi": "QCVN 118, loại B", "en": "class B"}, "x": "log", "levels": [],
                "pieces": [["30", "230", "40", "40"], ["230", "1000", "47", "47"]]}],
    "points": [{"number": "27", "f": "240", "level": "43.8", "detector": "QP", "scope": "VS", "result": "43.8", "limit": "47",
                "uncertainty": "4.86", "margin": "3.2", "verdict": "pass", "reading": "30.1", "factors": "13.7"}],
    "sweeps": [{"detector": "QP", "name": {"vi": "QCVN 118, loại B", "en": "class B"}, "judged": True, "gaps": [], "unmeasured": [],
                "margin": "3.2", "at": "240"}],
    "dropped": [], "factors": [{"vi": "Ăng ten EQ-007", "en": "Antenna EQ-007"}],
}


#: The same plot with limits of a class, and an opinion: what only the second layouts say.
CLASSED: dict[str, Any] = {**PLOT, "limits": [{**PLOT["limits"][0], "equipment_class": {"vi": "loại B", "en": "class B"}}]}
OPINION: dict[str, Any] = {
    "statement": {"vi": "Nên theo dõi phát xạ tại 240 MHz.", "en": "Emission at 240 MHz should be watched."},
    "basis": {"vi": "Dòng 27.", "en": "Line 27."}, "person": "Trần Thị Mẫu", "given_on": "2026-09-20",
    "office": {"vi": "Trưởng phòng thử nghiệm", "en": "Head of testing"},
}


def _of(layout: str, snapshot: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {**snapshot, "layout": layout, **more}


#: Name → the snapshot it is drawn from.
CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "test-report-1": lambda: _of("test-report/1", demo_snapshot(), plots=[PLOT]),
    "test-report-1-amended": lambda: _of("test-report/1", demo_snapshot(amended=True)),
    "test-report-2": lambda: _of("test-report/2", demo_snapshot(), plots=[PLOT]),
    "test-report-2-classed": lambda: _of("test-report/2", demo_snapshot(), plots=[CLASSED], opinions=[OPINION]),
    "test-report-2-amended": lambda: _of("test-report/2", demo_snapshot(amended=True)),
    "test-report-2-english": lambda: _of("test-report/2", demo_snapshot(), language="en"),
    "test-report-2-draft": lambda: _of("test-report/2", draft_snapshot()),
    "calibration-certificate-1": lambda: _of("calibration-certificate/1", calibration_snapshot()),
    "calibration-certificate-2": lambda: _of("calibration-certificate/2", calibration_snapshot()),
    "calibration-certificate-2-vietnamese": lambda: _of("calibration-certificate/2", calibration_snapshot(False), language="vi"),
}


def made(name: str) -> bytes:
    """The paper of a case: archived, or as drawn where it is a draft."""
    snapshot = CASES[name]()
    if snapshot["state"] == "draft":
        return draw(snapshot)
    return archive(draw(snapshot, {}, OFFLINE), snapshot)


def told(pdf: bytes) -> dict[str, Any]:
    """What is remembered of a paper."""
    document = pypdfium2.PdfDocument(pdf)
    return {
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "libraries": library_versions(),
        "pages": [
            {"text": unicodedata.normalize("NFC", page.get_textpage().get_text_range()).replace("\r\n", "\n").split("\n"),
             "look": base64.b64encode(look(page)).decode("ascii")}
            for page in document
        ],
    }


def look(page: Any) -> bytes:
    """A page in grey, small enough that no smoothing of a letter's edge shows and large enough that a moved line does."""
    return bytes(page.render(scale=0.6).to_pil().convert("L").resize(SIDE, 1).tobytes())


def seen_apart(kept: str, now: str) -> int:
    """How many points of two looks differ to the eye."""
    pairs = zip(base64.b64decode(kept), base64.b64decode(now), strict=True)
    return sum(abs(first - second) > TONE for first, second in pairs)


def kept(name: str) -> dict[str, Any]:
    """What was remembered of a case."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def main(names: list[str]) -> None:
    """Write the files of cases that have none."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or CASES:
        path = FOLDER / f"{name}.json"
        if path.exists():
            sys.stdout.write(f"{name}: kept as it is\n")
            continue
        path.write_text(json.dumps(told(made(name)), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}: written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
