"""What papers would look like by a setting that is still being typed: a specimen, drawn from a paper that stands. Reads only."""
from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from certificates import number_pattern, paper, papers
from certificates.assembly import setting
from certificates.models import PaperSetup, Report
from certificates.services import printing, setups
from certificates.snapshot import minimal_snapshot
from lab_app.core import clock
from lab_app.core.db import db

PREVIEW_DPI = 84
GAP = 12


def drawn(kind: str, facts: Mapping[str, Any], pictures: Mapping[str, bytes], whole_papers: bool) -> bytes:
    """The specimen as PDF. `facts` as `setups.set_papers` takes them; refuses what that would refuse. `pictures`: new ones by column.
    `whole_papers`: the newest paper of the kind may be shown; else invented data are."""
    sent = {name: hashlib.sha256(content).hexdigest() for name, content in pictures.items()}
    told = setups.checked({**facts, **sent})
    snapshot = _base(kind, whole_papers)
    made = _applied(snapshot, told, clock.today())
    files = {sha256: pictures[name] for name, sha256 in sent.items()}
    known = {sha256: content for sha256, content in printing.pictures(made, missing=tuple(files)).items()}
    return paper.draw(made, {**known, **files})


def _base(kind: str, whole_papers: bool) -> dict[str, Any]:
    """The snapshot a specimen is drawn from: the newest paper's, or an invented one."""
    newest = db.session.scalar(
        select(Report).where(Report.layout.like(f"{papers.paper_for(kind).layout.partition('/')[0]}/%"), Report.sequence == 0)
        .order_by(Report.id.desc()).limit(1).options(undefer(Report.snapshot))) if whole_papers else None
    found: dict[str, Any] = json.loads(newest.snapshot) if newest is not None else dict(minimal_snapshot())
    return {**found, "layout": papers.paper_for(kind).layout if newest is not None else papers.REPORT.layout}


def _applied(snapshot: Mapping[str, Any], told: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The snapshot as a specimen by the setting: without number, code and addresses of the paper it was made from."""
    row = PaperSetup(**{**told, "effective_from": day})
    laboratory = {key: value for key, value in snapshot["laboratory"].items() if key not in ("parent", "logo")}
    if row.parent_vi:
        laboratory["parent"] = {"vi": row.parent_vi, "en": row.parent_en or ""}
    if row.logo:
        laboratory["logo"] = row.logo
    accreditation = dict(snapshot["accreditation"]) if snapshot["accreditation"] else None
    if accreditation is not None:
        accreditation = {key: value for key, value in accreditation.items() if key not in ("mark", "ilac_mark", "ilac_licence")}
        accreditation = setting.with_marks(accreditation, row)
    signatory = {**snapshot["authorisation"]["signatory"], "means": "digital"}
    made = {
        **snapshot, "state": "draft", "number": None, "code": None, "verify_url": None, "issued_on": day.isoformat(), "amendment": None,
        "specimen": number_pattern.preview(row.number_pattern, row.kind, day)[0], "form": f"{row.form_code} · LBH {row.form_issue}",
        "title": {"vi": row.title_vi, "en": row.title_en or ""}, "laboratory": laboratory, "accreditation": accreditation,
        "validity_statement": {"vi": row.validity_vi, "en": row.validity_en or ""},
        "notes": [{"vi": row.disclaimer_vi, "en": row.disclaimer_en or ""}, *setting.period_notes(row), *row.notes],
        "setup": {"effective_from": day.isoformat(), "signatures": list(row.signatures)},
        "authorisation": {**snapshot["authorisation"], "signatory": {**signatory, "office_lines": [row.head_office.upper()]}},
    }
    return made


def as_picture(pdf: bytes) -> bytes:
    """First and last page under one another as PNG, for a screen."""
    import pypdfium2  # only here: other pages of the program never render one
    from PIL import Image

    document = pypdfium2.PdfDocument(pdf)
    numbers = sorted({0, len(document) - 1})
    shown = [document[number].render(scale=PREVIEW_DPI / 72).to_pil().convert("RGB") for number in numbers]
    whole = Image.new("RGB", (shown[0].width, sum(each.height for each in shown) + GAP * (len(shown) - 1)), (222, 226, 230))
    y = 0
    for each in shown:
        whole.paste(each, (0, y))
        y += each.height + GAP
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()
