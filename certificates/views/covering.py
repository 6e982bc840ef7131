"""Does a paper cover the product in somebody's hands? A plain GET: the answer has an address, and needs no script."""
from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request

from certificates import rules
from certificates.limits import limited
from certificates.lookups import cover, wording
from certificates.views import bp, living
from certificates.views.answers import conditional, headers, spoken
from certificates.views.lookup import _answer as answer_to
from certificates.views.lookup import not_found
from lab_app.core.access import public


def _published(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer["fields"], **({"items": answer["items"]} if answer["items"] else {})}


@bp.get("/verify/<code>/covers")
@public
@limited
def covers(code: str) -> Any:
    """The form, and the answer where something was filled in; everything is read from what was published with the paper."""
    answer = answer_to(code)
    if answer is None:
        return not_found(code)
    asked = cover.Asked.of(request.args)
    found = cover.covers(_published(answer), asked) if asked.given() else None
    said = {"covers": found.as_data() if found else None, "asked": asked.given(), "number": answer["number"], "status": answer["status"],
            "since": answer["status_since"], "spoken": spoken()}
    return conditional(said, 200, lambda: render_template(
        "certificates/covers.html", answer=answer, asked=asked, found=found, state=living.state(answer["status"]),
        items=cover.items_of(_published(answer)), verdicts=wording.VERDICTS, points=wording.POINTS, fields=wording.FIELD_WORDS,
        why=wording.WHY, spoken=spoken()))


@bp.get("/verify/<code>/covers.json")
@public
@limited
def covers_json(code: str) -> Any:
    """The same answer for programs; 404 for a code that is unknown or not public, 422 where nothing was asked."""
    answer = answer_to(code)
    if answer is None:
        response = jsonify(status="not_found", code=rules.as_code(code[:80]))
        response.status_code = 404
        return headers(response)
    asked = cover.Asked.of(request.args)
    if not asked.given():
        return headers(_told({"status": "nothing_asked", "fields": list(cover.FIELDS)}, 422))
    found = cover.covers(_published(answer), asked).as_data()
    said = {"code": answer["code"], "number": answer["number"], "status": answer["status"], "asked": asked.given(), **found}
    return conditional(said, 200, lambda: jsonify(said), page=False)


def _told(data: dict[str, Any], status: int) -> Any:
    response = jsonify(data)
    response.status_code = status
    return response
