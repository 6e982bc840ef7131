"""What stands on every page of layout test-report/2: letterhead as the laboratory sets it, marks only where a line is in scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certificates.paper.test_report_v1 import evidence, words
from certificates.paper.test_report_v2 import own_words as own
from lab_app.core.paper import wording
from lab_app.core.paper.page import Furniture
from lab_app.core.paper.style import FAIL, INK


def furniture(snapshot: Mapping[str, Any], files: Mapping[str, bytes], remark: Mapping[str, str] = own.ACCREDITED_REMARK) -> Furniture:
    """Letterhead, number, stamps, QR, watermark; a draft has no number, code or accreditation. A specimen shows all but the code."""
    draft, specimen = snapshot["state"] == "draft", snapshot.get("specimen", "")
    bare = draft and not specimen
    logo = snapshot["laboratory"].get("logo")
    url = snapshot["verify_url"]
    return Furniture(
        laboratory=snapshot["laboratory"], title=snapshot["title"], number_label=words.NUMBER,
        number=specimen or (words.DRAFT_NUMBER["vi"] if draft else snapshot["number"]), number_colour=FAIL if draft else INK,
        form_code=snapshot["form"], statement=snapshot["validity_statement"],
        address=None if draft else url.removeprefix("https://"), no_address=words.DRAFT_FOOTER, qr=None if draft else url,
        accreditation=None if bare else _accreditation(snapshot, remark["vi"]), stamp=_stamp(snapshot),
        logo=evidence.picture(files, logo) if logo else None,
        marks=[] if bare else [evidence.picture(files, sha256) for sha256 in _marks(snapshot)],
        watermark=_watermark(bool(specimen)) if draft else (), lang=wording.only() or "vi",
    )


def _watermark(specimen: bool) -> tuple[str, ...]:
    vi, en = own.SPECIMEN_WATERMARK if specimen else words.DRAFT_WATERMARK
    return {"vi": (vi,), "en": (en,)}.get(wording.only(), (vi, en))


def _accreditation(snapshot: Mapping[str, Any], remark: str) -> dict[str, str] | None:
    """The block behind the rule; none without a line in scope."""
    held = snapshot["accreditation"]
    if not held:
        return None
    validity = f"{wording.date(held['valid_from'])} – {wording.date(held['valid_to'])}"
    return {"number": held["number"], "standard": held["standard"], "validity": validity, "remark": remark}


def _marks(snapshot: Mapping[str, Any]) -> list[str]:
    """The accreditation body's symbol and the combined ILAC MRA mark, by SHA-256; never without an accreditation on the paper."""
    held = snapshot["accreditation"]
    return [mark for mark in (held.get("ilac_mark"), held.get("mark")) if mark] if held else []


def _stamp(snapshot: Mapping[str, Any]) -> Mapping[str, str] | None:
    stamps = [words.STAMPS[mark] for mark in snapshot["marks"]]
    if snapshot.get("simplified"):
        stamps.append(own.SIMPLIFIED)
    if snapshot["amendment"]:
        sequence = snapshot["amendment"]["sequence"]
        stamps.insert(0, words.word(f"SỬA ĐỔI {sequence}", f"Amendment {sequence}"))
    if not stamps:
        return None
    return words.word(" · ".join(each["vi"] for each in stamps), " · ".join(each["en"] for each in stamps))
