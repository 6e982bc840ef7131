"""Documents beside a paper, for anyone from the agreed day on."""
from __future__ import annotations

from typing import Any

from flask import abort, render_template

from certificates import rules
from certificates.disclosure import EXHIBITS
from certificates.limits import limited
from certificates.queries import directory as queries
from certificates.views import bp
from certificates.views.answers import spoken
from lab_app.core import clock, files
from lab_app.core.access import public


@bp.get("/verify/<code>/exhibits")
@public
@limited
def public_exhibits(code: str) -> Any:
    """What may be opened beside a paper today; the not-found page where nothing may, as for an unknown paper."""
    known = rules.as_code(code[:80])
    found = queries.public_exhibits(known, clock.today()) if known else []
    if not found:
        abort(404)
    return render_template("certificates/exhibits.html", found=found, code=known, kinds=EXHIBITS, spoken=spoken(), describe=files.describe)


@bp.get("/verify/<code>/exhibits/<int:number>")
@public
@limited
def public_exhibit(code: str, number: int) -> Any:
    """One document, as a download: what others wrote never runs on our address. Before its day it does not exist."""
    known = rules.as_code(code[:80])
    found = queries.public_exhibits(known, clock.today()) if known else []
    row = next((one for one in found if one.id == number), None)
    if row is None:
        abort(404)
    return files.send(row.file, row.filename)
